import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, unique, type Member, type TestApp } from '../support/app.js';
import type { Client, Json } from '../support/client.js';
import { restForm, SELECTIONS } from '../support/rest-form.js';
import { countRows } from '../support/rows.js';

const DAY_MS = 86_400_000;

let gateway: TestApp;

beforeAll(async () => {
  gateway = await startTestApp();
});
afterAll(() => gateway.close());

const INVITE = `mutation($id: ID!, $orgIds: [ID!]!) {
  inviteMembers(input: { federationId: $id, orgIds: $orgIds }) { federation { id } members { ${SELECTIONS.member} } }
}`;

type Way = 'REST' | 'GraphQL';

const invite: Readonly<Record<Way, (client: Client, id: string, orgIds: string[]) => Promise<Json[]>>> = {
  REST: async (client, id, orgIds) =>
    (await client.post(`/federations/${id}/invite`, { org_ids: orgIds }).expect(200)).body,
  GraphQL: async (client, id, orgIds) =>
    (await client.query(INVITE, { id, orgIds })).inviteMembers.members.map(restForm),
};

async function roster(client: Client, id: string, query = ''): Promise<Json[]> {
  return (await client.get(`/federations/${id}/members${query}`).expect(200)).body;
}

function idsOf(rows: readonly Json[]): string[] {
  return rows.map((row) => row.org_id);
}

describe.each(['REST', 'GraphQL'] as const)('inviting over %s', (way) => {
  it('answers the members in the order asked, duplicates once', async () => {
    const { id, owner } = await gateway.aFederation();
    const [a, b, c] = [unique('org'), unique('org'), unique('org')];
    expect(idsOf(await invite[way](owner.client, id, [c, a, c, b, a]))).toEqual([c, a, b]);
    expect(idsOf(await invite[way](owner.client, id, [b, a]))).toEqual([b, a]);
    expect(idsOf(await roster(owner.client, id))).toEqual([owner.id, c, a, b]);
  });

  it('answers a new invitation that ends after 30 days', async () => {
    const { id, owner } = await gateway.aFederation();
    const guest = await gateway.anOrganization();
    const [row] = await invite[way](owner.client, id, [guest.id]);
    expect(row).toEqual({
      id: expect.stringMatching(/^mem_[0-9a-z]{12,32}$/),
      federation_id: id,
      org_id: guest.id,
      org_name: `Organization ${guest.id}`,
      role: 'member',
      status: 'invited',
      invited_at: row.created_at,
      joined_at: null,
      expires_at: expect.any(String),
      created_at: expect.any(String),
      updated_at: row.created_at,
      rounds_contributed: 0,
      total_samples: 0,
      avg_accuracy: null,
      avg_loss: null,
      last_contribution_at: null,
    });
    expect(Date.parse(row.expires_at) - Date.parse(row.invited_at)).toBe(30 * DAY_MS);
    expect(await roster(owner.client, id, '?status=invited')).toEqual([row]);
  });

  it('returns an invited and an active organization, and the owner, unchanged', async () => {
    const { id, owner, active, invited } = await gateway.aFederation({ active: 1, invited: 1 });
    const before = await roster(owner.client, id);
    gateway.clock.advance(60_000);
    const orgIds = [owner.id, active[0]!.id, invited[0]!.id];
    expect(await invite[way](owner.client, id, orgIds)).toEqual(before);
    expect(await roster(owner.client, id)).toEqual(before);
  });

  it('registers an organization that the gateway does not know', async () => {
    const { id, owner } = await gateway.aFederation();
    const orgId = unique('hospital');
    expect(await invite[way](owner.client, id, [orgId])).toMatchObject([{ org_id: orgId, org_name: null }]);
    const { node } = await gateway.operator.query(
      'query($id: ID!) { node(id: $id) { id ... on Organization { name } } }',
      { id: orgId },
    );
    expect(node).toEqual({ id: orgId, name: null });
  });

  it.each(['declined', 'left', 'removed', 'expired'] as const)(
    'invites a %s organization anew',
    async (state) => {
      const { id, owner, guest } = await aMembershipThatEnded(state);
      gateway.clock.advance(60_000);
      const [row] = await invite[way](owner.client, id, [guest.id]);
      expect(row).toMatchObject({ status: 'invited', joined_at: null, updated_at: row.invited_at });
      expect(Date.parse(row.expires_at) - Date.parse(row.invited_at)).toBe(30 * DAY_MS);
      expect(await roster(owner.client, id, '?status=invited')).toEqual([row]);
      await guest.client.post(`/federations/${id}/join`, { org_id: 'default' }).expect(200);
    },
  );
});

async function aMembershipThatEnded(
  state: 'declined' | 'left' | 'removed' | 'expired',
): Promise<{ id: string; owner: Member; guest: Member }> {
  const { id, owner, active, invited } = await gateway.aFederation(
    state === 'left' ? { active: 1 } : { invited: 1 },
  );
  const guest = [...active, ...invited][0]!;
  const at = `/federations/${id}`;
  if (state === 'declined') await guest.client.post(`${at}/decline`, { org_id: guest.id }).expect(200);
  if (state === 'left') await guest.client.post(`${at}/leave`, { org_id: guest.id }).expect(200);
  if (state === 'removed') await owner.client.delete(`${at}/members/${guest.id}`).expect(200);
  if (state === 'expired') gateway.clock.advance(30 * DAY_MS);
  expect(await roster(owner.client, id, `?status=${state}`)).toMatchObject([{ org_id: guest.id }]);
  return { id, owner, guest };
}

describe('an organization that an invitation registered', () => {
  it('is completed once: 201, then 200 for the same, 409 for another name', async () => {
    const { id, owner } = await gateway.aFederation();
    const orgId = unique('hospital');
    await invite.REST(owner.client, id, [orgId]);
    const body = { id: orgId, name: 'Hospital South' };
    const completed = await gateway.operator.post('/organizations', body).expect(201);
    expect(completed.body).toEqual({ ...body, created_at: expect.any(String) });
    expect((await gateway.operator.post('/organizations', body).expect(200)).text).toBe(completed.text);
    await gateway.operator.post('/organizations', { ...body, name: 'Hospital North' }).expect(409);
    expect(await roster(owner.client, id, '?status=invited')).toMatchObject([
      { org_id: orgId, org_name: 'Hospital South' },
    ]);
  });

  it('joins by the invitation that came before it', async () => {
    const { id, owner } = await gateway.aFederation();
    const orgId = unique('hospital');
    await invite.REST(owner.client, id, [orgId]);
    const { client } = await gateway.anOrganization(orgId);
    const { viewer } = await client.query('{ viewer { invitations { federation { id } status } } }');
    expect(viewer.invitations).toEqual([{ federation: { id }, status: 'INVITED' }]);
    await client.post(`/federations/${id}/join`, { org_id: 'default' }).expect(200);
  });
});

const reserved = ['fed', 'mem', 'rnd', 'qry', 'key', 'shm'].map((prefix) => `${prefix}_hospital`);

const malformed = [
  { name: 'no member', orgIds: undefined },
  { name: 'null', orgIds: null },
  { name: 'a string', orgIds: 'hospital' },
  { name: 'an empty array', orgIds: [] },
  { name: '1,001 organizations', orgIds: Array.from({ length: 1_001 }, (_, i) => `org-${i}`) },
  { name: 'null among them', orgIds: ['org-1', null] },
  { name: 'an empty id', orgIds: ['org-1', ''] },
  { name: 'an id with a space', orgIds: ['org-1', 'org 2'] },
  { name: 'an id with a letter beyond ASCII', orgIds: ['hôpital'] },
  { name: 'an id of 65 characters', orgIds: ['x'.repeat(65)] },
  ...reserved.map((id) => ({ name: `the reserved id ${id}`, orgIds: ['org-1', id] })),
];

describe('an invitation', () => {
  it.each(malformed)('of $name is refused, naming org_ids, and registers nobody', async ({ orgIds }) => {
    const { id, owner } = await gateway.aFederation();
    const before = await countRows(gateway.app.core.db, 'organizations');
    const { body } = await owner.client.post(`/federations/${id}/invite`, { org_ids: orgIds }).expect(400);
    expect(body.details).toEqual({ field: 'org_ids' });
    expect(body.message).toContain('org_ids');
    // GraphQL takes one item for a list of one.
    const overGraphql = typeof orgIds === 'string' ? [] : orgIds;
    // What an invitation of a thousand would answer is more than one operation may cost.
    const codes = (overGraphql?.length ?? 0) > 1_000 ? ['QUERY_TOO_COMPLEX'] : ['BAD_USER_INPUT'];
    expect(codes).toContain(await owner.client.codeOf(INVITE, { id, orgIds: overGraphql }));
    expect(await countRows(gateway.app.core.db, 'organizations')).toBe(before);
    expect(await roster(owner.client, id)).toHaveLength(1);
  });

  it('of "default" is refused to an operator, naming org_ids', async () => {
    const { id } = await gateway.aFederation();
    const path = `/federations/${id}/invite`;
    const { body } = await gateway.operator.post(path, { org_ids: ['default'] }).expect(400);
    expect(body.details).toEqual({ field: 'org_ids' });
  });

  it('is the owner’s: 403 for a member and an invited organization, 404 for an outsider', async () => {
    const { id, active, invited } = await gateway.aFederation({ active: 1, invited: 1 });
    const outsider = await gateway.anOrganization();
    const body = { org_ids: [unique('org')] };
    for (const [{ client }, status, code] of [
      [active[0]!, 403, 'FORBIDDEN'],
      [invited[0]!, 403, 'FORBIDDEN'],
      [outsider, 404, 'NOT_FOUND'],
    ] as const) {
      await client.post(`/federations/${id}/invite`, body).expect(status);
      expect(await client.codeOf(INVITE, { id, orgIds: body.org_ids })).toBe(code);
    }
  });

  it('takes 1,000 at once, which is as many as may be pending', async () => {
    const { id, owner } = await gateway.aFederation();
    const orgIds = Array.from({ length: 1_000 }, () => unique('many'));
    expect(idsOf(await invite.REST(owner.client, id, orgIds))).toEqual(orgIds);
    const one = [unique('org')];
    const refused = await owner.client.post(`/federations/${id}/invite`, { org_ids: one }).expect(409);
    expect(refused.body).toMatchObject({ error: 'conflict', code: 'conflict', category: 'policy' });
    expect(await owner.client.codeOf(INVITE, { id, orgIds: one })).toBe('CONFLICT');
    // Repeating is no new invitation, and one that was withdrawn makes room for another.
    expect(idsOf(await invite.REST(owner.client, id, orgIds.slice(0, 3)))).toEqual(orgIds.slice(0, 3));
    await owner.client.delete(`/federations/${id}/members/${orgIds[7]!}`).expect(200);
    await invite.REST(owner.client, id, one);
    // Expired ones are pending no more.
    await owner.client.post(`/federations/${id}/invite`, { org_ids: [unique('org')] }).expect(409);
    gateway.clock.advance(30 * DAY_MS);
    expect(await invite.REST(owner.client, id, orgIds)).toHaveLength(1_000);
  });
});
