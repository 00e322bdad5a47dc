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
  apiKey: `id org_id: orgId name prefix scopes federation_id: federationId rate_limit_rpm: rateLimitRpm
    created_at: createdAt last_used_at: lastUsedAt expires_at: expiresAt revoked_at: revokedAt is_active: isActive`,
} as const;

/** What is left between such a selection and REST: enumerations in lower case, flat statistics, scopes as flags. */
export function restForm({ organization, contribution, ...row }: Json): Json {
  const flat = { ...row, ...organization, ...contribution };
  for (const name of ['role', 'status']) if (name in flat) flat[name] = String(flat[name]).toLowerCase();
  if (Array.isArray(flat.scopes))
    flat.scopes = Object.fromEntries(flat.scopes.map((scope: string) => [scope, true]));
  return flat;
}
