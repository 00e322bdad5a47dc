import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { anObservation, keptOf, observations, record, type Fields } from '../support/observations.js';
import { everyRow } from '../support/rows.js';

let gateway: TestApp;

beforeAll(async () => {
  gateway = await startTestApp();
});
afterAll(() => gateway.close());

const everything = () => everyRow(gateway.app.core.db);
const kept = (id: string, orgId: string) => keptOf(gateway.app.core.db, id, orgId);

const FULL = anObservation({
  recorded_at: '2026-01-01T02:30:00.250+01:00',
  device_id: 'ecg-0042',
  device_platform: 'ios',
  metrics: { heart_rate: 71.5, spo2: 0.1, steps: 1e150 },
  attributes: { rhythm: 'sinus', ward: 'Kardiologie 😀' },
});

async function recordOf(id: string): Promise<Fields[]> {
  const rows = await gateway.app.core.db.query<Fields>(
    `SELECT o.org_id, o.recorded_at, o.device_group, o.device_id, o.device_platform, o.metrics, o.attributes
      FROM observations o WHERE o.federation_id = ? ORDER BY o.id`,
    [id],
  );
  return rows.map((row) => ({ ...row, recorded_at: Number(row['recorded_at']) }));
}

function withoutOrganization(rows: readonly Fields[]): Fields[] {
  return rows.map(({ org_id: _, ...row }) => row);
}

describe.each(['REST', 'GraphQL'] as const)('over %s', (api) => {
  it('an observation is kept as it was sent, to the bit', async () => {
    const { id, owner } = await gateway.aFederation();
    await record[api](owner.client, id, { observations: [FULL] });
    const [row] = await recordOf(id);
    expect(row).toMatchObject({
      org_id: owner.id,
      recorded_at: Date.parse('2026-01-01T01:30:00.250Z'),
      device_group: 'ward',
      device_id: 'ecg-0042',
      device_platform: 'ios',
    });
    const { metrics, attributes } = row as { metrics: string; attributes: string };
    expect(JSON.parse(metrics)).toEqual({
      heart_rate: 71.5,
      spo2: 0.1,
      steps: 1e150,
    });
    expect(JSON.parse(attributes)).toEqual(FULL['attributes']);
  });

  it.each([1, 1_500])('a batch of %d is stored, and so are its summaries', async (count) => {
    const { id, owner } = await gateway.aFederation();
    const { stored } = await record[api](owner.client, id, {
      batch_id: 'b',
      observations: observations(count),
    });
    expect(stored).toEqual({ batch_id: 'b', accepted: count, duplicate: false });
    expect(await kept(id, owner.id)).toMatchObject({ record: count, summarized: count, chunks: 1 });
  });

  it('no observation at all is refused', async () => {
    const { id, owner } = await gateway.aFederation();
    for (const none of [[], null, undefined])
      expect(await record[api](owner.client, id, { observations: none })).toMatchObject({ status: 400 });
    expect(await record[api](owner.client, id, { observations: [] })).toMatchObject({
      field: 'observations',
    });
  });

  it('the same batch again is a duplicate, which writes nothing', async () => {
    const { id, owner } = await gateway.aFederation();
    const batch = { batch_id: 'ward-1', observations: [FULL, anObservation()] };
    await record[api](owner.client, id, batch);
    const before = await everything();
    const again = await record[api](owner.client, id, batch);
    expect(again.stored).toEqual({ batch_id: 'ward-1', accepted: 2, duplicate: true });
    expect(await everything()).toEqual(before);
  });

  it('the same content in another notation is the same batch', async () => {
    const { id, owner } = await gateway.aFederation();
    const [a, b] = [
      { a: 1, b: 2 },
      { b: 2.0, a: 1 },
    ];
    const sent = (metrics: Fields, recorded_at: string, rest: Fields) => ({
      batch_id: 'ward-1',
      observations: [anObservation({ metrics, recorded_at, ...rest })],
    });
    await record[api](owner.client, id, sent(a, '2026-01-01T00:00:00Z', {}));
    const again = sent(b, '2026-01-01T01:00:00.000+01:00', { device_id: null, attributes: {} });
    expect(await record[api](owner.client, id, again)).toMatchObject({ stored: { duplicate: true } });
  });

  it.each([
    { other: 'another value', changed: [anObservation({ metrics: { heart_rate: 71 } })] },
    { other: 'one observation more', changed: observations(2) },
    { other: 'another time', changed: [anObservation({ recorded_at: '2026-01-01T00:00:00.001Z' })] },
    { other: 'another device', changed: [anObservation({ device_id: 'ecg-1' })] },
  ])('the same batch id with $other is a conflict, which writes nothing', async ({ changed }) => {
    const { id, owner } = await gateway.aFederation();
    await record[api](owner.client, id, { batch_id: 'ward-1', observations: observations(1) });
    const before = await everything();
    const again = await record[api](owner.client, id, { batch_id: 'ward-1', observations: changed });
    expect(again.status).toBe(409);
    expect(await everything()).toEqual(before);
  });

  it('the same batch id of another member, and in another federation, is another batch', async () => {
    const { id, owner, active } = await gateway.aFederation({ active: 1 });
    const other = await gateway.aFederation({ owner });
    const batch = { batch_id: 'ward-1', observations: observations(3) };
    await record[api](owner.client, id, batch);
    const elsewhere = { batch_id: 'ward-1', observations: observations(2) };
    expect(await record[api](active[0]!.client, id, elsewhere)).toMatchObject({
      stored: { duplicate: false },
    });
    expect(await record[api](owner.client, other.id, elsewhere)).toMatchObject({
      stored: { duplicate: false },
    });
    expect(await kept(id, owner.id)).toMatchObject({ record: 3, summarized: 3 });
    expect(await kept(id, active[0]!.id)).toMatchObject({ record: 2, summarized: 2 });
  });

  it.each([null, undefined])(
    'without a batch id (%p) one is made, and equal batches are two',
    async (batchId) => {
      const { id, owner } = await gateway.aFederation();
      const batch = { batch_id: batchId, observations: observations(2) };
      const [first, second] = [
        await record[api](owner.client, id, batch as { batch_id: null }),
        await record[api](owner.client, id, batch as { batch_id: null }),
      ];
      expect(first.stored.batch_id).toMatch(/^[A-Za-z0-9._:-]{1,64}$/);
      expect(second.stored).toMatchObject({ accepted: 2, duplicate: false });
      expect(second.stored.batch_id).not.toBe(first.stored.batch_id);
      expect(await kept(id, owner.id)).toMatchObject({ record: 4, summarized: 4, chunks: 2 });
      const made = { ...batch, batch_id: String(first.stored.batch_id) };
      expect(await record[api](owner.client, id, made)).toMatchObject({ stored: { duplicate: true } });
    },
  );

  it('a batch id has 1 to 64 characters of a few kinds', async () => {
    const { id, owner } = await gateway.aFederation();
    for (const batch_id of ['', 'a b', 'ä', 'a/b', 'x'.repeat(65)])
      expect(await record[api](owner.client, id, { batch_id, observations: observations(1) })).toMatchObject({
        status: 400,
        field: 'batch_id',
      });
    for (const batch_id of ['x'.repeat(64), 'Ward.1_2:3-4'])
      expect(await record[api](owner.client, id, { batch_id, observations: observations(1) })).toMatchObject({
        stored: { batch_id },
      });
  });
});

it('both APIs store the same', async () => {
  const { id, owner, active } = await gateway.aFederation({ active: 1 });
  const batch = { batch_id: 'both', observations: [FULL, anObservation()] };
  const over = {
    REST: await record.REST(owner.client, id, batch),
    GraphQL: await record.GraphQL(active[0]!.client, id, batch),
  };
  expect(over.GraphQL).toEqual(over.REST);
  const rows = withoutOrganization(await recordOf(id));
  expect(rows.slice(2)).toEqual(rows.slice(0, 2));
});

it('a batch that came over one API is a duplicate over the other', async () => {
  const { id, owner } = await gateway.aFederation();
  const batch = { batch_id: 'both', observations: [FULL] };
  await record.REST(owner.client, id, batch);
  expect(await record.GraphQL(owner.client, id, batch)).toMatchObject({ stored: { duplicate: true } });
});

it('a negative zero stays one', async () => {
  const { id, owner } = await gateway.aFederation();
  const text = JSON.stringify({ observations: observations(1) }).replace('70', '-0');
  await owner.client.raw('POST', `/api/v1/federations/${id}/observations`, text).expect(200);
  const [row] = await recordOf(id);
  expect(JSON.parse(String(row!['metrics']))).toEqual({ heart_rate: -0 });
});

it('10,000 observations are stored, and one more is refused', async () => {
  const { id, owner } = await gateway.aFederation();
  const tooMany = await record.REST(owner.client, id, { observations: observations(10_001) });
  expect(tooMany).toMatchObject({ status: 400, field: 'observations' });
  expect(await kept(id, owner.id)).toMatchObject({ record: 0, summarized: 0 });
  const { stored } = await record.REST(owner.client, id, { observations: observations(10_000) });
  expect(stored).toMatchObject({ accepted: 10_000, duplicate: false });
  expect(await kept(id, owner.id)).toMatchObject({ record: 10_000, summarized: 10_000, chunks: 1 });
});

describe('all of a batch is stored or nothing', () => {
  it.each([0, 999, 1_999])('where observation %d is wrong', async (place) => {
    const { id, owner } = await gateway.aFederation();
    const before = await everything();
    const sent = observations(2_000, { metrics: { new_one: 1 } });
    sent[place] = anObservation({ metrics: { heart_rate: 'seventy' } });
    expect(await record.REST(owner.client, id, { observations: sent })).toMatchObject({
      status: 400,
      field: `observations[${place}].metrics.heart_rate`,
    });
    expect(await everything()).toEqual(before);
  });

  it.each([0, 999, 1_999])('where observation %d uses a name as the other kind', async (place) => {
    const { id, owner } = await gateway.aFederation();
    await record.REST(owner.client, id, {
      observations: [anObservation({ attributes: { rhythm: 'sinus' } })],
    });
    const before = await everything();
    const sent = observations(2_000, { metrics: { new_one: 1 } });
    sent[place] = anObservation({ metrics: { rhythm: 1 } });
    expect(await record.REST(owner.client, id, { observations: sent })).toEqual({
      status: 400,
      field: `observations[${place}].metrics.rhythm`,
      reason: 'wrong_kind',
    });
    expect(await everything()).toEqual(before);
  });
});
