import DataLoader from 'dataloader';
import { statements } from './sql.mjs';
import { OWNER } from './work.mjs';

/** The slice of the gateway's schema that the work asks for, for the GraphQL peers. */
export const typeDefs = /* GraphQL */ `
  type Query {
    federation(id: ID!): Federation
    federations(first: Int = 25): FederationConnection!
  }
  type FederationConnection {
    nodes: [Federation!]!
  }
  type MemberConnection {
    nodes: [Member!]!
  }
  type Federation {
    id: ID!
    name: String!
    owner: Organization!
    memberCount: Int!
    members(first: Int = 25): MemberConnection!
  }
  enum MemberRole {
    OWNER
    MEMBER
  }
  enum MemberStatus {
    ACTIVE
    INVITED
  }
  type Member {
    id: ID!
    role: MemberRole!
    status: MemberStatus!
    organization: Organization!
  }
  type Organization {
    id: ID!
    name: String
  }
`;

export const resolvers = {
  Query: {
    federation: (_root, { id }, { loaders }) => loaders.federation.load(id),
    federations: async (_root, { first }, { sql }) => ({
      nodes: await statements.listFederations(sql, OWNER, first),
    }),
  },
  Federation: {
    owner: (federation, _args, { loaders }) => loaders.organization.load(federation.orgId),
    memberCount: (federation, _args, { loaders }) => loaders.memberCount.load(federation.id),
    members: async (federation, { first }, { sql }) => ({
      nodes: await statements.members(sql, federation.id, first),
    }),
  },
  Member: {
    role: (member) => member.role.toUpperCase(),
    status: (member) => member.status.toUpperCase(),
    organization: (member, _args, { loaders }) => loaders.organization.load(member.orgId),
  },
};

/** A fresh context of one request. */
export function createContext(sql) {
  const by = (load, keyOf) =>
    new DataLoader(async (keys) => {
      const rows = new Map((await load([...keys])).map((row) => [keyOf(row), row]));
      return keys.map((key) => rows.get(key) ?? null);
    });
  const count = by(
    (ids) => statements.memberCounts(sql, ids),
    (row) => row.federationId,
  );
  return {
    sql,
    loaders: {
      federation: by(
        (ids) => statements.federations(sql, ids),
        (row) => row.id,
      ),
      organization: by(
        (ids) => statements.organizations(sql, ids),
        (row) => row.id,
      ),
      memberCount: { load: async (id) => (await count.load(id))?.count ?? 0 },
    },
  };
}
