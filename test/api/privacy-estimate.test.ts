import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { startTestApp, type TestApp, type TestFederation } from '../support/app.js';
import type { Json } from '../support/client.js';
import { APIS, done, estimateOf, historyOf, ledgerApis, privacyOf, type Fields } from '../support/ledger.js';
import { everyRow } from '../support/rows.js';

let gateway: TestApp;

beforeAll(async () => {
  gateway = await startTestApp();
});
afterAll(() => gateway.close());

const { record, setBudget } = ledgerApis.REST;

/** A federation with a round on its ledger, so that no figure is that of an empty one. */
async function aLedger(budget: Fields = { total_epsilon_budget: 10 }): Promise<TestFederation> {
  const federation = await gateway.aFederation();
  const { id, owner } = federation;
  await done(setBudget(owner.client, id, { total_epsilon_budget: 1e6 }));
  await done(record(owner.client, id, { noise_multiplier: 4, sample_rate: 0.02, num_steps: 500 }));
  await done(setBudget(owner.client, id, budget));
  return federation;
}

const rounds: readonly { name: string; round: Fields }[] = [
  { name: 'one step', round: { noise_multiplier: 1.1, sample_rate: 0.01 } },
  { name: 'many steps', round: { noise_multiplier: 1.1, sample_rate: 0.01, num_steps: 1_000 } },
  { name: 'everybody takes part', round: { noise_multiplier: 5, sample_rate: 1, num_steps: 3 } },
  { name: 'next to nothing', round: { noise_multiplier: 1e3, sample_rate: 1e-7, num_steps: 1 } },
  { name: 'little noise', round: { noise_multiplier: 0.4, sample_rate: 0.001, num_steps: 7 } },
  {
    name: 'a smaller delta',
    round: { noise_multiplier: 1.5, sample_rate: 0.02, num_steps: 300, target_delta: 1e-7 },
  },
];

describe.each(APIS)('recording over %s', (api) => {
  it.each(rounds)('gives exactly what was estimated: $name', async ({ round }) => {
    const { id, owner } = await aLedger();
    const estimate = await estimateOf(owner.client, id, round);
    const recorded = await done(ledgerApis[api].record(owner.client, id, { num_steps: 1, ...round }));
    // All figures of a ledger are at the delta of its budget.
    const budget = { total_epsilon_budget: 10, total_delta_budget: estimate.delta };
    await done(setBudget(owner.client, id, budget));
    const [row] = (await historyOf(owner.client, id)).slice(-1);
    expect(row).toMatchObject({
      round_id: recorded.id,
      epsilon_cost: estimate.round_epsilon_cost,
      cumulative_epsilon: estimate.projected_epsilon,
    });
    expect(await privacyOf(owner.client, id)).toMatchObject({
      current_epsilon_spent: estimate.projected_epsilon,
      rounds_tracked: 2,
    });
  });
});

it('records nothing, and tells what is spent, what the budget is and at which delta', async () => {
  const { id, owner } = await aLedger();
  const status = await privacyOf(owner.client, id);
  const before = await everyRow(gateway.app.core.db);
  const estimate = await estimateOf(owner.client, id, rounds[1]!.round);
  expect(await everyRow(gateway.app.core.db)).toEqual(before);
  expect(estimate).toEqual({
    current_epsilon: status.current_epsilon_spent,
    projected_epsilon: expect.any(Number),
    round_epsilon_cost: expect.any(Number),
    would_exceed_budget: false,
    budget_epsilon: 10,
    delta: 1e-5,
    max_steps_within_budget: expect.any(Number),
    is_infinite: false,
  });
  expect(estimate.projected_epsilon).toBeGreaterThan(estimate.current_epsilon);
});

describe('a target delta', () => {
  const round = { noise_multiplier: 1.1, sample_rate: 0.01, num_steps: 1_000 };

  it('may be that of the budget, which changes nothing', async () => {
    const { id, owner } = await aLedger();
    const plain = await estimateOf(owner.client, id, round);
    expect(await estimateOf(owner.client, id, { ...round, target_delta: 1e-5 })).toEqual(plain);
  });

  it('that is smaller gives all figures at it', async () => {
    const { id, owner } = await aLedger();
    const [plain, strict] = [
      await estimateOf(owner.client, id, round),
      await estimateOf(owner.client, id, { ...round, target_delta: 1e-8 }),
    ];
    expect(strict.delta).toBe(1e-8);
    for (const name of ['current_epsilon', 'projected_epsilon'])
      expect(strict[name]).toBeGreaterThan(plain[name]);
    expect(strict.max_steps_within_budget).toBeLessThan(plain.max_steps_within_budget);
  });

  it('above that of the budget is refused by name', async () => {
    const { id, owner } = await aLedger();
    const query = 'noise_multiplier=1.1&sample_rate=0.01&target_delta=1.1e-5';
    const { body } = await owner.client.get(`/federations/${id}/privacy/estimate?${query}`).expect(400);
    expect(body.details).toEqual({ field: 'target_delta' });
    for (const api of APIS)
      expect(
        await ledgerApis[api].record(owner.client, id, { ...round, target_delta: 1.1e-5 }),
      ).toMatchObject({
        status: 400,
        field: 'target_delta',
      });
  });

  it.each(APIS)('is what a round is let through at, over %s', async (api) => {
    const { id, owner } = await aLedger();
    const strict = { ...round, target_delta: 1e-8 };
    const [at5, at8] = [
      await estimateOf(owner.client, id, round),
      await estimateOf(owner.client, id, strict),
    ];
    const between = (Number(at5.projected_epsilon) + Number(at8.projected_epsilon)) / 2;
    await done(setBudget(owner.client, id, { total_epsilon_budget: between }));
    const refused = await ledgerApis[api].record(owner.client, id, strict);
    expect(refused).toMatchObject({ status: 409, code: 'privacy_budget_exceeded' });
    expect(refused.details).toEqual(await estimateOf(owner.client, id, strict));
    expect(refused.details).toMatchObject({ delta: 1e-8, projected_epsilon: at8.projected_epsilon });
    expect(await done(ledgerApis[api].record(owner.client, id, round))).toMatchObject({ overdrawn: false });
  });
});

describe('the budget', () => {
  const round = { noise_multiplier: 1.1, sample_rate: 0.01, num_steps: 1_000 };

  it.each(APIS)('of exactly the projected epsilon lets the round through, over %s', async (api) => {
    const { id, owner } = await aLedger();
    const { projected_epsilon: projected } = await estimateOf(owner.client, id, round);
    await done(setBudget(owner.client, id, { total_epsilon_budget: projected }));
    const estimate = await estimateOf(owner.client, id, round);
    expect(estimate).toMatchObject({ would_exceed_budget: false, projected_epsilon: projected });
    expect(await done(ledgerApis[api].record(owner.client, id, round))).toMatchObject({ overdrawn: false });
  });

  it.each(APIS)('of a little less refuses it with the estimate, over %s', async (api) => {
    const { id, owner } = await aLedger();
    const { projected_epsilon: projected } = await estimateOf(owner.client, id, round);
    await done(setBudget(owner.client, id, { total_epsilon_budget: projected * (1 - 1e-12) }));
    const estimate = await estimateOf(owner.client, id, round);
    expect(estimate.would_exceed_budget).toBe(true);
    const before = await everyRow(gateway.app.core.db);
    const refused = await ledgerApis[api].record(owner.client, id, round);
    expect(refused).toMatchObject({ status: 409, code: 'privacy_budget_exceeded', details: estimate });
    expect(await everyRow(gateway.app.core.db)).toEqual(before);
  });
});

describe('the most steps within the budget', () => {
  const perStep: readonly Fields[] = [
    { noise_multiplier: 1.1, sample_rate: 0.01 },
    { noise_multiplier: 0.7, sample_rate: 0.05 },
    { noise_multiplier: 6, sample_rate: 1 },
    { noise_multiplier: 2, sample_rate: 0.1, target_delta: 1e-7 },
  ];
  it.each(perStep)('fit, and one more does not: %j', async (round) => {
    const { id, owner } = await aLedger();
    const other = await aLedger();
    const { max_steps_within_budget: most } = await estimateOf(owner.client, id, round);
    expect(most).toBeGreaterThan(1);
    const tooMany = await record(other.owner.client, other.id, { ...round, num_steps: Number(most) + 1 });
    expect(tooMany.code).toBe('privacy_budget_exceeded');
    expect(tooMany.details.max_steps_within_budget).toBe(most);
    await done(record(owner.client, id, { ...round, num_steps: most }));
  });

  it('are 2^31 - 1 where even those fit, and they can be recorded', async () => {
    const { id, owner } = await aLedger();
    const round = { noise_multiplier: 1e4, sample_rate: 1e-6 };
    const { max_steps_within_budget: most } = await estimateOf(owner.client, id, round);
    expect(most).toBe(2 ** 31 - 1);
    await done(record(owner.client, id, { ...round, num_steps: most }));
  });

  it('are 0 where not even one fits', async () => {
    const { id, owner } = await aLedger({ total_epsilon_budget: 1e-3 });
    const estimate = await estimateOf(owner.client, id, { noise_multiplier: 1, sample_rate: 0.1 });
    expect(estimate).toMatchObject({ would_exceed_budget: true, max_steps_within_budget: 0 });
  });

  it('do not depend on the steps that are asked for', async () => {
    const { id, owner } = await aLedger();
    const asked = (num_steps: number) =>
      estimateOf(owner.client, id, { noise_multiplier: 1.1, sample_rate: 0.01, num_steps });
    const [one, many] = [await asked(1), await asked(2 ** 31 - 1)];
    expect(many.max_steps_within_budget).toBe(one.max_steps_within_budget);
    expect(many.would_exceed_budget).toBe(true);
  });
});

describe('an empty ledger gives published values', () => {
  const published: readonly Json[] = JSON.parse(
    readFileSync(path.join(__dirname, '../reference/dp-published.json'), 'utf8'),
  );
  const valueOf = (config: string): Json =>
    published.find((row: Json) => row.config.startsWith(config)).published;
  const cases = [
    {
      config: 'n=60000 B=150 sigma=1.3 epochs=15 delta=1e-5',
      round: { noise_multiplier: 1.3, sample_rate: 150 / 60_000, num_steps: 6_000, target_delta: 1e-5 },
    },
    {
      config: 'n=100000 B=100 sigma=1.0 epochs=30 delta=1e-7',
      round: { noise_multiplier: 1, sample_rate: 100 / 100_000, num_steps: 30_000, target_delta: 1e-7 },
    },
  ];
  it.each(cases)('$config', async ({ config, round }) => {
    const { id, owner } = await gateway.aFederation();
    const estimate = await estimateOf(owner.client, id, round);
    expect(Math.abs(estimate.projected_epsilon - valueOf(config))).toBeLessThan(1e-9);
    expect(estimate.round_epsilon_cost).toBe(estimate.projected_epsilon);
  });

  it('or less, where they were computed by the series that is too large at fractional orders', async () => {
    const { id, owner } = await gateway.aFederation();
    const asked = { noise_multiplier: 0.7, sample_rate: 0.01, num_steps: 120 };
    const { projected_epsilon: epsilon } = await estimateOf(owner.client, id, asked);
    const { rdp, pld } = valueOf('q=0.01 sigma=0.7 T=120');
    expect(epsilon).toBeLessThan(rdp);
    expect(epsilon).toBeGreaterThan(pld);
    expect(rdp - epsilon).toBeLessThan(1e-4);
  });
});
