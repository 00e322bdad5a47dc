import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import type { Client, Json } from '../support/client.js';
import {
  APIS,
  done,
  estimateOf,
  historyOf,
  INFINITE_ROUND,
  ledgerApis,
  privacyOf,
  ROUND,
} from '../support/ledger.js';
import { everyRow } from '../support/rows.js';

let gateway: TestApp;

beforeAll(async () => {
  gateway = await startTestApp();
});
afterAll(() => gateway.close());

const { record, setBudget } = ledgerApis.REST;

/** A status without a spend. */
function untouched(id: string, epsilon: number, delta: number): Json {
  return {
    federation_id: id,
    total_epsilon_budget: epsilon,
    total_delta_budget: delta,
    current_epsilon_spent: 0,
    epsilon_remaining: epsilon,
    is_exhausted: false,
    is_infinite: false,
    rounds_tracked: 0,
    rounds_untracked: 0,
    accountant: 'rdp',
    epsilon,
    delta,
    budget_remaining: epsilon,
    rounds_consumed: 0,
  };
}

function spentAndRemaining(status: Json): number {
  return Number(status.current_epsilon_spent) + Number(status.epsilon_remaining);
}

describe('a new federation', () => {
  it('has a budget of (10, 1e-5), all of which remains', async () => {
    const { id, owner } = await gateway.aFederation();
    expect(await privacyOf(owner.client, id)).toEqual(untouched(id, 10, 1e-5));
    expect(await historyOf(owner.client, id)).toEqual([]);
  });

  it('has the budget of the configuration', async () => {
    const configured = await startTestApp({ defaultBudget: { totalEpsilon: 0.1, totalDelta: 3e-7 } });
    try {
      const { id, owner } = await configured.aFederation();
      expect(await privacyOf(owner.client, id)).toEqual(untouched(id, 0.1, 3e-7));
    } finally {
      await configured.close();
    }
  });
});

describe.each(APIS)('setting the budget over %s', (api) => {
  const set = ledgerApis[api].setBudget;

  it('answers the status, with the older names beside the others', async () => {
    const { id, owner } = await gateway.aFederation();
    const set1 = await done(set(owner.client, id, { total_epsilon_budget: 3.3, total_delta_budget: 1e-6 }));
    expect(set1).toEqual(untouched(id, 3.3, 1e-6));
    expect(await privacyOf(owner.client, id)).toEqual(set1);
  });

  it.each([{}, { total_delta_budget: null }])('takes a delta of 1e-5 where none is given: %j', async (no) => {
    const { id, owner } = await gateway.aFederation();
    await done(set(owner.client, id, { total_epsilon_budget: 3, total_delta_budget: 1e-6 }));
    expect(await done(set(owner.client, id, { total_epsilon_budget: 3, ...no }))).toMatchObject({
      total_delta_budget: 1e-5,
    });
  });

  it('below the spend leaves the spend and nothing of the budget', async () => {
    const { id, owner } = await gateway.aFederation();
    await done(record(owner.client, id));
    const before = await privacyOf(owner.client, id);
    const lowered = await done(set(owner.client, id, { total_epsilon_budget: 0.01 }));
    expect(lowered).toEqual({
      ...before,
      total_epsilon_budget: 0.01,
      epsilon: 0.01,
      epsilon_remaining: 0,
      budget_remaining: 0,
      is_exhausted: true,
    });
    expect((await record(owner.client, id)).code).toBe('privacy_budget_exceeded');
  });

  it('to more lets rounds through again', async () => {
    const { id, owner } = await gateway.aFederation();
    await done(record(owner.client, id));
    await done(set(owner.client, id, { total_epsilon_budget: 0.01 }));
    const raised = await done(set(owner.client, id, { total_epsilon_budget: 20 }));
    expect(raised.is_exhausted).toBe(false);
    expect(spentAndRemaining(raised)).toBeLessThanOrEqual(20);
    expect(spentAndRemaining(raised)).toBeCloseTo(20, 12);
    expect((await done(record(owner.client, id))).round_number).toBe(2);
  });

  it('to another delta converts every figure anew, and back to the same figures', async () => {
    const { id, owner } = await gateway.aFederation();
    for (const steps of [10, 1_000]) await done(record(owner.client, id, { ...ROUND, num_steps: steps }));
    const [status, history] = [await privacyOf(owner.client, id), await historyOf(owner.client, id)];
    await done(set(owner.client, id, { total_epsilon_budget: 10, total_delta_budget: 1e-9 }));
    const [later, longer] = [await privacyOf(owner.client, id), await historyOf(owner.client, id)];
    expect(later.current_epsilon_spent).toBeGreaterThan(status.current_epsilon_spent);
    expect(longer.map((row: Json) => row.cumulative_epsilon > 0)).toEqual([true, true]);
    for (const [i, row] of longer.entries())
      expect(row.cumulative_epsilon).toBeGreaterThan(history[i].cumulative_epsilon);
    expect(longer[1].cumulative_epsilon).toBe(later.current_epsilon_spent);
    await done(set(owner.client, id, { total_epsilon_budget: 10, total_delta_budget: 1e-5 }));
    expect(await privacyOf(owner.client, id)).toEqual(status);
    expect(await historyOf(owner.client, id)).toEqual(history);
  });

  it('leaves an entry with the actor, the old and the new, once for each change', async () => {
    const { id, owner } = await gateway.aFederation();
    const asked = { total_epsilon_budget: 12, total_delta_budget: 1e-6 };
    await done(set(owner.client, id, asked));
    await done(set(owner.client, id, asked));
    const { db } = gateway.app.core;
    const [key] = await db.query<{ id: string }>('SELECT id FROM api_keys WHERE org_id = ?', [owner.id]);
    const entries = await db.query<Json>(
      `SELECT key_id, details, recorded_at FROM audit_entries WHERE resource_id = ? AND action = 'privacy.budget'`,
      [id],
    );
    expect(entries).toHaveLength(1);
    expect(entries[0].key_id).toBe(key!.id);
    expect(JSON.parse(entries[0].details)).toEqual({
      old: { total_epsilon_budget: 10, total_delta_budget: 1e-5 },
      new: asked,
    });
    expect(Math.abs(entries[0].recorded_at - Date.now())).toBeLessThan(60_000);
  });
});

describe('the spend', () => {
  it('of an infinite round is null, exhausts the budget and leaves nothing', async () => {
    const { id, owner } = await gateway.aFederation();
    const round = await done(record(owner.client, id, { ...INFINITE_ROUND, already_executed: true }));
    expect(round).toMatchObject({ epsilon_cost: null, cumulative_epsilon: null, overdrawn: true });
    expect(await privacyOf(owner.client, id)).toMatchObject({
      current_epsilon_spent: null,
      epsilon_remaining: 0,
      budget_remaining: 0,
      is_exhausted: true,
      is_infinite: true,
      rounds_tracked: 1,
    });
    expect(await historyOf(owner.client, id)).toMatchObject([
      { epsilon_cost: null, cumulative_epsilon: null },
    ]);
    expect(await estimateOf(owner.client, id)).toMatchObject({
      current_epsilon: null,
      projected_epsilon: null,
      round_epsilon_cost: null,
      would_exceed_budget: true,
      max_steps_within_budget: 0,
      is_infinite: true,
    });
  });

  it('and what remains never exceed the budget together', async () => {
    const { id, owner } = await gateway.aFederation();
    for (let i = 0; i < 3; i++) {
      await done(record(owner.client, id));
      const status = await privacyOf(owner.client, id);
      expect(spentAndRemaining(status)).toBeLessThanOrEqual(10);
      expect(status.epsilon_remaining).toBeGreaterThan(0);
    }
  });
});

describe('who may see and change it', () => {
  const READS = ['', '/history', '/estimate?noise_multiplier=1&sample_rate=0.1'];

  /** The text but for the id of the request. */
  async function textOf(client: Client, path: string): Promise<string> {
    return (await client.get(path).expect(404)).text.replace(/"request_id":"[^"]*"/, '');
  }

  it.each(READS)('an invited organization is refused: privacy%s', async (read) => {
    const { id, invited } = await gateway.aFederation({ invited: 1 });
    const { body } = await invited[0]!.client.get(`/federations/${id}/privacy${read}`).expect(403);
    expect(body).toMatchObject({ code: 'forbidden', category: 'auth' });
  });

  it('and gets null without an error over GraphQL', async () => {
    const { id, invited } = await gateway.aFederation({ invited: 1 });
    const read = `query($id: ID!) { federation(id: $id) { privacy { epsilonRemaining } rounds { totalCount } } }`;
    expect(await invited[0]!.client.query(read, { id })).toEqual({
      federation: { privacy: null, rounds: null },
    });
  });

  it.each(READS)('to an outsider it is as absent as what is not there: privacy%s', async (read) => {
    const { id } = await gateway.aFederation();
    const outsider = await gateway.anOrganization();
    const absent = 'fed_000000000000';
    expect(await textOf(outsider.client, `/federations/${id}/privacy${read}`)).toBe(
      await textOf(outsider.client, `/federations/${absent}/privacy${read}`),
    );
  });

  it.each(APIS)('a member reads and does not write, over %s', async (api) => {
    const { id, owner, active } = await gateway.aFederation({ active: 1 });
    const { client } = active[0]!;
    await done(record(owner.client, id));
    expect(await privacyOf(client, id)).toEqual(await privacyOf(owner.client, id));
    expect(await historyOf(client, id)).toEqual(await historyOf(owner.client, id));
    const before = await everyRow(gateway.app.core.db);
    const refused = await ledgerApis[api].setBudget(client, id, { total_epsilon_budget: 99 });
    expect(refused).toMatchObject({ status: 403, code: 'forbidden' });
    expect(await everyRow(gateway.app.core.db)).toEqual(before);
  });

  const keys = [
    { scopes: ['federations:write'], read: 403, write: 403 },
    { scopes: ['federations:read', 'privacy:read'], read: 200, write: 403 },
    { scopes: ['federations:read', 'privacy:write'], read: 200, write: 200 },
    { scopes: ['federations:admin'], read: 200, write: 200 },
  ];
  it.each(keys)('a key with $scopes: reading $read, writing $write', async ({ scopes, read, write }) => {
    const { id, owner } = await gateway.aFederation();
    const made = await gateway.operator
      .post('/api-keys', { org_id: owner.id, name: 'scoped', scopes })
      .expect(201);
    const client = gateway.client(String(made.body.api_key));
    for (const path of READS)
      expect((await client.get(`/federations/${id}/privacy${path}`)).status).toBe(read);
    expect((await setBudget(client, id, { total_epsilon_budget: 5 })).status).toBe(write);
    expect((await record(client, id)).status).toBe(write === 200 ? 201 : write);
  });
});
