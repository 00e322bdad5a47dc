import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import path from 'node:path';
import { startTestApp, TIGHT_EPSILON_SCRIPT, type TestApp } from '../support/app.js';
import type { Client, Json } from '../support/client.js';
import { done, INFINITE_ROUND, ledgerApis, privacyOf, ROUND, type Fields } from '../support/ledger.js';

let gateway: TestApp;

beforeAll(async () => {
  gateway = await startTestApp({}, { tightEpsilonScript: TIGHT_EPSILON_SCRIPT });
});
afterAll(() => gateway.close());

const { cancel, record, reserve, setBudget } = ledgerApis.REST;
const TIGHT = 'query($id: ID!) { federation(id: $id) { privacy { tightEpsilonSpent currentEpsilonSpent } } }';

async function tightOf(client: Client, id: string): Promise<{ tight: number | null; spent: number | null }> {
  const { tightEpsilonSpent: tight, currentEpsilonSpent: spent } = (await client.query(TIGHT, { id }))
    .federation.privacy;
  return { tight, spent };
}

/** Asks until the value is there. */
async function waitForTight(client: Client, id: string): Promise<{ tight: number; spent: number | null }> {
  for (const deadline = Date.now() + 15_000; Date.now() < deadline;) {
    const { tight, spent } = await tightOf(client, id);
    if (tight !== null) return { tight, spent };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('no tight epsilon came');
}

describe('the tight epsilon', () => {
  it('of a ledger without rounds is 0', async () => {
    const { id, owner } = await gateway.aFederation();
    expect(await tightOf(owner.client, id)).toEqual({ tight: 0, spent: 0 });
    await done(record(owner.client, id, {}));
    expect(await tightOf(owner.client, id)).toEqual({ tight: 0, spent: 0 });
  });

  const rounds: readonly { name: string; rounds: readonly Fields[] }[] = [
    { name: 'one round', rounds: [ROUND] },
    { name: 'several', rounds: [ROUND, { noise_multiplier: 1.1, sample_rate: 0.02, num_steps: 200 }, ROUND] },
    {
      name: 'a round in which everybody takes part',
      rounds: [{ noise_multiplier: 3, sample_rate: 1, num_steps: 2 }],
    },
  ];
  it.each(rounds)('of $name is null at first, then at most the spend', async ({ rounds: asked }) => {
    const { id, owner } = await gateway.aFederation();
    for (const round of asked) await done(record(owner.client, id, round));
    expect((await tightOf(owner.client, id)).tight).toBeNull();
    const { tight, spent } = await waitForTight(owner.client, id);
    expect(tight).toBeGreaterThan(0);
    expect(tight).toBeLessThanOrEqual(spent!);
    expect((await tightOf(owner.client, id)).tight).toBe(tight);
  });

  it('is null again behind every further round, then larger', async () => {
    const { id, owner } = await gateway.aFederation();
    await done(record(owner.client, id));
    const first = await waitForTight(owner.client, id);
    await done(record(owner.client, id));
    expect((await tightOf(owner.client, id)).tight).toBeNull();
    expect((await waitForTight(owner.client, id)).tight).toBeGreaterThan(first.tight);
  });

  it('goes back with a cancelled round', async () => {
    const { id, owner } = await gateway.aFederation();
    await done(record(owner.client, id));
    const first = await waitForTight(owner.client, id);
    const reserved = await done(reserve(owner.client, id));
    expect((await waitForTight(owner.client, id)).tight).toBeGreaterThan(first.tight);
    await done(cancel(owner.client, id, reserved.id));
    expect((await waitForTight(owner.client, id)).tight).toBe(first.tight);
  });

  it('follows the delta of the budget', async () => {
    const { id, owner } = await gateway.aFederation();
    await done(record(owner.client, id));
    const first = await waitForTight(owner.client, id);
    await done(setBudget(owner.client, id, { total_epsilon_budget: 10, total_delta_budget: 1e-8 }));
    const { tight, spent } = await waitForTight(owner.client, id);
    expect(tight).toBeGreaterThan(first.tight);
    expect(tight).toBeLessThanOrEqual(spent!);
  });

  it('decides nothing: a round that only it would let through is refused', async () => {
    const { id, owner } = await gateway.aFederation();
    await done(record(owner.client, id));
    const { tight, spent } = await waitForTight(owner.client, id);
    const between = (tight + spent!) / 2;
    await done(setBudget(owner.client, id, { total_epsilon_budget: between }));
    const tiny = { noise_multiplier: 1e4, sample_rate: 1e-9, num_steps: 1 };
    expect((await record(owner.client, id, tiny)).code).toBe('privacy_budget_exceeded');
  });

  it('of an infinite spend stays null', async () => {
    const { id, owner } = await gateway.aFederation();
    await done(record(owner.client, id, { ...INFINITE_ROUND, already_executed: true }));
    const kept = async () => {
      const [row] = await gateway.app.core.db.query<Json>(
        'SELECT tight_version, version FROM privacy_ledgers WHERE federation_id = ?',
        [id],
      );
      return row.tight_version === row.version;
    };
    for (const deadline = Date.now() + 15_000; !(await kept()) && Date.now() < deadline;)
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await kept()).toBe(true);
    expect(await tightOf(owner.client, id)).toEqual({ tight: null, spent: null });
  });
});

describe('the computation', () => {
  /** Closes the gateway, and says how long it took. */
  async function closed(app: TestApp): Promise<number> {
    const start = performance.now();
    await app.app.close();
    const took = performance.now() - start;
    await app.database.drop();
    return took;
  }

  it.each([0, 120, 400])('does not hold up the end of the gateway, %d ms into it', async (wait) => {
    const app = await startTestApp({}, { tightEpsilonScript: TIGHT_EPSILON_SCRIPT });
    const { id, owner } = await app.aFederation();
    for (let i = 1; i <= 20; i++)
      await done(record(owner.client, id, { noise_multiplier: 5 + i / 10, sample_rate: 0.01, num_steps: i }));
    await new Promise((resolve) => setTimeout(resolve, wait));
    expect(await closed(app)).toBeLessThan(2_000);
  });

  it('leaves everything else as it is when the worker crashes', async () => {
    const crashing = path.join(__dirname, 'no-such-worker.js');
    const app = await startTestApp({}, { tightEpsilonScript: crashing });
    const { id, owner } = await app.aFederation();
    for (let i = 0; i < 3; i++) {
      await done(record(owner.client, id));
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect((await tightOf(owner.client, id)).tight).toBeNull();
    }
    expect(await privacyOf(owner.client, id)).toMatchObject({ rounds_tracked: 3 });
    expect(await closed(app)).toBeLessThan(2_000);
  });
});
