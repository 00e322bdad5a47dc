import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ask, askEverywhere, askGraphql, type Kind } from '../support/analyses.js';
import { startTestApp, type Member, type TestApp } from '../support/app.js';
import type { Client, Json } from '../support/client.js';
import { setPolicy } from '../support/discovery.js';
import { anObservation, observations, send } from '../support/observations.js';

const DAY = 86_400_000;
const START = Date.parse('2026-03-01T00:00:00Z');

let gateway: TestApp;
let id: string;
let owner: Member;
let north: Member;
let south: Member;

beforeAll(async () => {
  gateway = await startTestApp();
});
afterAll(() => gateway.close());

beforeEach(async () => {
  const federation = await gateway.aFederation({ active: 2 });
  ({ id, owner } = federation);
  [north, south] = federation.active as [Member, Member];
});

/** The nth of a group: a day later each, and a beat faster. */
function nth(group: string, n: number, fields: Json = {}): Json {
  return anObservation({
    recorded_at: new Date(START + n * DAY).toISOString(),
    device_group: group,
    metrics: { heart_rate: 60 + n },
    ...fields,
  });
}

const many = (count: number, of: (n: number) => Json): Json[] =>
  Array.from({ length: count }, (_, n) => of(n));

const sendWard = (count: number) =>
  send(
    north.client,
    id,
    many(count, (n) => nth('ward', n)),
  );

async function described(client: Client, body: Json = {}): Promise<{ shown: Json[]; withheld: Json }> {
  const { answer } = await askEverywhere(client, id, 'descriptive', { variable: 'heart_rate', ...body });
  const withheld = Object.fromEntries(
    answer.suppressed_groups.map((row: Json) => [row.group_id, row.reason]),
  );
  return { shown: answer.groups, withheld };
}

const idsOf = (groups: readonly Json[]) => groups.map(({ group_id: groupId }) => groupId);

async function refusedWith(client: Client, kind: Kind, body: Json): Promise<Json> {
  const { status, body: refusal } = await ask(client, id, kind, body);
  const told = await askGraphql(client, id, kind, body);
  expect([status, told.status, told.reason]).toEqual([400, 400, refusal.details.reason]);
  return refusal;
}

describe('a small group', () => {
  it('is left out and listed, and nothing of it is told', async () => {
    await send(north.client, id, [...observations(20), ...observations(4, { device_group: 'nicu' })]);
    const { shown, withheld } = await described(owner.client);
    expect(idsOf(shown)).toEqual(['ward']);
    expect(withheld).toEqual({ nicu: 'below_disclosure_threshold' });
  });

  it('of which the caller owns the most is no larger for that', async () => {
    await send(south.client, id, observations(4, { device_group: 'nicu' }));
    await send(north.client, id, observations(200, { device_group: 'nicu' }));
    expect((await described(north.client)).withheld).toEqual({ nicu: 'below_disclosure_threshold' });
    expect(idsOf((await described(owner.client)).shown)).toEqual(['nicu']);
    // It knows its own four, and learns of two hundred others.
    expect(idsOf((await described(south.client)).shown)).toEqual(['nicu']);
  });

  it('is refused in a t-test by its name and without its size', async () => {
    await send(north.client, id, [...observations(20), ...observations(4, { device_group: 'nicu' })]);
    const refusal = await refusedWith(owner.client, 't-test', {
      variable: 'heart_rate',
      group_a: 'ward',
      group_b: 'nicu',
    });
    expect(refusal).toMatchObject({
      message: 'nicu may not be shown here: too few observations',
      details: { field: 'group_b', reason: 'below_disclosure_threshold', groups: ['nicu'] },
    });
  });

  it('is told apart from one that has no observation of the variable by nothing', async () => {
    const other = { metrics: { weight: 4 } };
    await send(north.client, id, [
      ...observations(20),
      ...observations(3, { device_group: 'picu' }),
      ...observations(30, { device_group: 'hall', ...other }),
    ]);
    const refusals = [];
    for (const group of ['picu', 'hall']) {
      const body = { variable: 'heart_rate', group_a: 'ward', group_b: group };
      const { message, details } = await refusedWith(owner.client, 't-test', body);
      refusals.push(JSON.stringify([message, details]).replaceAll(group, 'group'));
    }
    expect(refusals[0]).toBe(refusals[1]);
  });

  it('is in no list of known groups', async () => {
    await send(north.client, id, [...observations(20), ...observations(4, { device_group: 'nicu' })]);
    const { message, details } = await refusedWith(owner.client, 'descriptive', {
      variable: 'heart_rate',
      group_ids: ['nobody'],
    });
    expect(details.known).toEqual(['ward']);
    expect(message).toBe('group_ids must be a group of the federation; known are ward');
  });

  it("makes no variable known: one that only it has is not listed, and 'unknown' lists none but those", async () => {
    await send(north.client, id, [
      ...observations(20),
      ...observations(4, { metrics: { rare_marker: 1 }, device_group: 'nicu' }),
    ]);
    const { details } = await refusedWith(owner.client, 'descriptive', { variable: 'nothing' });
    expect(details.known).toEqual(['heart_rate']);
  });

  it('has its size given away by no demand for a least count', async () => {
    await send(north.client, id, [...observations(20), ...observations(4, { device_group: 'nicu' })]);
    for (const min_sample_count of [1, 3, 4, 5, 20, 21]) {
      const { withheld } = await described(owner.client, { filters: { min_sample_count } });
      expect(withheld.nicu).toBe('below_disclosure_threshold');
      expect(withheld.ward).toBe(min_sample_count > 20 ? 'below_min_sample_count' : undefined);
    }
  });
});

describe('filters', () => {
  const window = (from: number, to: number) => ({
    filters: {
      start_time: new Date(START + from * DAY).toISOString(),
      end_time: new Date(START + to * DAY).toISOString(),
    },
  });

  it('that leave out a few observations of a group withhold it, and its complement as well', async () => {
    await sendWard(40);
    expect((await described(owner.client, window(3, 40))).withheld).toEqual({ ward: 'differencing' });
    expect((await described(owner.client, window(0, 3))).withheld).toEqual({
      ward: 'below_disclosure_threshold',
    });
    expect((await described(owner.client, window(5, 40))).shown).toMatchObject([{ count: 35 }]);
    expect((await described(owner.client, window(0, 5))).shown).toMatchObject([{ count: 5 }]);
    expect((await described(owner.client, window(-5, 90))).shown).toMatchObject([{ count: 40 }]);
  });

  it("that leave out many of the caller's own and a few of others withhold it", async () => {
    const isFew = (n: number) => n < 2;
    await sendWard(40);
    await send(
      south.client,
      id,
      many(60, (n) => nth('ward', isFew(n) ? n : 0)),
    );
    // South leaves out its own 58 of the first day, and two of north's.
    expect((await described(south.client, window(2, 40))).withheld).toEqual({ ward: 'differencing' });
    expect((await described(owner.client, window(2, 40))).shown).toMatchObject([{ count: 38 }]);
  });

  it('by platform count as well', async () => {
    await send(
      north.client,
      id,
      many(40, (n) => nth('ward', n, { device_platform: n < 2 ? 'web' : 'ios' })),
    );
    const on = (device_platform: string) => described(owner.client, { filters: { device_platform } });
    expect((await on('ios')).withheld).toEqual({ ward: 'differencing' });
    expect((await on('web')).withheld).toEqual({ ward: 'below_disclosure_threshold' });
    expect((await on('none such')).withheld).toEqual({ ward: 'below_disclosure_threshold' });
  });

  it('refuse a t-test for the same reason', async () => {
    await send(north.client, id, many(40, (n) => [nth('ward', n), nth('icu', n)]).flat());
    const body = { variable: 'heart_rate', group_a: 'icu', group_b: 'ward', ...window(3, 40) };
    expect((await refusedWith(owner.client, 't-test', body)).details.reason).toBe(
      'below_disclosure_threshold',
    );
  });
});

describe('order statistics', () => {
  it.each([
    [7, false, false],
    [8, true, false],
    [15, true, false],
    [16, true, true],
  ])(
    'of %d observations: the median %s, quartiles %s, and never extremes',
    async (count, median, quartiles) => {
      await sendWard(count);
      const { shown } = await described(owner.client);
      expect([shown[0].median !== null, 'percentiles' in shown[0], shown[0].min, shown[0].max]).toEqual([
        median,
        quartiles,
        null,
        null,
      ]);
    },
  );

  it('have extremes once the owner allows them', async () => {
    await sendWard(16);
    await setPolicy(owner.client, id, { minGroupSize: 5, allowExtremes: true });
    expect((await described(owner.client)).shown).toMatchObject([{ min: 60, max: 75 }]);
  });
});

describe('a table', () => {
  const cell = (rhythm: string, sex: string, group = 'ward') => ({
    device_group: group,
    attributes: { rhythm, sex },
  });

  async function tableOf(client: Client, body: Json = {}): Promise<Json> {
    const asked = { variable_1: 'rhythm', variable_2: 'sex', ...body };
    return (await askEverywhere(client, id, 'chi-square', asked)).answer;
  }

  it('has no small count, nor what would give one away, and does not name a rare value', async () => {
    await send(north.client, id, [
      ...observations(30, cell('sinus', 'female')),
      ...observations(25, cell('sinus', 'male')),
      ...observations(12, cell('afib', 'female')),
      ...observations(14, cell('afib', 'male')),
      ...observations(3, cell('rare', 'female')),
      ...observations(1, cell('rare', 'male')),
    ]);
    const answer = await tableOf(owner.client);
    expect(answer).toMatchObject({
      row_values: ['afib', 'sinus', null],
      column_values: ['female', 'male'],
      table: [
        [null, null],
        [30, 25],
        [null, null],
      ],
      sample_size: 85,
    });
    expect(JSON.stringify(answer)).not.toContain('rare');
  });

  it('is of the groups that may be shown, and says that others are left out', async () => {
    await send(north.client, id, [
      ...observations(30, cell('sinus', 'female')),
      ...observations(25, cell('afib', 'male')),
      ...observations(3, cell('afib', 'female', 'nicu')),
    ]);
    const answer = await tableOf(owner.client);
    expect(answer).toMatchObject({
      sample_size: 55,
      suppressed_groups: [{ group_id: 'nicu', reason: 'below_disclosure_threshold' }],
      warnings: ['groups are left out: 1'],
    });
    const refusal = await refusedWith(owner.client, 'chi-square', {
      variable_1: 'rhythm',
      variable_2: 'sex',
      group_ids: ['ward', 'nicu'],
    });
    expect(refusal.details).toMatchObject({ reason: 'below_disclosure_threshold', groups: ['nicu'] });
  });

  it('of which no group may be shown is refused', async () => {
    await send(north.client, id, observations(3, cell('afib', 'female')));
    const body = { variable_1: 'rhythm', variable_2: 'sex' };
    expect((await refusedWith(owner.client, 'chi-square', body)).details.reason).toBe(
      'below_disclosure_threshold',
    );
  });

  it('counts the values that its filters leave without an observation', async () => {
    await send(north.client, id, [
      ...observations(30, { ...cell('sinus', 'female'), device_platform: 'ios' }),
      ...observations(30, { ...cell('afib', 'male'), device_platform: 'ios' }),
      ...observations(30, { ...cell('paced', 'male'), device_platform: 'web' }),
    ]);
    const answer = await tableOf(owner.client, { filters: { device_platform: 'ios' } });
    expect(answer).toMatchObject({
      rows: 2,
      sample_size: 60,
      warnings: ['rows without an observation are left out: 1'],
    });
  });
});
