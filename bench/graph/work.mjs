/** What is asked. Every peer that answers an item must give the same data, which main.mjs compares before it times anything. */
const MEMBERS = 20;

export const OWNER = 'bench-owner';

/** @param {string} federationId */
export function workItems(federationId) {
  return [
    { name: '{ __typename }', query: '{ __typename }', variables: {}, floor: '/floor/typename' },
    {
      name: 'one federation, 20 members, their organizations',
      query: `query One($id: ID!) { federation(id: $id) { id name members(first: ${MEMBERS}) { nodes { id role status organization { id name } } } } }`,
      variables: { id: federationId },
      floor: '/floor/federation',
    },
    {
      name: '25 federations, owner, member count',
      query: '{ federations(first: 25) { nodes { id name owner { id name } memberCount } } }',
      variables: {},
      floor: '/floor/federations',
    },
    {
      name: 'REST: list of 20 members',
      rest: `/api/v1/federations/${federationId}/members?limit=${MEMBERS}`,
      floor: '/floor/members',
    },
  ];
}
