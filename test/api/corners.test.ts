import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';

let gateway: TestApp;

beforeAll(async () => {
  gateway = await startTestApp();
});
afterAll(() => gateway.close());

it.each(['keys', 'memo', 'fedx', 'constructor_1', 'toString_x'])(
  'finds the organization %s by its global id',
  async (id) => {
    const organization = await gateway.anOrganization(id);
    expect(await organization.client.query(`{ node(id: "${id}") { __typename id } }`)).toEqual({
      node: { __typename: 'Organization', id },
    });
  },
);

it('answers null for a member with a malformed id, and the own membership for default', async () => {
  const { id, owner } = await gateway.aFederation();
  const ask = (orgId: string) =>
    owner.client.query(`{ federation(id: "${id}") { member(orgId: "${orgId}") { orgId } } }`);
  expect(await ask('bad id!')).toEqual({ federation: { member: null } });
  expect(await ask('default')).toEqual({ federation: { member: { orgId: owner.id } } });
});

it('hides operator keys from the organization that they are filed under', async () => {
  const { id, client } = await gateway.anOrganization(undefined, { scopes: ['keys:write'] });
  const { core } = gateway.app;
  const ctx = {
    requestId: 'req_corners',
    viewer: await core.authenticator.authenticate(gateway.operator.key),
    db: core.db,
    maxPageSize: 100,
  };
  const { apiKey, secret } = await core.apiKeys.create(
    ctx,
    { orgId: id, name: 'operations' },
    { isOperator: true },
  );
  const listed = (await client.get('/api-keys').expect(200)).body.map((key: { id: string }) => key.id);
  expect(listed).not.toContain(apiKey.id);
  await client.delete(`/api-keys/${apiKey.id}`).expect(404);
  expect(await client.query(`{ node(id: "${apiKey.id}") { id } }`)).toEqual({ node: null });
  await gateway.client(secret).get('/organizations').expect(200);
});

it('lists the members of more federations at once than SQLite joins in one statement', async () => {
  const owner = await gateway.anOrganization();
  const { db } = gateway.app.core;
  await db.transaction(async (tx) => {
    for (let i = 0; i < 520; i++) {
      const id = `fed_${String(i).padStart(12, '0')}`;
      await tx.query(
        'INSERT INTO federations (id, org_id, name, created_by_key, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)',
        [id, owner.id, `F ${i}`, 'key_x', i, i],
      );
      await tx.query(
        'INSERT INTO members (id, federation_id, org_id, role, status, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
        [`mem_${i}`, id, owner.id, 'owner', 'active', i, i],
      );
    }
  });
  const pages = Array.from(
    { length: 6 },
    (_, i) =>
      `p${i}: federations(first: 100, offset: ${i * 100}) { nodes { members(first: 1) { nodes { id } } } }`,
  );
  const data = await owner.client.query(`{ ${pages.join(' ')} }`);
  const rosters = Object.values<any>(data).flatMap((page) =>
    page.nodes.map((federation: any) => federation.members.nodes.length),
  );
  expect(rosters).toHaveLength(520);
  expect(new Set(rosters)).toEqual(new Set([1]));
});

describe('a query is refused before anything walks it', () => {
  it('when its fragments spread each other without end', async () => {
    const { client } = await gateway.anOrganization();
    const fragments = Array.from(
      { length: 28 },
      (_, i) =>
        `fragment F${i} on Member { federation { members { nodes { ...F${(i + 1) % 28} ...F${(i + 2) % 28} } } } }`,
    );
    const answer = await client.graphql(`query { viewer { invitations { ...F0 } } } ${fragments.join(' ')}`);
    expect(answer.status).toBe(400);
    expect(answer.errors?.[0].extensions.code).toBe('QUERY_TOO_COMPLEX');
  });

  it('when a fragment that nothing spreads is too deep', async () => {
    const { client } = await gateway.anOrganization();
    const deep = 'federation { members { nodes { '.repeat(6) + 'id' + ' } } }'.repeat(6);
    expect(await client.codeOf(`query { __typename } fragment Unused on Member { ${deep} }`)).toBe(
      'QUERY_TOO_COMPLEX',
    );
  });

  it('when an invitation of many organizations asks much of each member', async () => {
    const { id, owner } = await gateway.aFederation();
    const orgIds = Array.from({ length: 999 }, (_, i) => `invited-${i}`);
    const code = await owner.client.codeOf(
      'mutation($input: InviteMembersInput!) { inviteMembers(input: $input) { members { federation { members(first: 70) { nodes { id } } } } } }',
      { input: { federationId: id, orgIds } },
    );
    expect(code).toBe('QUERY_TOO_COMPLEX');
  });
});

it('answers an unknown path before it reads the body', async () => {
  const answer = await gateway.anonymous.raw('POST', '/api/v1/training/x', '{"a":', {});
  expect(answer.status).toBe(404);
  expect(answer.body).toMatchObject({ error: 'not_found', status_code: 404 });
});

it('replays a refusal that still stands as it was stored', async () => {
  const { id } = await gateway.aFederation();
  const outsider = (await gateway.anOrganization()).client.with({ 'idempotency-key': 'corner' });
  const first = await outsider.post(`/federations/${id}/join`, { org_id: 'default' }).expect(404);
  const second = await outsider.post(`/federations/${id}/join`, { org_id: 'default' }).expect(404);
  expect(second.headers.get('idempotent-replayed')).toBe('true');
  expect(second.text).toBe(first.text);
});
