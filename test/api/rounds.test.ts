import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import type { Json } from '../support/client.js';
import {
  APIS,
  done,
  estimateOf,
  historyOf,
  INFINITE_ROUND,
  ledgerApis,
  privacyOf,
  ROUND,
  roundsOf,
} from '../support/ledger.js';
import { restForm, SELECTIONS } from '../support/rest-form.js';
import { everyRow } from '../support/rows.js';

let gateway: TestApp;

beforeAll(async () => {
  gateway = await startTestApp();
});
afterAll(() => gateway.close());

const { record, reserve, setBudget } = ledgerApis.REST;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const numbersOf = (rounds: readonly Json[]): number[] =>
  rounds.map(({ round_number: number }) => Number(number));

describe.each(APIS)('recording over %s', (api) => {
  const { record: recordOver } = ledgerApis[api];

  it('answers every member of the round, which both lists then show', async () => {
    const { id, owner, active } = await gateway.aFederation({ active: 1 });
    const contributions = [{ org_id: active[0]!.id, samples: 120, accuracy: 0.91, loss: 0.24 }];
    const asked = { ...ROUND, model_id: 'mdl-ecg:7', target_delta: 1e-6 };
    const { duplicate, ...round } = await done(recordOver(owner.client, id, { ...asked, contributions }));
    expect(duplicate).toBe(false);
    expect(round).toEqual({
      id: expect.stringMatching(/^rnd_[0-9a-z]{12,32}$/),
      federation_id: id,
      round_number: 1,
      status: 'completed',
      ...asked,
      epsilon_cost: expect.any(Number),
      cumulative_epsilon: round.epsilon_cost,
      overdrawn: false,
      contributions,
      recorded_at: expect.stringMatching(TIME),
    });
    expect(await roundsOf(owner.client, id)).toEqual([round]);
    const { id: round_id, federation_id: _f, status: _s, model_id: _m, contributions: _c, ...rest } = round;
    expect(await historyOf(owner.client, id)).toEqual([{ round_id, ...rest }]);
    expect(await privacyOf(owner.client, id)).toMatchObject({
      current_epsilon_spent: round.cumulative_epsilon,
      rounds_tracked: 1,
      rounds_untracked: 0,
    });
  });

  it('a round without privacy parameters counts as untracked and costs nothing that is known', async () => {
    const { id, owner } = await gateway.aFederation();
    const round = await done(recordOver(owner.client, id, {}));
    expect(round).toMatchObject({
      round_number: 1,
      status: 'completed',
      model_id: null,
      noise_multiplier: null,
      sample_rate: null,
      num_steps: null,
      target_delta: null,
      epsilon_cost: null,
      cumulative_epsilon: null,
      overdrawn: false,
      contributions: [],
    });
    expect(await historyOf(owner.client, id)).toEqual([]);
    expect(await privacyOf(owner.client, id)).toMatchObject({
      current_epsilon_spent: 0,
      epsilon_remaining: 10,
      rounds_tracked: 0,
      rounds_untracked: 1,
    });
  });

  it('above the budget is refused with the estimate, and nothing is changed', async () => {
    const { id, owner } = await gateway.aFederation();
    await done(record(owner.client, id));
    const large = { ...ROUND, num_steps: 1_000_000 };
    const estimate = await estimateOf(owner.client, id, large);
    const before = await everyRow(gateway.app.core.db);
    expect(await recordOver(owner.client, id, large)).toMatchObject({
      status: 409,
      code: 'privacy_budget_exceeded',
      details: estimate,
    });
    expect(await everyRow(gateway.app.core.db)).toEqual(before);
    expect(await done(record(owner.client, id))).toMatchObject({ round_number: 2 });
  });

  it('what ran already is kept above the budget as well; later rounds wait for a larger one', async () => {
    const { id, owner } = await gateway.aFederation();
    const large = { ...ROUND, num_steps: 1_000_000, already_executed: true };
    expect(await done(recordOver(owner.client, id, large))).toMatchObject({
      overdrawn: true,
      round_number: 1,
    });
    expect(await historyOf(owner.client, id)).toMatchObject([{ overdrawn: true }]);
    const overdrawn = await privacyOf(owner.client, id);
    expect(overdrawn).toMatchObject({ is_exhausted: true, epsilon_remaining: 0, is_infinite: false });
    const tiny = { noise_multiplier: 1e4, sample_rate: 1e-9, num_steps: 1 };
    for (const step of [recordOver, ledgerApis[api].reserve])
      expect(await step(owner.client, id, tiny)).toMatchObject({ code: 'privacy_budget_exceeded' });
    const enough = Number(overdrawn.current_epsilon_spent) + 1;
    await done(setBudget(owner.client, id, { total_epsilon_budget: enough }));
    expect(await done(recordOver(owner.client, id, tiny))).toMatchObject({
      overdrawn: false,
      round_number: 2,
    });
  });
});

describe('a round that ran already', () => {
  it('and fits the budget is not overdrawn', async () => {
    const { id, owner } = await gateway.aFederation();
    const round = await done(record(owner.client, id, { ...ROUND, already_executed: true }));
    expect(round.overdrawn).toBe(false);
  });

  it('may follow another that was overdrawn, and is overdrawn too', async () => {
    const { id, owner } = await gateway.aFederation();
    const infinite = { ...INFINITE_ROUND, already_executed: true };
    await done(record(owner.client, id, infinite));
    const next = await done(record(owner.client, id, { ...ROUND, already_executed: true }));
    expect(next).toMatchObject({ overdrawn: true, epsilon_cost: null, cumulative_epsilon: null });
  });

  it('leaves room for untracked rounds, which no budget refuses', async () => {
    const { id, owner } = await gateway.aFederation();
    await done(record(owner.client, id, { ...INFINITE_ROUND, already_executed: true }));
    expect(await done(record(owner.client, id, {}))).toMatchObject({ round_number: 2, overdrawn: false });
  });
});

describe('the numbers of rounds', () => {
  it('are consecutive, of whatever kind the rounds are', async () => {
    const { id, owner } = await gateway.aFederation();
    const rounds = [
      await done(record(owner.client, id)),
      await done(record(owner.client, id, {})),
      await done(reserve(owner.client, id)),
      await done(record(owner.client, id)),
    ];
    expect(numbersOf(rounds)).toEqual([1, 2, 3, 4]);
    expect(numbersOf(await roundsOf(owner.client, id))).toEqual([4, 3, 2, 1]);
    expect(numbersOf(await historyOf(owner.client, id))).toEqual([1, 3, 4]);
  });

  it('are consecutive in the order of the commits where rounds come together', async () => {
    const { id, owner } = await gateway.aFederation();
    const asked = Array.from({ length: 20 }, (_, i) => ({ ...ROUND, num_steps: i + 1 }));
    const rounds = await Promise.all(asked.map((round) => done(record(owner.client, id, round))));
    expect(numbersOf(rounds).sort((a, b) => a - b)).toEqual(asked.map((_, i) => i + 1));
    const history = await historyOf(owner.client, id);
    expect(numbersOf(history)).toEqual(asked.map((_, i) => i + 1));
    const spends = history.map(({ cumulative_epsilon: epsilon }) => Number(epsilon));
    expect(spends).toEqual([...spends].sort((a, b) => a - b));
    expect((await privacyOf(owner.client, id)).current_epsilon_spent).toBe(spends.at(-1));
  });

  it('grant together no more than the budget holds', async () => {
    const { id, owner } = await gateway.aFederation();
    const { max_steps_within_budget: most } = await estimateOf(owner.client, id);
    const round = { ...ROUND, num_steps: Math.floor(most / 4) };
    const answers = await Promise.all(Array.from({ length: 12 }, () => record(owner.client, id, round)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(4);
    expect(answers.filter(({ code }) => code === 'privacy_budget_exceeded')).toHaveLength(8);
    const status = await privacyOf(owner.client, id);
    expect(status).toMatchObject({ rounds_tracked: 4 });
    expect(status.current_epsilon_spent).toBeLessThanOrEqual(10);
  });
});

describe('the list of rounds', () => {
  it('is paged newest first by limit and offset, with the total and the next page', async () => {
    const { id, owner } = await gateway.aFederation();
    for (let i = 0; i < 5; i++) await done(record(owner.client, id, {}));
    const page = async (query: string) => owner.client.get(`/federations/${id}/rounds?${query}`).expect(200);
    const first = await page('limit=2');
    expect(numbersOf(first.body)).toEqual([5, 4]);
    expect(first.headers.get('x-total-count')).toBe('5');
    expect(first.headers.get('link')).toContain('offset=2');
    expect(numbersOf((await page('limit=2&offset=2')).body)).toEqual([3, 2]);
    const last = await page('limit=2&offset=4');
    expect(numbersOf(last.body)).toEqual([1]);
    expect(last.headers.get('link')).toBeNull();
    const beyond = await page('limit=2&offset=9');
    expect([beyond.body, beyond.headers.get('x-total-count')]).toEqual([[], '5']);
  });

  it.each(['rounds', 'privacy { history'])('is paged by cursor: %s', async (list) => {
    const { id, owner } = await gateway.aFederation();
    for (let i = 0; i < 5; i++) await done(record(owner.client, id));
    const [head, tail] = list === 'rounds' ? ['rounds', ''] : [list, '}'];
    const query = `query($id: ID!, $after: String) { federation(id: $id) {
      ${head}(first: 2, after: $after) { nodes { roundNumber } pageInfo { endCursor hasNextPage } }
    ${tail} } }`;
    const seen: number[][] = [];
    let after: string | null = null;
    for (let more = true; more;) {
      const { federation } = await owner.client.query(query, { id, after });
      const { nodes, pageInfo } = federation.rounds ?? federation.privacy.history;
      seen.push(nodes.map((node: Json) => Number(node.roundNumber)));
      ({ endCursor: after, hasNextPage: more } = pageInfo);
    }
    expect(seen).toEqual(list === 'rounds' ? [[5, 4], [3, 2], [1]] : [[1, 2], [3, 4], [5]]);
  });

  it('pages the history by limit and offset, oldest first', async () => {
    const { id, owner } = await gateway.aFederation();
    for (let i = 0; i < 4; i++) await done(record(owner.client, id));
    const answer = await owner.client.get(`/federations/${id}/privacy/history?limit=2&offset=1`).expect(200);
    expect(numbersOf(answer.body)).toEqual([2, 3]);
    expect(answer.headers.get('x-total-count')).toBe('4');
    expect(answer.body).toEqual((await historyOf(owner.client, id)).slice(1, 3));
  });
});

describe('a round by its id', () => {
  const NODE = `query($id: ID!) { node(id: $id) { id ... on TrainingRound { ${SELECTIONS.round} } } }`;

  it('is what the list shows', async () => {
    const { id, owner, active } = await gateway.aFederation({ active: 1 });
    const { duplicate: _, ...round } = await done(record(owner.client, id));
    for (const { client } of [owner, ...active])
      expect(restForm((await client.query(NODE, { id: round.id })).node)).toEqual(round);
  });

  it('is null to whom the federation shows no rounds, and where there is none', async () => {
    const { id, owner, invited } = await gateway.aFederation({ invited: 1 });
    const round = await done(record(owner.client, id));
    const outsider = await gateway.anOrganization();
    for (const { client } of [outsider, ...invited])
      expect(await client.query(NODE, { id: round.id })).toEqual({ node: null });
    for (const unknown of ['rnd_000000000000', 'rnd_', 'rnd_UPPER0000000'])
      expect(await owner.client.query(NODE, { id: unknown })).toEqual({ node: null });
  });
});
