import type { Client, GraphqlAnswer, Json } from '../support/client.js';
import type { Outcome, Status, Step } from './ledger.model.js';

export type Move = Step & { readonly over: 'rest' | 'graphql' };

/** A federation, and the ids that a client makes for its rounds. */
export interface Scene {
  readonly owner: Client;
  readonly ownerId: string;
  readonly federationId: string;
  readonly roundId: (round: number) => string;
}

export interface Taken {
  readonly outcome: Outcome;
  /** The round in the form of REST; null where the step answered with none. */
  readonly round: Json;
}

const MUTATIONS = {
  record: ['recordTrainingRound', 'RecordTrainingRoundInput'],
  reserve: ['reserveTrainingRound', 'ReserveTrainingRoundInput'],
  complete: ['completeTrainingRound', 'CompleteTrainingRoundInput'],
  cancel: ['cancelTrainingRound', 'CancelTrainingRoundInput'],
} as const;

const ROUND = `id round_number: roundNumber status noise_multiplier: noiseMultiplier sample_rate: sampleRate
  num_steps: numSteps target_delta: targetDelta overdrawn recorded_at: recordedAt
  contributions { org_id: orgId samples accuracy loss }`;
const PRIVACY = `spent: currentEpsilonSpent tracked: roundsTracked untracked: roundsUntracked`;

/** Takes a step over one API or the other; the two must be one implementation. */
export function take(scene: Scene, move: Move): Promise<Taken> {
  return move.over === 'rest' ? overRest(scene, move) : overGraphql(scene, move);
}

function contributionsOf({ ownerId }: Scene, samples: number | null): object[] {
  return samples === null ? [] : [{ orgId: ownerId, samples }];
}

async function overRest(scene: Scene, move: Move): Promise<Taken> {
  const { owner, federationId } = scene;
  const path = `/federations/${federationId}`;
  if (move.step === 'budget') {
    const budget = { total_epsilon_budget: move.epsilon, total_delta_budget: move.delta };
    const { body } = await owner.put(`${path}/privacy/budget`, budget).expect(200);
    const { current_epsilon_spent: spent, rounds_tracked: tracked, rounds_untracked: untracked } = body;
    return { outcome: { spent, tracked, untracked }, round: null };
  }
  const below = move.step === 'add' ? '' : `/${scene.roundId(move.round)}/${move.step}`;
  const { status, body } = await owner.post(`${path}/rounds${below}`, toSnakeCase(inputOf(scene, move)));
  if (status === (move.step === 'add' ? 201 : 200) || (status === 200 && body.duplicate === true))
    return granted(body, body.duplicate);
  if (status >= 500) throw new Error(JSON.stringify(body));
  return { outcome: refusal(body.code, body.details), round: null };
}

async function overGraphql(scene: Scene, move: Move): Promise<Taken> {
  const { owner, federationId } = scene;
  if (move.step === 'budget') {
    const input = { federationId, totalEpsilonBudget: move.epsilon, totalDeltaBudget: move.delta };
    const { step } = await owner.query(
      `mutation($input: SetPrivacyBudgetInput!) { step: setPrivacyBudget(input: $input) { privacy { ${PRIVACY} } } }`,
      { input },
    );
    return { outcome: step.privacy, round: null };
  }
  const [mutation, type] = MUTATIONS[move.step === 'add' ? move.content.kind : move.step];
  const { status: _, ...input } = { status: undefined, ...inputOf(scene, move) };
  const named = { ...input, federationId, roundId: scene.roundId(move.round) };
  const answer: GraphqlAnswer = await owner.graphql(
    `mutation($input: ${type}!) { step: ${mutation}(input: $input) { duplicate round { ${ROUND} } } }`,
    { input: named },
  );
  if (answer.errors === undefined) {
    const { duplicate, round } = answer.data.step;
    return granted({ ...round, status: round.status.toLowerCase() }, duplicate);
  }
  const { code, ...facts } = answer.errors[0].extensions;
  if (code === 'INTERNAL_SERVER_ERROR' || code === 'SERVICE_UNAVAILABLE') throw new Error(answer.text);
  return {
    outcome: refusal(code === 'BAD_USER_INPUT' ? 'invalid_input' : code.toLowerCase(), facts),
    round: null,
  };
}

/** In the names of GraphQL, without what the path of REST says. */
function inputOf(scene: Scene, move: Exclude<Move, { step: 'budget' }>): object {
  if (move.step === 'cancel') return {};
  if (move.step === 'complete') return { contributions: contributionsOf(scene, move.samples) };
  const { kind, parameters, alreadyExecuted, samples } = move.content;
  const round = { roundId: scene.roundId(move.round), ...parameters };
  return kind === 'reserve'
    ? { ...round, status: 'reserved' }
    : { ...round, alreadyExecuted, contributions: contributionsOf(scene, samples) };
}

function granted(body: Json, duplicate: boolean): Taken {
  const { round_number: number, overdrawn } = body;
  return { outcome: { number, status: body.status as Status, overdrawn, duplicate }, round: body };
}

function refusal(code: string, facts: Json): Outcome {
  if (code !== 'privacy_budget_exceeded') return { refusal: code as 'conflict' };
  const { current_epsilon: current, projected_epsilon: projected, budget_epsilon: budget } = facts;
  return { refusal: code, current, projected, budget };
}

function toSnakeCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toSnakeCase);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [
    key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    toSnakeCase(inner),
  ]);
  return Object.fromEntries(entries);
}
