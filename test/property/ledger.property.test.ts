import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { startTestApp, type TestApp } from '../support/app.js';
import type { Json } from '../support/client.js';
import { LedgerModel, sumOf, type Content, type Parameters } from './ledger.model.js';
import { take, type Move, type Scene, type Taken } from './ledger.steps.js';

const SEED = 20_261_124;
const AT_FIRST = { epsilon: 2, delta: 1e-5 };
/** Ids that a run uses; few, so that repeats and conflicts are many. */
const ROUNDS = 9;

let gateway: TestApp;
let scenes = 0;

beforeAll(async () => {
  gateway = await startTestApp();
});
afterAll(() => gateway.close());

async function aScene(): Promise<Scene> {
  const { id, owner } = await gateway.aFederation();
  const run = (scenes++).toString(36).padStart(6, '0');
  return {
    owner: owner.client,
    ownerId: owner.id,
    federationId: id,
    roundId: (round) => `rnd_${run}${round.toString(36).padStart(6, '0')}`,
  };
}

const parameters: fc.Arbitrary<Parameters> = fc.record({
  noiseMultiplier: fc.constantFrom(0.7, 1, 1.3, 4),
  sampleRate: fc.constantFrom(0.001, 0.001, 0.005, 0.01, 0.01, 0.04, 1),
  numSteps: fc.constantFrom(1, 10, 100, 400),
  targetDelta: fc.constantFrom(null, null, null, 1e-6, 1e-5),
});
const samples = fc.constantFrom(null, 100, 200);
const record: fc.Arbitrary<Content> = fc.record({
  kind: fc.constant('record'),
  parameters: fc.oneof({ weight: 6, arbitrary: parameters }, { weight: 1, arbitrary: fc.constant(null) }),
  alreadyExecuted: fc.constantFrom(false, false, true),
  samples,
});
const reserve: fc.Arbitrary<Content> = fc.record({
  kind: fc.constant('reserve'),
  parameters,
  alreadyExecuted: fc.constant(false),
  samples: fc.constant(null),
});
/** By id, what is asked under it: as a rule the first. */
const contents = fc.array(fc.tuple(fc.oneof(record, reserve, reserve), record), {
  minLength: ROUNDS,
  maxLength: ROUNDS,
});

const round = fc.nat(ROUNDS - 1);
const over = fc.constantFrom('rest' as const, 'graphql' as const);
/** `add` names what is asked by its place in `contents`. */
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      step: fc.constant('add' as const),
      round,
      over,
      isOther: fc.constantFrom(...Array<false>(9).fill(false), true),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      step: fc.constant('complete' as const),
      round,
      over,
      samples: fc.constantFrom(100, 100, 100, null),
    }),
  },
  { weight: 4, arbitrary: fc.record({ step: fc.constant('cancel' as const), round, over }) },
  {
    weight: 1,
    arbitrary: fc.record({
      step: fc.constant('budget' as const),
      epsilon: fc.constantFrom(0.4, 0.8, 1.5, 2.5, 20),
      delta: fc.constantFrom(1e-5, 1e-6),
      over,
    }),
  },
);
/** Steps that are taken at once; twice the same among them is a client that repeats before it was answered. */
const batch = fc
  .array(fc.tuple(step, fc.boolean()), { minLength: 1, maxLength: 4, size: 'max' })
  .map((steps) => steps.flatMap(([one, isTwice]) => (isTwice ? [one, one] : [one])));
const run = fc.record({
  contents,
  batches: fc.array(batch, { minLength: 8, maxLength: 18, size: 'max' }),
});

it('steps on a ledger that are taken at once answer and end as in one order of them, and the sum is that of the rounds', async () => {
  await fc.assert(
    fc.asyncProperty(run, async ({ contents, batches }) => {
      const scene = await aScene();
      const { federationId: id, owner } = scene;
      const budget = { total_epsilon_budget: AT_FIRST.epsilon, total_delta_budget: AT_FIRST.delta };
      await owner.put(`/federations/${id}/privacy/budget`, budget).expect(200);
      let model = new LedgerModel(AT_FIRST);
      const firstAnswers = new Map<string, object>();
      for (const steps of batches) {
        const moves = steps.map((one): Move =>
          one.step === 'add' ? { ...one, content: contents[one.round]![Number(one.isOther)]! } : one,
        );
        const taken = await Promise.all(moves.map((move) => take(scene, move)));
        for (const { round } of taken) if (round !== null) expectFirstAnswer(firstAnswers, round);
        const end = await readEnd(scene);
        const ends = possibleEnds(model, moves, taken).map((after) => ({ after, end: endOf(scene, after) }));
        const found = ends.find((one) => JSON.stringify(one.end) === JSON.stringify(end));
        if (found === undefined) expect({ moves, taken, end }).toEqual({ before: model, ends });
        else model = found.after;
        await expectSumOfRounds(scene);
      }
    }),
    { numRuns: 16, seed: SEED, endOnFailure: true },
  );
}, 120_000);

/** What does not change of a round is told to every repeat as it was told first. */
function expectFirstAnswer(firstAnswers: Map<string, object>, answer: Json): void {
  const { id, round_number, noise_multiplier, sample_rate, num_steps, target_delta, overdrawn, recorded_at } =
    answer;
  const lasting = {
    id,
    round_number,
    noise_multiplier,
    sample_rate,
    num_steps,
    target_delta,
    overdrawn,
    recorded_at,
  };
  const first = firstAnswers.get(id);
  if (first === undefined) firstAnswers.set(id, lasting);
  else expect(lasting).toEqual(first);
}

/** The ledgers behind every order of the moves in which each answers as it did. */
function possibleEnds(model: LedgerModel, moves: readonly Move[], taken: readonly Taken[]): LedgerModel[] {
  // By what has been taken and where that leads, so that orders that do not differ are followed once.
  let reached = new Map([['', { model, left: moves.map((_, i) => i) }]]);
  while ([...reached.values()].some(({ left }) => left.length > 0)) {
    const further: typeof reached = new Map();
    for (const { model: before, left } of reached.values())
      for (const i of left) {
        const { outcome, after } = before.take(moves[i]!);
        if (!isSame(outcome, taken[i]!.outcome)) continue;
        const rest = left.filter((other) => other !== i);
        further.set(JSON.stringify([rest, after.budget, after.rounds]), { model: after, left: rest });
      }
    reached = further;
  }
  return [...reached.values()].map((end) => end.model);
}

function isSame(one: object, other: object): boolean {
  const sorted = (value: object) =>
    JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  return sorted(one) === sorted(other);
}

function endOf({ roundId }: Scene, model: LedgerModel): object {
  return {
    budget: model.budget,
    ...model.status,
    rounds: model.rounds.map(({ round, status, overdrawn, content, completedWith }, i) => ({
      number: i + 1,
      id: roundId(round),
      status,
      overdrawn,
      samples: completedWith ?? content.samples,
    })),
  };
}

async function readEnd({ owner, federationId }: Scene): Promise<object> {
  const { body: privacy } = await owner.get(`/federations/${federationId}/privacy`).expect(200);
  const { body: rounds } = await owner.get(`/federations/${federationId}/rounds`).expect(200);
  return {
    budget: { epsilon: privacy.total_epsilon_budget, delta: privacy.total_delta_budget },
    spent: privacy.current_epsilon_spent,
    tracked: privacy.rounds_tracked,
    untracked: privacy.rounds_untracked,
    rounds: rounds.toReversed().map((row: Json) => ({
      number: row.round_number,
      id: row.id,
      status: row.status,
      overdrawn: row.overdrawn,
      samples: row.contributions[0]?.samples ?? null,
    })),
  };
}

/** The stored vector, bit by bit, is the sum over the listed rounds in the order of their numbers. */
async function expectSumOfRounds({ owner, federationId }: Scene): Promise<void> {
  const { body } = await owner.get(`/federations/${federationId}/rounds`).expect(200);
  const counted = body
    .toReversed()
    .filter((row: Json) => row.status !== 'cancelled' && row.noise_multiplier !== null)
    .map((row: Json) => ({
      noiseMultiplier: row.noise_multiplier,
      sampleRate: row.sample_rate,
      numSteps: row.num_steps,
    }));
  const [ledger] = await gateway.app.core.db.query<{ rdp: Buffer | null }>(
    'SELECT rdp FROM privacy_ledgers WHERE federation_id = ?',
    [federationId],
  );
  // The version of the orders, then the doubles.
  const expected =
    counted.length === 0 ? undefined : `01${Buffer.from(sumOf(counted).buffer).toString('hex')}`;
  expect(ledger!.rdp?.toString('hex')).toBe(expected);
}
