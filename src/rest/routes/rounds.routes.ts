import { invalidInput } from '../../core/errors.js';
import type { Route, Shape } from '../route.js';
import { FEDERATION_EXAMPLE, HIDDEN_FEDERATION } from './federations.routes.js';

const ROUND_FIELDS = `
  fragment RoundFields on TrainingRound {
    id
    federation_id: federationId
    round_number: roundNumber
    status
    model_id: modelId
    noise_multiplier: noiseMultiplier
    sample_rate: sampleRate
    num_steps: numSteps
    target_delta: targetDelta
    epsilon_cost: epsilonCost
    cumulative_epsilon: cumulativeEpsilon
    overdrawn
    contributions { org_id: orgId samples accuracy loss }
    recorded_at: recordedAt
  }
`;

/** A step answers with the round and whether it was a repeat. */
const STEP_SHAPE: Shape = { flatten: ['round'] };

const PATH = { id: FEDERATION_EXAMPLE.id };

const ROUND_EXAMPLE = {
  id: 'rnd_0mi3x2p5d1g7i4v1z8t5h',
  federation_id: FEDERATION_EXAMPLE.id,
  round_number: 1,
  status: 'completed',
  model_id: 'mdl-ecg-7',
  noise_multiplier: 1,
  sample_rate: 0.001,
  num_steps: 30000,
  target_delta: null,
  epsilon_cost: 1.4154988495445146,
  cumulative_epsilon: 1.4154988495445146,
  overdrawn: false,
  contributions: [{ org_id: 'hospital-south', samples: 12000, accuracy: 0.91, loss: 0.24 }],
  recorded_at: '2026-11-24T03:05:00Z',
};

const STEP_EXAMPLE = { ...ROUND_EXAMPLE, duplicate: false };
const RESERVED_EXAMPLE = { ...STEP_EXAMPLE, status: 'reserved', contributions: [] };
const STEP_PATH = { ...PATH, round_id: ROUND_EXAMPLE.id };

const ASKED = { model_id: 'mdl-ecg-7', noise_multiplier: 1, sample_rate: 0.001, num_steps: 30000 };

/** What comes with the end of a round would be lost on a reservation. */
function notOfReservation(member: string): (raw: unknown) => unknown {
  return (raw) => {
    const isNothing = raw === null || raw === false || (Array.isArray(raw) && raw.length === 0);
    if (isNothing) return raw;
    throw invalidInput(member, 'must not come with a reservation: complete the round with it');
  };
}

export const roundRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/federations/{id}/rounds',
    when: { member: 'status', is: 'completed', isDefault: true },
    tag: 'Training rounds',
    summary: 'Record a round that ran, or reserve one',
    document: `
      mutation RecordTrainingRound(
        $id: ID!, $roundId: ID, $modelId: ID, $noiseMultiplier: Float, $sampleRate: Float, $numSteps: Int,
        $targetDelta: Float, $alreadyExecuted: Boolean = false, $completedAt: DateTime,
        $contributions: [RoundContributionInput!] = []
      ) {
        recordTrainingRound(input: {
          federationId: $id, roundId: $roundId, modelId: $modelId, noiseMultiplier: $noiseMultiplier,
          sampleRate: $sampleRate, numSteps: $numSteps, targetDelta: $targetDelta, alreadyExecuted: $alreadyExecuted,
          completedAt: $completedAt, contributions: $contributions
        }) {
          round { ...RoundFields }
          duplicate
        }
      }
      ${ROUND_FIELDS}
    `,
    status: 201,
    result: 'recordTrainingRound',
    shape: STEP_SHAPE,
    example: {
      path: PATH,
      body: { ...ASKED, contributions: ROUND_EXAMPLE.contributions },
      response: STEP_EXAMPLE,
    },
  },
  {
    method: 'POST',
    path: '/federations/{id}/rounds',
    when: { member: 'status', is: 'reserved' },
    tag: 'Training rounds',
    summary: 'Reserve a round: the charge is made before it runs',
    document: `
      mutation ReserveTrainingRound(
        $id: ID!, $roundId: ID, $modelId: ID, $noiseMultiplier: Float!, $sampleRate: Float!, $numSteps: Int!,
        $targetDelta: Float
      ) {
        reserveTrainingRound(input: {
          federationId: $id, roundId: $roundId, modelId: $modelId, noiseMultiplier: $noiseMultiplier,
          sampleRate: $sampleRate, numSteps: $numSteps, targetDelta: $targetDelta
        }) {
          round { ...RoundFields }
          duplicate
        }
      }
      ${ROUND_FIELDS}
    `,
    status: 201,
    result: 'reserveTrainingRound',
    readers: {
      contributions: notOfReservation('contributions'),
      completed_at: notOfReservation('completed_at'),
      already_executed: notOfReservation('already_executed'),
    },
    shape: STEP_SHAPE,
    example: { path: PATH, body: { ...ASKED, status: 'reserved' }, response: RESERVED_EXAMPLE },
  },
  {
    method: 'GET',
    path: '/federations/{id}/rounds',
    tag: 'Training rounds',
    summary: 'List the rounds, newest first',
    document: `
      query ListRounds($id: ID!, $first: Int, $offset: Int) {
        federation(id: $id) {
          rounds(first: $first, offset: $offset) {
            nodes { ...RoundFields }
            totalCount
            pageInfo { hasNextPage }
          }
        }
      }
      ${ROUND_FIELDS}
    `,
    status: 200,
    result: 'federation.rounds.nodes',
    absences: [
      HIDDEN_FEDERATION,
      {
        path: 'federation.rounds',
        code: 'FORBIDDEN',
        message: 'only active members of the federation may see its rounds: join it first',
      },
    ],
    paging: { connection: 'federation.rounds', defaultLimit: 1000 },
    example: { path: PATH, response: [ROUND_EXAMPLE] },
  },
  {
    method: 'POST',
    path: '/federations/{id}/rounds/{round_id}/complete',
    tag: 'Training rounds',
    summary: 'End a reserved round with what came of it',
    document: `
      mutation CompleteTrainingRound(
        $id: ID!, $roundId: ID!, $completedAt: DateTime, $contributions: [RoundContributionInput!] = []
      ) {
        completeTrainingRound(input: {
          federationId: $id, roundId: $roundId, completedAt: $completedAt, contributions: $contributions
        }) {
          round { ...RoundFields }
          duplicate
        }
      }
      ${ROUND_FIELDS}
    `,
    status: 200,
    result: 'completeTrainingRound',
    shape: STEP_SHAPE,
    example: {
      path: STEP_PATH,
      body: { contributions: ROUND_EXAMPLE.contributions },
      response: STEP_EXAMPLE,
    },
  },
  {
    method: 'POST',
    path: '/federations/{id}/rounds/{round_id}/cancel',
    tag: 'Training rounds',
    summary: 'End a reservation that released nothing',
    document: `
      mutation CancelTrainingRound($id: ID!, $roundId: ID!) {
        cancelTrainingRound(input: { federationId: $id, roundId: $roundId }) {
          round { ...RoundFields }
          duplicate
        }
      }
      ${ROUND_FIELDS}
    `,
    status: 200,
    result: 'cancelTrainingRound',
    shape: STEP_SHAPE,
    example: {
      path: STEP_PATH,
      response: { ...RESERVED_EXAMPLE, status: 'cancelled', epsilon_cost: null, cumulative_epsilon: null },
    },
  },
];
