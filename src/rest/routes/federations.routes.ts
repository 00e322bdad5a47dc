import type { Absence, Route } from '../route.js';

export const FEDERATION_FIELDS = `
  fragment FederationFields on Federation {
    id
    name
    description
    org_id: orgId
    status
    role: viewerRole
    member_count: memberCount
    created_at: createdAt
    updated_at: updatedAt
  }
`;

export const FEDERATION_EXAMPLE = {
  id: 'fed_0mi3x2k9a7d4f1s8w5q2e',
  name: 'Cardiology Consortium',
  description: 'Arrhythmia detection across hospitals',
  org_id: 'hospital-north',
  status: 'active',
  role: 'owner',
  member_count: 1,
  created_at: '2026-11-24T03:00:00Z',
  updated_at: '2026-11-24T03:00:00Z',
};

/** A federation that the caller may not see looks like one that does not exist. */
export const HIDDEN_FEDERATION: Absence = {
  path: 'federation',
  code: 'NOT_FOUND',
  message: 'federation not found',
};

export const federationRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/federations',
    tag: 'Federations',
    summary: 'Create a federation',
    document: `
      mutation CreateFederation($name: String!, $orgId: ID!, $description: String) {
        createFederation(input: { name: $name, orgId: $orgId, description: $description }) {
          federation { ...FederationFields }
        }
      }
      ${FEDERATION_FIELDS}
    `,
    status: 201,
    result: 'createFederation.federation',
    example: {
      body: {
        name: 'Cardiology Consortium',
        org_id: 'default',
        description: 'Arrhythmia detection across hospitals',
      },
      response: FEDERATION_EXAMPLE,
    },
  },
  {
    method: 'GET',
    path: '/federations',
    tag: 'Federations',
    summary: 'List the federations that the caller owns, takes part in or is invited to',
    document: `
      query ListFederations($orgId: ID, $name: String, $first: Int, $offset: Int) {
        federations(filter: { orgId: $orgId, name: $name }, first: $first, offset: $offset) {
          nodes { ...FederationFields }
          totalCount
          pageInfo { hasNextPage }
        }
      }
      ${FEDERATION_FIELDS}
    `,
    status: 200,
    result: 'federations.nodes',
    paging: { connection: 'federations', defaultLimit: 1000 },
    example: { query: { name: 'Cardiology Consortium' }, response: [FEDERATION_EXAMPLE] },
  },
  {
    method: 'GET',
    path: '/federations/{id}',
    tag: 'Federations',
    summary: 'Read a federation',
    document: `
      query ReadFederation($id: ID!) {
        federation(id: $id) { ...FederationFields }
      }
      ${FEDERATION_FIELDS}
    `,
    status: 200,
    result: 'federation',
    absences: [HIDDEN_FEDERATION],
    example: { path: { id: FEDERATION_EXAMPLE.id }, response: FEDERATION_EXAMPLE },
  },
];
