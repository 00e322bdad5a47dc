import { invalidInput } from '../../core/errors.js';
import { isRecord, type Route, type Shape } from '../route.js';

const API_KEY_FIELDS = `
  fragment ApiKeyFields on ApiKey {
    id
    org_id: orgId
    name
    prefix
    scopes
    federation_id: federationId
    rate_limit_rpm: rateLimitRpm
    created_at: createdAt
    last_used_at: lastUsedAt
    expires_at: expiresAt
    revoked_at: revokedAt
    is_active: isActive
  }
`;

const API_KEY_SHAPE: Shape = { asFlags: ['scopes'] };

const API_KEY_EXAMPLE = {
  id: 'key_0mi3x2n4c9f6h3u0y7s4g',
  org_id: 'hospital-south',
  name: 'dashboard',
  prefix: 'edg_live_4fR',
  scopes: { 'federations:read': true },
  federation_id: null,
  rate_limit_rpm: null,
  created_at: '2026-11-24T03:00:00Z',
  last_used_at: null,
  expires_at: null,
  revoked_at: null,
  is_active: true,
};

const REVOKED_EXAMPLE = { ...API_KEY_EXAMPLE, revoked_at: '2026-11-24T04:00:00Z', is_active: false };

/**
 * Scopes come as an array, as a comma-separated string, or as an object, where `{"federations": "write"}` and
 * `{"federations:write": true}` both mean `federations:write`.
 */
function readScopes(raw: unknown): unknown {
  if (raw === null || Array.isArray(raw)) return raw;
  if (typeof raw === 'string') return raw.split(',').map((scope) => scope.trim());
  if (!isRecord(raw)) throw invalidInput('scopes', 'must be an array, a comma-separated string or an object');
  return Object.entries(raw).flatMap(([name, value]) => {
    if (value === true) return [name];
    if (value === false || value === null) return [];
    if (typeof value === 'string') return [`${name}:${value}`];
    throw invalidInput(
      'scopes',
      'as an object must have values that are true, false or a verb such as "write"',
    );
  });
}

const REVOKE = {
  tag: 'Organizations and keys',
  document: `
    mutation RevokeApiKey($id: ID!) {
      revokeApiKey(input: { id: $id }) { apiKey { ...ApiKeyFields } }
    }
    ${API_KEY_FIELDS}
  `,
  status: 200,
  result: 'revokeApiKey.apiKey',
  shape: API_KEY_SHAPE,
  example: { path: { id: API_KEY_EXAMPLE.id }, response: REVOKED_EXAMPLE },
} as const;

export const apiKeyRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/api-keys',
    tag: 'Organizations and keys',
    summary: 'Make an API key; its secret is in this answer and nowhere else',
    document: `
      mutation CreateApiKey(
        $orgId: ID!, $name: String!, $scopes: [String!], $federationId: ID, $rateLimitRpm: Int, $expiresInDays: Int
      ) {
        createApiKey(input: {
          orgId: $orgId, name: $name, scopes: $scopes, federationId: $federationId, rateLimitRpm: $rateLimitRpm,
          expiresInDays: $expiresInDays
        }) {
          apiKey { ...ApiKeyFields }
          api_key: secret
        }
      }
      ${API_KEY_FIELDS}
    `,
    status: 201,
    result: 'createApiKey',
    shape: { ...API_KEY_SHAPE, flatten: ['apiKey'] },
    readers: { scopes: readScopes },
    secrets: ['api_key'],
    example: {
      body: { org_id: 'hospital-south', name: 'dashboard', scopes: ['federations:read'] },
      response: { ...API_KEY_EXAMPLE, api_key: 'edg_live_4fRkT0…' },
    },
  },
  {
    method: 'GET',
    path: '/api-keys',
    tag: 'Organizations and keys',
    summary: 'List the keys of an organization, without secrets',
    document: `
      query ListApiKeys($orgId: ID = "default", $first: Int, $offset: Int) {
        apiKeys(orgId: $orgId, first: $first, offset: $offset) {
          nodes { ...ApiKeyFields }
          totalCount
          pageInfo { hasNextPage }
        }
      }
      ${API_KEY_FIELDS}
    `,
    status: 200,
    result: 'apiKeys.nodes',
    shape: API_KEY_SHAPE,
    paging: { connection: 'apiKeys', defaultLimit: 1000 },
    example: { query: { org_id: 'hospital-south' }, response: [API_KEY_EXAMPLE] },
  },
  { ...REVOKE, method: 'POST', path: '/api-keys/{id}/revoke', summary: 'Revoke a key' },
  { ...REVOKE, method: 'DELETE', path: '/api-keys/{id}', summary: 'Revoke a key' },
];
