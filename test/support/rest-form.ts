import type { Json } from './client.js';

/** Selections that name their members as REST does, so that one fact, asked both ways, can be compared as it comes. */
export const SELECTIONS = {
  federation: `id name description org_id: orgId status role: viewerRole member_count: memberCount
    created_at: createdAt updated_at: updatedAt`,
  member: `id federation_id: federationId org_id: orgId organization { org_name: name } role status
    invited_at: invitedAt joined_at: joinedAt expires_at: expiresAt created_at: createdAt updated_at: updatedAt
    contribution {
      rounds_contributed: roundsContributed total_samples: totalSamples avg_accuracy: avgAccuracy
      avg_loss: avgLoss last_contribution_at: lastContributionAt
    }`,
  model: `id: modelId name org_id: orgId federation_id: federationId framework use_case: useCase description version
    shared_at: sharedAt`,
  privacy: `federation_id: federationId total_epsilon_budget: totalEpsilonBudget total_delta_budget: totalDeltaBudget
    current_epsilon_spent: currentEpsilonSpent epsilon_remaining: epsilonRemaining is_exhausted: isExhausted
    is_infinite: isInfinite rounds_tracked: roundsTracked rounds_untracked: roundsUntracked accountant
    epsilon: totalEpsilonBudget delta: totalDeltaBudget budget_remaining: epsilonRemaining
    rounds_consumed: roundsTracked`,
  estimate: `current_epsilon: currentEpsilon projected_epsilon: projectedEpsilon round_epsilon_cost: roundEpsilonCost
    would_exceed_budget: wouldExceedBudget budget_epsilon: budgetEpsilon delta
    max_steps_within_budget: maxStepsWithinBudget is_infinite: isInfinite`,
  history: `round { round_id: id } round_number: roundNumber noise_multiplier: noiseMultiplier sample_rate: sampleRate
    num_steps: numSteps target_delta: targetDelta epsilon_cost: epsilonCost cumulative_epsilon: cumulativeEpsilon
    overdrawn recorded_at: recordedAt`,
  round: `id federation_id: federationId round_number: roundNumber status model_id: modelId
    noise_multiplier: noiseMultiplier sample_rate: sampleRate num_steps: numSteps target_delta: targetDelta
    epsilon_cost: epsilonCost cumulative_epsilon: cumulativeEpsilon overdrawn
    contributions { org_id: orgId samples accuracy loss } recorded_at: recordedAt`,
  apiKey: `id org_id: orgId name prefix scopes federation_id: federationId rate_limit_rpm: rateLimitRpm
    created_at: createdAt last_used_at: lastUsedAt expires_at: expiresAt revoked_at: revokedAt is_active: isActive`,
} as const;

/** What is left between such a selection and REST: enumerations in lower case, flat statistics, scopes as flags. */
export function restForm({ organization, contribution, round, ...row }: Json): Json {
  const flat = { ...row, ...organization, ...contribution, ...round };
  for (const name of ['role', 'status', 'accountant'])
    if (name in flat) flat[name] = String(flat[name]).toLowerCase();
  if (Array.isArray(flat.scopes))
    flat.scopes = Object.fromEntries(flat.scopes.map((scope: string) => [scope, true]));
  return flat;
}
