import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type Member, type TestApp } from '../support/app.js';
import {
  anObservation,
  keptOf,
  observations,
  record,
  recordedOverRest,
  type Fields,
} from '../support/observations.js';
import { everyRow } from '../support/rows.js';

let gateway: TestApp;
let id: string;
let owner: Member;

beforeAll(async () => {
  gateway = await startTestApp();
  ({ id, owner } = await gateway.aFederation());
});
afterAll(() => gateway.close());

const HOUR_MS = 3_600_000;
const inHours = (hours: number) => new Date(gateway.clock.now() + hours * HOUR_MS).toISOString();
const named = (count: number, value: unknown) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`v${i}_${typeof value}`, value]));

const EMOJI = '😀';

const texts = ['device_group', 'device_id', 'device_platform'].flatMap((name) => [
  { what: `${name} of 128 characters`, fields: { [name]: 'x'.repeat(128) } },
  { what: `${name} of 128 emoji`, fields: { [name]: EMOJI.repeat(128) } },
]);

const fine: readonly { what: string; fields: Fields }[] = [
  ...texts,
  { what: '64 metrics', fields: { metrics: named(64, 1) } },
  { what: '8 attributes', fields: { attributes: named(8, 'x') } },
  { what: '64 metrics and 8 attributes', fields: { metrics: named(64, 1), attributes: named(8, 'x') } },
  { what: 'the largest number', fields: { metrics: { big: 1e150 } } },
  { what: 'the smallest number', fields: { metrics: { big: -1e150 } } },
  { what: 'a tiny number', fields: { metrics: { tiny: 5e-324 } } },
  { what: 'no attributes', fields: { attributes: {} } },
  { what: 'no metrics but an attribute', fields: { metrics: {}, attributes: { rhythm: 'sinus' } } },
  {
    what: 'null for every optional member',
    fields: { attributes: null, device_id: null, device_platform: null },
  },
  { what: 'null for one of two metrics', fields: { metrics: { a: null, b: 1 } } },
  { what: 'a name of 64 characters of every kind', fields: { metrics: { [`A-z_0.9${'x'.repeat(57)}`]: 1 } } },
  { what: 'an attribute of 128 emoji', fields: { attributes: { note: EMOJI.repeat(128) } } },
];

interface Wrong {
  readonly what: string;
  readonly fields: Fields;
  /** What the answer names, below the observation. */
  readonly field: string;
}

const TEXTS_REFUSED = [
  { kind: 'of 129 characters', text: 'x'.repeat(129) },
  { kind: 'of 129 emoji', text: EMOJI.repeat(129) },
  { kind: 'with NUL', text: 'a\0b' },
  { kind: 'with a lone surrogate', text: 'a\ud800b' },
];

const wrong: readonly Wrong[] = [
  ...TEXTS_REFUSED.flatMap(({ kind, text }) => [
    ...['device_group', 'device_id', 'device_platform'].map((name) => ({
      what: `${name} ${kind}`,
      fields: { [name]: text },
      field: `.${name}`,
    })),
    { what: `an attribute ${kind}`, fields: { attributes: { note: text } }, field: '.attributes.note' },
  ]),
  ...['', ' '].map((blank) => ({
    what: `a blank device_group ("${blank}")`,
    fields: { device_group: blank },
    field: '.device_group',
  })),
  ...['', ' '].map((blank) => ({
    what: `a blank attribute ("${blank}")`,
    fields: { attributes: { note: blank } },
    field: '.attributes.note',
  })),
  { what: '65 metrics', fields: { metrics: named(65, 1) }, field: '.metrics' },
  { what: '9 attributes', fields: { attributes: named(9, 'x') }, field: '.attributes' },
  { what: 'a number above the largest', fields: { metrics: { a: 1.1e150 } }, field: '.metrics.a' },
  { what: 'a number below the smallest', fields: { metrics: { a: -1.1e150 } }, field: '.metrics.a' },
  ...['NaN', '1', true, {}, [1]].map((value) => ({
    what: `a metric of ${JSON.stringify(value)}`,
    fields: { metrics: { a: value } },
    field: '.metrics.a',
  })),
  ...[1, true, {}, ['x']].map((value) => ({
    what: `an attribute of ${JSON.stringify(value)}`,
    fields: { attributes: { note: value } },
    field: '.attributes.note',
  })),
  ...['', 'a b', 'ä', 'a/b', 'a$', 'a\0', 'x'.repeat(65), 'constructor', 'prototype'].flatMap((name) => [
    { what: `a metric named ${JSON.stringify(name)}`, fields: { metrics: { [name]: 1 } }, field: '.metrics' },
    {
      what: `an attribute named ${JSON.stringify(name)}`,
      fields: { attributes: { [name]: 'x' } },
      field: '.attributes',
    },
  ]),
  { what: 'no metric and no attribute', fields: { metrics: {}, attributes: {} }, field: '' },
  { what: 'null in place of both', fields: { metrics: null, attributes: null }, field: '' },
  { what: 'null for the only metric', fields: { metrics: { a: null } }, field: '' },
  ...[[1], 'x', 7].map((metrics) => ({
    what: `metrics that are ${JSON.stringify(metrics)}`,
    fields: { metrics },
    field: '.metrics',
  })),
];

/** Of an API's form, where GraphQL's own types refuse as well, in words of their own. */
const malformed: readonly { what: string; fields: unknown }[] = [
  ...['recorded_at', 'device_group'].flatMap((name) =>
    [null, undefined, 7].map((value) => ({ what: `${name} that is ${value}`, fields: { [name]: value } })),
  ),
  ...['', 'yesterday', '2026-01-01', '2026-02-30T00:00:00Z', '2026-01-01T00:00:00+25:00'].map((time) => ({
    what: `the time "${time}"`,
    fields: { recorded_at: time },
  })),
];

describe.each(['REST', 'GraphQL'] as const)('over %s', (api) => {
  const send = (sent: readonly unknown[]) => record[api](owner.client, id, { observations: sent });

  it.each(fine)('$what: stored', async ({ fields }) => {
    expect(await send([anObservation(fields)])).toMatchObject({ status: 200, stored: { accepted: 1 } });
  });

  it.each(wrong)('$what: refused by its place', async ({ fields, field }) => {
    const before = await keptOf(gateway.app.core.db, id, owner.id);
    const answer = await send([...observations(2), anObservation(fields)]);
    expect(answer).toMatchObject({ status: 400, field: `observations[2]${field}` });
    expect(await keptOf(gateway.app.core.db, id, owner.id)).toEqual(before);
  });

  it.each(malformed)('$what: refused', async ({ fields }) => {
    expect(await send([anObservation(fields as Fields)])).toMatchObject({ status: 400 });
  });

  it.each([null, 7, 'x', []])('%p in place of an observation is refused', async (observation) => {
    expect(await send([observation])).toMatchObject({ status: 400 });
  });

  it('a time may be long ago and up to a day ahead', async () => {
    for (const recorded_at of ['1970-01-01T00:00:00Z', '1999-12-31T23:59:59.999Z', inHours(23)])
      expect(await send([anObservation({ recorded_at })])).toMatchObject({ status: 200 });
    for (const recorded_at of [inHours(25), '9999-12-31T23:59:59Z'])
      expect(await send([anObservation({ recorded_at })])).toEqual({
        status: 400,
        field: 'observations[0].recorded_at',
      });
  });

  it('a time has any offset, and none means UTC', async () => {
    const federation = await gateway.aFederation();
    const times = ['2026-01-01T05:30:00+05:30', '2025-12-31T19:00:00.000-05:00', '2026-01-01T00:00:00'];
    const sent = times.map((recorded_at) => anObservation({ recorded_at }));
    await record[api](federation.owner.client, federation.id, { observations: sent });
    const rows = await gateway.app.core.db.query<{ at: unknown }>(
      'SELECT o.recorded_at AS at FROM observations o WHERE o.federation_id = ?',
      [federation.id],
    );
    expect(rows.map(({ at }) => Number(at))).toEqual(times.map(() => Date.UTC(2026, 0, 1)));
  });

  it.each([
    { first: { metrics: { x: 1 } }, then: { metrics: {}, attributes: { x: 'a' } }, field: 'attributes.x' },
    { first: { metrics: {}, attributes: { x: 'a' } }, then: { metrics: { x: 1 } }, field: 'metrics.x' },
  ])('a name has the kind of its first use: $field is another', async ({ first, then, field }) => {
    const refused = (i: number) => ({
      status: 400,
      field: `observations[${i}].${field}`,
      reason: 'wrong_kind',
    });
    const federation = await gateway.aFederation({ active: 1 });
    const [a, b] = [federation.owner.client, federation.active[0]!.client];
    const both = [anObservation(first), anObservation(then)];
    const before = await everyRow(gateway.app.core.db);
    expect(await record[api](a, federation.id, { observations: both })).toEqual(refused(1));
    expect(await everyRow(gateway.app.core.db)).toEqual(before);
    await record[api](a, federation.id, { observations: [anObservation(first)] });
    for (const client of [a, b]) {
      const sent = [anObservation(), anObservation(then)];
      expect(await record[api](client, federation.id, { observations: sent })).toEqual(refused(1));
    }
  });

  it('a name is of one kind in one observation', async () => {
    const both = anObservation({ metrics: { y: 1 }, attributes: { y: 'a' } });
    expect(await send([both])).toEqual({
      status: 400,
      field: 'observations[0].attributes.y',
      reason: 'wrong_kind',
    });
  });

  it('the same name is of another kind in another federation', async () => {
    const other = await gateway.aFederation();
    const sent = [anObservation({ metrics: {}, attributes: { heart_rate: 'high' } })];
    await send(observations(1));
    expect(await record[api](other.owner.client, other.id, { observations: sent })).toMatchObject({
      status: 200,
    });
  });
});

describe('in the text of a body', () => {
  const post = async (metrics: string) => {
    const text = `{"observations":[{"recorded_at":"2026-01-01T00:00:00Z","device_group":"w","metrics":${metrics}}]}`;
    return recordedOverRest(await owner.client.raw('POST', `/api/v1/federations/${id}/observations`, text));
  };
  const inGraphql = (metrics: string) =>
    owner.client.codeOf(`mutation { recordObservations(input: { federationId: "${id}", observations: [
      { recordedAt: "2026-01-01T00:00:00Z", deviceGroup: "w", metrics: ${metrics} }] }) { accepted } }`);

  it.each(['{"a":1e309}', '{"a":-1e309}', '{"a":1e999}', '{"a":1,"__proto__":2}', '{"__proto__":{"a":1}}'])(
    '%s is refused',
    async (metrics) => {
      expect(await post(metrics)).toMatchObject({ status: 400 });
    },
  );

  it.each(['{"a":NaN}', '{"a":Infinity}', '{"a":01}', '{a:1}'])('%s is no JSON', async (metrics) => {
    expect(await post(metrics)).toMatchObject({ status: 400 });
  });

  it.each(['{ a: 1e309 }', '{ __proto__: 1 }', '{ a: 1, __proto__: 2 }', '{ a: NaN }', '{ constructor: 1 }'])(
    '%s is refused as a literal of GraphQL',
    async (metrics) => {
      expect(await inGraphql(metrics)).toBe('BAD_USER_INPUT');
    },
  );
});

it('a federation has at most 1,000 variables, which all members share', async () => {
  const federation = await gateway.aFederation({ active: 1 });
  const names = (first: number, count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`name${first + i}`, 1]));
  const batch = (count: number) =>
    Array.from({ length: Math.ceil(count / 50) }, (_, i) =>
      anObservation({ metrics: names(i * 50, Math.min(50, count - i * 50)) }),
    );
  const send = (client: Member['client'], sent: readonly Fields[]) =>
    record.REST(client, federation.id, { observations: sent });
  const { owner: first, active } = federation;
  expect(await send(first.client, batch(1_001))).toMatchObject({ status: 400, reason: 'too_many_variables' });
  expect(await send(first.client, batch(1_000))).toMatchObject({ status: 200 });
  expect(await send(active[0]!.client, batch(1_000))).toMatchObject({ status: 200 });
  expect(await send(active[0]!.client, [anObservation({ metrics: { one_more: 1 } })])).toMatchObject({
    status: 400,
    reason: 'too_many_variables',
  });
  expect(await keptOf(gateway.app.core.db, federation.id, active[0]!.id)).toMatchObject({ record: 20 });
});
