import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp, type TestFederation } from '../support/app.js';
import type { Json } from '../support/client.js';
import {
  APIS,
  done,
  estimateOf,
  historyOf,
  ledgerApis,
  privacyOf,
  ROUND,
  roundsOf,
  type Fields,
} from '../support/ledger.js';
import { everyRow } from '../support/rows.js';

let gateway: TestApp;

beforeAll(async () => {
  gateway = await startTestApp();
});
afterAll(() => gateway.close());

const { cancel, complete, record, reserve, setBudget } = ledgerApis.REST;

/** Rounds that differ in everything, so that the order in which they are summed shows in the last digit. */
const ROUNDS: readonly Fields[] = [
  { noise_multiplier: 1.1, sample_rate: 0.01, num_steps: 300 },
  { noise_multiplier: 0.9, sample_rate: 0.003, num_steps: 70 },
  { noise_multiplier: 4, sample_rate: 1, num_steps: 2 },
  { noise_multiplier: 2.3, sample_rate: 0.02, num_steps: 1_000 },
  { noise_multiplier: 0.7, sample_rate: 1e-4, num_steps: 31 },
];

/** What a ledger says, but for whose it is, which rounds it has and when they came. */
async function ledgerOf({ id, owner }: TestFederation): Promise<Json> {
  const { federation_id: _, ...status } = await privacyOf(owner.client, id);
  const history = await historyOf(owner.client, id);
  return {
    status,
    history: history.map(({ round_id: _id, round_number: _n, recorded_at: _at, ...row }) => row),
  };
}

/** A ledger onto which only these rounds ever came. */
async function aLedgerOf(rounds: readonly Fields[]): Promise<Json> {
  const federation = await gateway.aFederation();
  for (const round of rounds) await done(record(federation.owner.client, federation.id, round));
  return ledgerOf(federation);
}

describe.each(APIS)('over %s', (api) => {
  const steps = ledgerApis[api];

  it('a reservation charges at once what a record would', async () => {
    const federation = await gateway.aFederation();
    const { id, owner } = federation;
    const { duplicate: _, ...reserved } = await done(
      steps.reserve(owner.client, id, { ...ROUND, model_id: 'mdl-7' }),
    );
    expect(reserved).toMatchObject({
      ...ROUND,
      round_number: 1,
      status: 'reserved',
      model_id: 'mdl-7',
      contributions: [],
    });
    expect(reserved.epsilon_cost).toBeGreaterThan(0);
    expect(await roundsOf(owner.client, id)).toEqual([reserved]);
    expect(await ledgerOf(federation)).toEqual(await aLedgerOf([ROUND]));
  });

  it('what is reserved is not there for another round', async () => {
    const { id, owner } = await gateway.aFederation();
    const { max_steps_within_budget: most } = await estimateOf(owner.client, id);
    await done(steps.reserve(owner.client, id, { ...ROUND, num_steps: most }));
    const next = { ...ROUND, num_steps: 1 };
    for (const step of [steps.reserve, steps.record])
      expect(await step(owner.client, id, next)).toMatchObject({
        status: 409,
        code: 'privacy_budget_exceeded',
        details: { max_steps_within_budget: 0 },
      });
  });

  it('completing takes the contributions and leaves every figure', async () => {
    const federation = await gateway.aFederation({ active: 1 });
    const { id, owner, active } = federation;
    const { duplicate: _, ...reserved } = await done(steps.reserve(owner.client, id));
    const before = await ledgerOf(federation);
    const contributions = [{ org_id: active[0]!.id, samples: 9, accuracy: 0.5, loss: null }];
    const completed = await done(steps.complete(owner.client, id, reserved.id, { contributions }));
    expect(completed).toEqual({ ...reserved, status: 'completed', contributions, duplicate: false });
    expect(await ledgerOf(federation)).toEqual(before);
    const { duplicate: _d, ...row } = completed;
    expect(await roundsOf(owner.client, id)).toEqual([row]);
  });

  it('cancelling gives everything back, to the last digit, and the round stays in the list', async () => {
    const { id, owner } = await gateway.aFederation();
    const fresh = await privacyOf(owner.client, id);
    const { duplicate: _, ...reserved } = await done(steps.reserve(owner.client, id));
    const cancelled = await done(steps.cancel(owner.client, id, reserved.id));
    const row = { ...reserved, status: 'cancelled', epsilon_cost: null, cumulative_epsilon: null };
    expect(cancelled).toEqual({ ...row, duplicate: false });
    expect(await privacyOf(owner.client, id)).toEqual(fresh);
    expect(await historyOf(owner.client, id)).toEqual([]);
    expect(await roundsOf(owner.client, id)).toEqual([row]);
  });

  it('a round ends once: what was completed is not cancelled, nor the other way round', async () => {
    const { id, owner } = await gateway.aFederation();
    const ids = (await Promise.all([1, 2].map(() => done(reserve(owner.client, id))))).map(
      (round) => round.id,
    );
    const recorded = await done(record(owner.client, id));
    await done(complete(owner.client, id, ids[0]));
    await done(cancel(owner.client, id, ids[1]));
    const before = await everyRow(gateway.app.core.db);
    const refusals = [
      { answer: await steps.cancel(owner.client, id, ids[0]), status: 'completed' },
      { answer: await steps.cancel(owner.client, id, recorded.id), status: 'completed' },
      { answer: await steps.complete(owner.client, id, ids[1]), status: 'cancelled' },
      { answer: await steps.complete(owner.client, id, recorded.id), status: 'completed' },
    ];
    for (const { answer, status } of refusals)
      expect(answer).toMatchObject({ status: 409, code: 'conflict', details: { status } });
    expect(await everyRow(gateway.app.core.db)).toEqual(before);
  });

  it('there is nothing to end under another id, or in another federation', async () => {
    const { id, owner } = await gateway.aFederation();
    const other = await gateway.aFederation({ owner });
    const reserved = await done(reserve(owner.client, other.id));
    const before = await everyRow(gateway.app.core.db);
    for (const roundId of [reserved.id, 'rnd_000000000000', 'rnd_x', 'fed_000000000000', '%00'])
      for (const step of [steps.cancel, steps.complete])
        expect(await step(owner.client, id, String(roundId))).toMatchObject({
          status: 404,
          code: 'not_found',
        });
    expect(await everyRow(gateway.app.core.db)).toEqual(before);
  });
});

describe('after a cancellation the ledger is one that never had the round', () => {
  it.each([0, 1, 2, 3, 4])('round %d of five', async (place) => {
    const federation = await gateway.aFederation();
    const { id, owner } = federation;
    const ids: string[] = [];
    for (const [i, round] of ROUNDS.entries()) {
      const step = i === place ? reserve : record;
      ids.push(String((await done(step(owner.client, id, round))).id));
    }
    await done(cancel(owner.client, id, ids[place]!));
    const rest = ROUNDS.filter((_, i) => i !== place);
    expect(await ledgerOf(federation)).toEqual(await aLedgerOf(rest));
    const listed = await roundsOf(owner.client, id);
    const figures = listed.reverse().map(({ epsilon_cost: cost }) => cost !== null);
    expect(figures).toEqual(ROUNDS.map((_, i) => i !== place));
    expect(await done(record(owner.client, id, {}))).toMatchObject({ round_number: 6 });
  });

  it('also when several are cancelled, in any order, with untracked rounds between them', async () => {
    const federation = await gateway.aFederation();
    const { id, owner } = federation;
    const ids: string[] = [];
    for (const round of ROUNDS) {
      ids.push(String((await done(reserve(owner.client, id, round))).id));
      await done(record(owner.client, id, {}));
    }
    for (const place of [3, 0]) await done(cancel(owner.client, id, ids[place]!));
    await done(complete(owner.client, id, ids[1]!));
    const rest = await aLedgerOf([1, 2, 4].map((place) => ROUNDS[place]!));
    expect(await ledgerOf(federation)).toEqual({ ...rest, status: { ...rest.status, rounds_untracked: 5 } });
    for (const place of [2, 4]) await done(cancel(owner.client, id, ids[place]!));
    const last = await aLedgerOf([ROUNDS[1]!]);
    expect((await ledgerOf(federation)).history).toEqual(last.history);
  });

  it('and there is room again for as much as was reserved', async () => {
    const { id, owner } = await gateway.aFederation();
    const { max_steps_within_budget: most } = await estimateOf(owner.client, id);
    const all = { ...ROUND, num_steps: most };
    const reserved = await done(reserve(owner.client, id, all));
    expect((await reserve(owner.client, id, all)).code).toBe('privacy_budget_exceeded');
    await done(cancel(owner.client, id, reserved.id));
    expect(await done(reserve(owner.client, id, all))).toMatchObject({
      round_number: 2,
      epsilon_cost: reserved.epsilon_cost,
    });
  });
});

describe('a reservation', () => {
  it('that does not fit is refused with the estimate, and nothing is changed', async () => {
    const { id, owner } = await gateway.aFederation();
    await done(setBudget(owner.client, id, { total_epsilon_budget: 0.1 }));
    const estimate = await estimateOf(owner.client, id);
    const before = await everyRow(gateway.app.core.db);
    for (const api of APIS)
      expect(await ledgerApis[api].reserve(owner.client, id)).toMatchObject({
        code: 'privacy_budget_exceeded',
        details: estimate,
      });
    expect(await everyRow(gateway.app.core.db)).toEqual(before);
  });

  it.each(['noise_multiplier', 'sample_rate', 'num_steps'])('needs its %s', async (name) => {
    const { id, owner } = await gateway.aFederation();
    const { [name]: _, ...rest } = ROUND as Fields;
    for (const api of APIS)
      expect(await ledgerApis[api].reserve(owner.client, id, rest)).toMatchObject({
        status: 400,
        field: name,
      });
  });

  it('is ended once by many that come together', async () => {
    const { id, owner } = await gateway.aFederation();
    const { id: roundId } = await done(reserve(owner.client, id));
    const ends = Array.from({ length: 6 }, (_, i) => (i % 2 === 0 ? complete : cancel));
    const answers = await Promise.all(ends.map((end) => end(owner.client, id, String(roundId))));
    const firsts = answers.filter(({ body }) => body.duplicate === false);
    expect(firsts).toHaveLength(1);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 409, 409, 409]);
    const [row] = await roundsOf(owner.client, id);
    expect(row.status).toBe(firsts[0]!.body.status);
  });
});
