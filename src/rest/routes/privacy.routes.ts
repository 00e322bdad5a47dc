import type { Route } from '../route.js';
import { FEDERATION_EXAMPLE, HIDDEN_FEDERATION } from './federations.routes.js';

/** The older names stand beside the documented ones. */
const PRIVACY_FIELDS = `
  fragment PrivacyFields on Privacy {
    federation_id: federationId
    total_epsilon_budget: totalEpsilonBudget
    total_delta_budget: totalDeltaBudget
    current_epsilon_spent: currentEpsilonSpent
    epsilon_remaining: epsilonRemaining
    is_exhausted: isExhausted
    is_infinite: isInfinite
    rounds_tracked: roundsTracked
    rounds_untracked: roundsUntracked
    accountant
    epsilon: totalEpsilonBudget
    delta: totalDeltaBudget
    budget_remaining: epsilonRemaining
    rounds_consumed: roundsTracked
  }
`;

const PATH = { id: FEDERATION_EXAMPLE.id };

const STATUS_EXAMPLE = {
  federation_id: FEDERATION_EXAMPLE.id,
  total_epsilon_budget: 8,
  total_delta_budget: 1e-5,
  current_epsilon_spent: 1.4154988495445146,
  epsilon_remaining: 6.584501150455485,
  is_exhausted: false,
  is_infinite: false,
  rounds_tracked: 1,
  rounds_untracked: 0,
  accountant: 'rdp',
  epsilon: 8,
  delta: 1e-5,
  budget_remaining: 6.584501150455485,
  rounds_consumed: 1,
};

/** The ledger of a federation that the caller may not see looks like that of one that does not exist. */
const HIDDEN_LEDGER = { ...HIDDEN_FEDERATION, path: 'privacy' };

export const privacyRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/federations/{id}/privacy',
    tag: 'Privacy',
    summary: 'Read what was spent and what remains',
    document: `
      query ReadPrivacy($id: ID!) {
        privacy(federationId: $id) { ...PrivacyFields }
      }
      ${PRIVACY_FIELDS}
    `,
    status: 200,
    result: 'privacy',
    absences: [HIDDEN_LEDGER],
    example: { path: PATH, response: STATUS_EXAMPLE },
  },
  {
    method: 'PUT',
    path: '/federations/{id}/privacy/budget',
    tag: 'Privacy',
    summary: 'Set the budget',
    document: `
      mutation SetPrivacyBudget($id: ID!, $totalEpsilonBudget: Float!, $totalDeltaBudget: Float) {
        setPrivacyBudget(input: {
          federationId: $id, totalEpsilonBudget: $totalEpsilonBudget, totalDeltaBudget: $totalDeltaBudget
        }) {
          privacy { ...PrivacyFields }
        }
      }
      ${PRIVACY_FIELDS}
    `,
    status: 200,
    result: 'setPrivacyBudget.privacy',
    example: {
      path: PATH,
      body: { total_epsilon_budget: 8, total_delta_budget: 1e-5 },
      response: STATUS_EXAMPLE,
    },
  },
  {
    method: 'GET',
    path: '/federations/{id}/privacy/estimate',
    tag: 'Privacy',
    summary: 'Ask what a round would cost; nothing is recorded',
    document: `
      query EstimatePrivacy(
        $id: ID!, $noiseMultiplier: Float!, $sampleRate: Float!, $numSteps: Int, $targetDelta: Float
      ) {
        privacy(federationId: $id) {
          estimate(
            noiseMultiplier: $noiseMultiplier, sampleRate: $sampleRate, numSteps: $numSteps, targetDelta: $targetDelta
          ) {
            current_epsilon: currentEpsilon
            projected_epsilon: projectedEpsilon
            round_epsilon_cost: roundEpsilonCost
            would_exceed_budget: wouldExceedBudget
            budget_epsilon: budgetEpsilon
            delta
            max_steps_within_budget: maxStepsWithinBudget
            is_infinite: isInfinite
          }
        }
      }
    `,
    status: 200,
    result: 'privacy.estimate',
    absences: [HIDDEN_LEDGER],
    example: {
      path: PATH,
      query: { noise_multiplier: '1.1', sample_rate: '0.01', num_steps: '1000' },
      response: {
        current_epsilon: 1.4154988495445146,
        projected_epsilon: 2.0871,
        round_epsilon_cost: 0.6716,
        would_exceed_budget: false,
        budget_epsilon: 8,
        delta: 1e-5,
        max_steps_within_budget: 21043,
        is_infinite: false,
      },
    },
  },
  {
    method: 'GET',
    path: '/federations/{id}/privacy/history',
    tag: 'Privacy',
    summary: 'List the rounds of the sum, oldest first',
    document: `
      query ListPrivacyHistory($id: ID!, $first: Int, $offset: Int) {
        privacy(federationId: $id) {
          history(first: $first, offset: $offset) {
            nodes {
              round { round_id: id }
              round_number: roundNumber
              noise_multiplier: noiseMultiplier
              sample_rate: sampleRate
              num_steps: numSteps
              target_delta: targetDelta
              epsilon_cost: epsilonCost
              cumulative_epsilon: cumulativeEpsilon
              overdrawn
              recorded_at: recordedAt
            }
            totalCount
            pageInfo { hasNextPage }
          }
        }
      }
    `,
    status: 200,
    result: 'privacy.history.nodes',
    shape: { flatten: ['round'] },
    absences: [HIDDEN_LEDGER],
    paging: { connection: 'privacy.history', defaultLimit: 1000 },
    example: {
      path: PATH,
      response: [
        {
          round_id: 'rnd_0mi3x2p5d1g7i4v1z8t5h',
          round_number: 1,
          noise_multiplier: 1,
          sample_rate: 0.001,
          num_steps: 30000,
          target_delta: null,
          epsilon_cost: 1.4154988495445146,
          cumulative_epsilon: 1.4154988495445146,
          overdrawn: false,
          recorded_at: '2026-11-24T03:05:00Z',
        },
      ],
    },
  },
];
