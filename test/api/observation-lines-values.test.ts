import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startTestApp, type TestApp, type TestFederation } from '../support/app.js';
import { countOf, send } from '../support/lines.js';

let gateway: TestApp;

beforeAll(async () => {
  gateway = await startTestApp();
});
afterAll(() => gateway.close());

const lineWith = (metrics: string, attributes = '{}') =>
  `{"recorded_at":"2026-01-01T00:00:00Z","device_group":"ward","metrics":${metrics},"attributes":${attributes}}`;

const named = (count: number, first = 0) =>
  JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, i) => [`v${first + i}`, 1])));

async function metricsOf({ id }: TestFederation): Promise<unknown[]> {
  const rows = await gateway.app.core.db.query<{ metrics: string }>(
    'SELECT o.metrics AS metrics FROM observations o WHERE o.federation_id = ? ORDER BY o.id',
    [id],
  );
  return rows.map(({ metrics }) => JSON.parse(metrics));
}

it('keeps numbers to the bit', async () => {
  const federation = await gateway.aFederation();
  const texts = [
    '0.1',
    '-0',
    '-0.0',
    '5e-324',
    '-1e150',
    '9007199254740993',
    '0.1000000000000000055511151231257827',
  ];
  const lines = texts.map((text) => lineWith(`{"x":${text}}`));
  await send(federation.owner, federation, lines.join('\n')).expect(200);
  expect(await metricsOf(federation)).toEqual(texts.map((text) => ({ x: Number(text) })));
});

it('of a member that is there twice takes the last, as JSON.parse does', async () => {
  const federation = await gateway.aFederation();
  const { owner } = federation;
  const twice = lineWith('{"x":1,"x":2}').replace('{', '{"device_group":"other",');
  await send(owner, federation, twice, 'twice').expect(200);
  expect(await metricsOf(federation)).toEqual([{ x: 2 }]);
  const { body } = await send(owner, federation, lineWith('{"x":2}'), 'twice').expect(200);
  expect(body).toMatchObject({ duplicate: true });
});

const refused = [
  { what: '65 metrics', line: lineWith(named(65)), field: 'line 2.metrics' },
  {
    what: '9 attributes',
    line: lineWith('{}', named(9).replace(/1(?=[,}])/g, '"a"')),
    field: 'line 2.attributes',
  },
  { what: 'a number beyond 1e150', line: lineWith('{"x":1.1e150}'), field: 'line 2.metrics.x' },
  { what: 'an infinite number', line: lineWith('{"x":-1e999}'), field: 'line 2.metrics.x' },
] as const;

it.each(refused)('refuses $what by its line', async ({ line, field }) => {
  const federation = await gateway.aFederation();
  const { body } = await send(federation.owner, federation, `${lineWith('{"x":1}')}\n${line}`).expect(400);
  expect(body.details).toMatchObject({ line: 2, accepted: 0, field });
  expect(await countOf(gateway.app.core.db, federation)).toBe(0);
});

it('refuses the line with the 1,001st variable, and keeps the chunk before it', async () => {
  const federation = await gateway.aFederation();
  const full = Array.from({ length: 1_000 }, (_, i) => lineWith(named(1, i)));
  const { body } = await send(
    federation.owner,
    federation,
    [...full, lineWith(named(2, 999))].join('\n'),
  ).expect(400);
  expect(body.details).toMatchObject({ line: 1_001, accepted: 1_000, reason: 'too_many_variables' });
  expect(await countOf(gateway.app.core.db, federation)).toBe(1_000);
});

it.each([
  { values: 100, kept: 100 },
  { values: 101, kept: undefined },
])('of $values values of an attribute the summaries keep $kept, the record all', async ({ values, kept }) => {
  const federation = await gateway.aFederation();
  const lines = Array.from({ length: values }, (_, i) => lineWith('{}', `{"code":"c${i}"}`));
  await send(federation.owner, federation, lines.join('\n')).expect(200);
  expect(await countOf(gateway.app.core.db, federation)).toBe(values);
  const { core } = gateway.app;
  const asked = { federationId: federation.id, variable: 'code', otherVariable: '', platform: null };
  const [summary] = await core.summaries.read(core.db, { ...asked, start: null, end: null });
  if (summary?.body.kind !== 'categorical') throw new Error('no categorical summary');
  expect(summary.body.counts?.size).toBe(kept);
  expect(summary.count).toBe(values);
});
