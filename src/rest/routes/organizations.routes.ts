import type { Route } from '../route.js';

const ORGANIZATION_FIELDS = `
  fragment OrganizationFields on Organization {
    id
    name
    created_at: createdAt
  }
`;

const ORGANIZATION_EXAMPLE = {
  id: 'hospital-south',
  name: 'Hospital South',
  created_at: '2026-11-24T03:00:00Z',
};

export const organizationRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/organizations',
    tag: 'Organizations and keys',
    summary: 'Register an organization, or complete one that an invitation registered',
    document: `
      mutation CreateOrganization($id: ID, $name: String!) {
        createOrganization(input: { id: $id, name: $name }) {
          organization { ...OrganizationFields }
          created
        }
      }
      ${ORGANIZATION_FIELDS}
    `,
    status: { created: 'createOrganization.created' },
    result: 'createOrganization.organization',
    example: { body: { id: 'hospital-south', name: 'Hospital South' }, response: ORGANIZATION_EXAMPLE },
  },
  {
    method: 'GET',
    path: '/organizations',
    tag: 'Organizations and keys',
    summary: 'List all organizations',
    document: `
      query ListOrganizations($first: Int, $offset: Int) {
        organizations(first: $first, offset: $offset) {
          nodes { ...OrganizationFields }
          totalCount
          pageInfo { hasNextPage }
        }
      }
      ${ORGANIZATION_FIELDS}
    `,
    status: 200,
    result: 'organizations.nodes',
    paging: { connection: 'organizations', defaultLimit: 1000 },
    example: { response: [ORGANIZATION_EXAMPLE] },
  },
];
