import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { linesOf, send as sendLines } from '../support/lines.js';
import { observations, record } from '../support/observations.js';

let gateway: TestApp;

beforeAll(async () => {
  gateway = await startTestApp();
});
afterAll(() => gateway.close());

async function accepted(): Promise<number> {
  const { text } = await gateway.anonymous.raw('GET', '/metrics').expect(200);
  const [, count] = /^gateway_observations_accepted_total (\d+)$/m.exec(text) ?? [];
  return Number(count);
}

async function counting(work: () => Promise<unknown>): Promise<number> {
  const before = await accepted();
  await work();
  return (await accepted()) - before;
}

it.each(['REST', 'GraphQL'] as const)('a batch over %s counts once, a repeat not at all', async (api) => {
  const { id, owner } = await gateway.aFederation();
  const batch = { batch_id: 'ward-1', observations: observations(3) };
  expect(await counting(() => record[api](owner.client, id, batch))).toBe(3);
  expect(await counting(() => record[api](owner.client, id, batch))).toBe(0);
  const other = { batch_id: 'ward-1', observations: observations(4) };
  expect(await counting(() => record[api](owner.client, id, other))).toBe(0);
});

it('lines count as they are stored: chunks before a refused line do, skipped ones do not', async () => {
  const federation = await gateway.aFederation();
  const lines = linesOf(2_500);
  const refused = lines.with(1_700, '{}').join('\n');
  expect(await counting(() => sendLines(federation.owner, federation, refused, 'b').expect(400))).toBe(1_000);
  const whole = lines.join('\n');
  expect(await counting(() => sendLines(federation.owner, federation, whole, 'b').expect(200))).toBe(1_500);
  expect(await counting(() => sendLines(federation.owner, federation, whole, 'b').expect(200))).toBe(0);
});

it('what an Idempotency-Key replays does not count, though it is attempted and undone', async () => {
  const { id, owner } = await gateway.aFederation();
  const send = (sent: unknown[]) =>
    owner.client.raw(
      'POST',
      `/api/v1/federations/${id}/observations`,
      JSON.stringify({ observations: sent }),
      {
        'content-type': 'application/json',
        'idempotency-key': 'once',
      },
    );
  expect(await counting(() => send(observations(2)).expect(200))).toBe(2);
  // Without a batch id the repeat is stored anew before it is rolled back.
  expect(await counting(() => send(observations(2)).expect(200))).toBe(0);
});
