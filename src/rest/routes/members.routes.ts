import type { Route, Shape } from '../route.js';
import { FEDERATION_EXAMPLE, HIDDEN_FEDERATION } from './federations.routes.js';

const MEMBER_FIELDS = `
  fragment MemberFields on Member {
    id
    federation_id: federationId
    org_id: orgId
    organization { org_name: name }
    role
    status
    invited_at: invitedAt
    joined_at: joinedAt
    expires_at: expiresAt
    created_at: createdAt
    updated_at: updatedAt
    contribution {
      rounds_contributed: roundsContributed
      total_samples: totalSamples
      avg_accuracy: avgAccuracy
      avg_loss: avgLoss
      last_contribution_at: lastContributionAt
    }
  }
`;

const MEMBER_SHAPE: Shape = { flatten: ['organization', 'contribution'] };

const INVITED_EXAMPLE = {
  id: 'mem_0mi3x2m1b8e5g2t9x6r3f',
  federation_id: FEDERATION_EXAMPLE.id,
  org_id: 'hospital-south',
  org_name: 'Hospital South',
  role: 'member',
  status: 'invited',
  invited_at: '2026-11-24T03:01:00Z',
  joined_at: null,
  expires_at: '2026-12-24T03:01:00Z',
  created_at: '2026-11-24T03:01:00Z',
  updated_at: '2026-11-24T03:01:00Z',
  rounds_contributed: 0,
  total_samples: 0,
  avg_accuracy: null,
  avg_loss: null,
  last_contribution_at: null,
};

const ACTIVE_EXAMPLE = {
  ...INVITED_EXAMPLE,
  status: 'active',
  joined_at: '2026-11-24T03:02:00Z',
  expires_at: null,
  updated_at: '2026-11-24T03:02:00Z',
};

const PATH = { id: FEDERATION_EXAMPLE.id };

interface Step {
  readonly mutation: string;
  readonly path: string;
  readonly summary: string;
  readonly status: string;
}

/** Steps that an organization takes for itself differ in nothing but their mutation. */
function stepRoute({ mutation, path, summary, status }: Step): Route {
  return {
    method: 'POST',
    path,
    tag: 'Membership',
    summary,
    document: `
      mutation ${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}($id: ID!, $orgId: ID!) {
        ${mutation}(input: { federationId: $id, orgId: $orgId }) { member { ...MemberFields } }
      }
      ${MEMBER_FIELDS}
    `,
    status: 200,
    result: `${mutation}.member`,
    shape: MEMBER_SHAPE,
    example: { path: PATH, body: { org_id: 'default' }, response: { ...ACTIVE_EXAMPLE, status } },
  };
}

export const memberRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/federations/{id}/invite',
    tag: 'Membership',
    summary: 'Invite organizations',
    document: `
      mutation Invite($id: ID!, $orgIds: [ID!]!) {
        inviteMembers(input: { federationId: $id, orgIds: $orgIds }) { members { ...MemberFields } }
      }
      ${MEMBER_FIELDS}
    `,
    status: 200,
    result: 'inviteMembers.members',
    shape: MEMBER_SHAPE,
    example: { path: PATH, body: { org_ids: ['hospital-south'] }, response: [INVITED_EXAMPLE] },
  },
  stepRoute({
    mutation: 'joinFederation',
    path: '/federations/{id}/join',
    summary: 'Accept an invitation',
    status: 'active',
  }),
  stepRoute({
    mutation: 'declineInvitation',
    path: '/federations/{id}/decline',
    summary: 'Decline an invitation',
    status: 'declined',
  }),
  stepRoute({
    mutation: 'leaveFederation',
    path: '/federations/{id}/leave',
    summary: 'Leave a federation',
    status: 'left',
  }),
  {
    method: 'GET',
    path: '/federations/{id}/members',
    tag: 'Membership',
    summary: 'List the members, active before invited',
    document: `
      query ListMembers($id: ID!, $status: [MemberStatus!], $first: Int, $offset: Int) {
        federation(id: $id) {
          members(status: $status, first: $first, offset: $offset) {
            nodes { ...MemberFields }
            totalCount
            pageInfo { hasNextPage }
          }
        }
      }
      ${MEMBER_FIELDS}
    `,
    status: 200,
    result: 'federation.members.nodes',
    shape: MEMBER_SHAPE,
    absences: [HIDDEN_FEDERATION],
    paging: { connection: 'federation.members', defaultLimit: 1000 },
    example: { path: PATH, query: { status: 'active,invited' }, response: [ACTIVE_EXAMPLE] },
  },
  {
    method: 'DELETE',
    path: '/federations/{id}/members/{org_id}',
    tag: 'Membership',
    summary: 'Remove a member or withdraw an invitation',
    document: `
      mutation RemoveMember($id: ID!, $orgId: ID!) {
        removeMember(input: { federationId: $id, orgId: $orgId }) { member { ...MemberFields } }
      }
      ${MEMBER_FIELDS}
    `,
    status: 200,
    result: 'removeMember.member',
    shape: MEMBER_SHAPE,
    example: {
      path: { ...PATH, org_id: 'hospital-south' },
      response: { ...ACTIVE_EXAMPLE, status: 'removed' },
    },
  },
];
