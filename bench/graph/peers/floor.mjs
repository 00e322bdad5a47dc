import fastify from 'fastify';
import { openSql, statements } from '../sql.mjs';
import { OWNER } from '../work.mjs';

/** What the same answers cost without any schema: bare Fastify, hand-written SQL, JSON.stringify. */
const sql = openSql(process.env.DATABASE_URL);
const federationId = process.env.FEDERATION_ID;
const MEMBERS = 20;
const server = fastify();

const send = (reply, body) => reply.type('application/json; charset=utf-8').send(JSON.stringify(body));
const time = (ms) => (ms === null ? null : `${new Date(ms).toISOString().slice(0, 19)}Z`);

async function membersWithOrganizations() {
  const members = await statements.members(sql, federationId, MEMBERS);
  const organizations = await statements.organizations(
    sql,
    members.map(({ orgId }) => orgId),
  );
  const byId = new Map(organizations.map((row) => [row.id, row]));
  return members.map((member) => ({ member, organization: byId.get(member.orgId) }));
}

server.post('/floor/typename', async (_request, reply) => send(reply, { data: { __typename: 'Query' } }));

server.post('/floor/federation', async (_request, reply) => {
  const [[{ id, name }], rows] = [
    await statements.federations(sql, [federationId]),
    await membersWithOrganizations(),
  ];
  const nodes = rows.map(({ member, organization }) => ({
    id: member.id,
    role: member.role.toUpperCase(),
    status: member.status.toUpperCase(),
    organization: { id: organization.id, name: organization.name },
  }));
  return send(reply, { data: { federation: { id, name, members: { nodes } } } });
});

server.post('/floor/federations', async (_request, reply) => {
  const rows = await statements.listFederations(sql, OWNER, 25);
  const owners = await statements.organizations(sql, [...new Set(rows.map(({ orgId }) => orgId))]);
  const counts = await statements.memberCounts(
    sql,
    rows.map(({ id }) => id),
  );
  const ownerById = new Map(owners.map((row) => [row.id, row]));
  const countById = new Map(counts.map((row) => [row.federationId, row.count]));
  const nodes = rows.map(({ id, name, orgId }) => ({
    id,
    name,
    owner: { id: orgId, name: ownerById.get(orgId).name },
    memberCount: countById.get(id) ?? 0,
  }));
  return send(reply, { data: { federations: { nodes } } });
});

server.get('/floor/members', async (_request, reply) => {
  await statements.federations(sql, [federationId]);
  const rows = await membersWithOrganizations();
  const [{ count }] = await statements.countMembers(sql, federationId);
  const body = rows.map(({ member, organization }) => ({
    id: member.id,
    federation_id: member.federationId,
    org_id: member.orgId,
    org_name: organization.name,
    role: member.role,
    status: member.status,
    invited_at: time(member.invitedAt),
    joined_at: time(member.joinedAt),
    expires_at: time(member.expiresAt),
    created_at: time(member.createdAt),
    updated_at: time(member.updatedAt),
    rounds_contributed: 0,
    total_samples: 0,
    avg_accuracy: null,
    avg_loss: null,
    last_contribution_at: null,
  }));
  reply.header('x-total-count', String(count));
  return send(reply, body);
});

console.log(`serves at ${await server.listen({ port: 0, host: '127.0.0.1' })}`);
