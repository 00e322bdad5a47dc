import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, unique, type Member, type TestApp, type TestFederation } from '../support/app.js';
import type { Client, Json } from '../support/client.js';

const DAY_MS = 86_400_000;
const DEFAULT_RPM = 5_000;

let gateway: TestApp;

beforeAll(async () => {
  gateway = await startTestApp({ rateLimitRpm: DEFAULT_RPM });
});
afterAll(() => gateway.close());

type Fields = Readonly<Record<string, unknown>>;

/** A client with a new key of an organization, made by an operator. */
async function withKey(orgId: string, body: Fields): Promise<{ client: Client; row: Json }> {
  const { body: row } = await gateway.operator
    .post('/api-keys', { org_id: orgId, name: 'maker', ...body })
    .expect(201);
  return { client: gateway.client(row.api_key), row };
}

const GRAPHQL = 'mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { apiKey { id } } }';

/** Asks for a key over both APIs, which must agree, and answers as REST does. */
async function makeKey(client: Client, body: Fields): Promise<{ status: number; body: Json }> {
  const { status, body: row } = await client.post('/api-keys', { org_id: 'default', name: 'made', ...body });
  const {
    scopes,
    federation_id: federationId,
    rate_limit_rpm: rateLimitRpm,
    expires_in_days: expiresInDays,
  } = body;
  const input = { orgId: 'default', name: 'made', scopes, federationId, rateLimitRpm, expiresInDays };
  const { errors } = await client.graphql(GRAPHQL, { input });
  const codes: Readonly<Record<number, string>> = { 403: 'FORBIDDEN', 404: 'NOT_FOUND' };
  expect(errors?.[0].extensions.code).toBe(codes[status]);
  return { status, body: row };
}

describe('a key made by a key', () => {
  const MAKER = { scopes: ['keys:write', 'federations:write'], rate_limit_rpm: 500, expires_in_days: 10 };
  let maker: Client;
  let makerRow: Json;

  beforeAll(async () => {
    const { id } = await gateway.anOrganization();
    ({ client: maker, row: makerRow } = await withKey(id, MAKER));
  });

  const cases = [
    { asks: { scopes: ['federations:write'] }, status: 201 },
    { asks: { scopes: ['federations:read'] }, status: 201 },
    { asks: { scopes: ['keys:write'] }, status: 201 },
    { asks: { scopes: ['keys:write', 'federations:write', 'federations:read'] }, status: 201 },
    { asks: { scopes: ['federations:admin'] }, status: 403 },
    { asks: { scopes: ['privacy:read'] }, status: 403 },
    { asks: { scopes: ['analytics:run'] }, status: 403 },
    { asks: { scopes: ['federations:read', 'ingest:write'] }, status: 403 },
    { asks: {}, status: 403 }, // the default has federations:admin
    { asks: { scopes: ['keys:write'], rate_limit_rpm: 500 }, status: 201 },
    { asks: { scopes: ['keys:write'], rate_limit_rpm: 1 }, status: 201 },
    { asks: { scopes: ['keys:write'], rate_limit_rpm: 501 }, status: 403 },
    { asks: { scopes: ['keys:write'], expires_in_days: 9 }, status: 201 },
    { asks: { scopes: ['keys:write'], expires_in_days: 11 }, status: 403 },
  ];

  it.each(cases)('that asks for $asks is $status', async ({ asks, status }) => {
    const made = await makeKey(maker, asks);
    expect(made.status).toBe(status);
    if (status === 201 && asks.scopes !== undefined)
      expect(made.body.scopes).toEqual(Object.fromEntries(asks.scopes.map((scope) => [scope, true])));
  });

  it('that asks for neither has its maker’s expiry and rate', async () => {
    const { body } = await makeKey(maker, { scopes: ['keys:write'] });
    expect(body).toMatchObject({ expires_at: makerRow.expires_at, rate_limit_rpm: 500, federation_id: null });
    // Nor has one that this one makes.
    const { body: next } = await makeKey(gateway.client(body.api_key), { scopes: ['keys:write'] });
    expect(next).toMatchObject({ expires_at: makerRow.expires_at, rate_limit_rpm: 500 });
  });

  it('of a maker without a rate of its own has at most the default', async () => {
    const { client } = await withKey((await gateway.anOrganization()).id, { scopes: ['keys:write'] });
    const asked = (rate: number) => makeKey(client, { scopes: ['keys:write'], rate_limit_rpm: rate });
    expect((await asked(DEFAULT_RPM)).status).toBe(201);
    expect((await asked(DEFAULT_RPM + 1)).status).toBe(403);
    expect((await makeKey(client, { scopes: ['keys:write'] })).body.rate_limit_rpm).toBeNull();
  });

  it('of a maker without expiry may end or not', async () => {
    const { client } = await withKey((await gateway.anOrganization()).id, { scopes: ['keys:write'] });
    const asked = (days: number | null) => makeKey(client, { scopes: ['keys:write'], expires_in_days: days });
    expect((await asked(null)).body.expires_at).toBeNull();
    const { created_at: from, expires_at: to } = (await asked(3_650)).body;
    expect(Date.parse(to) - Date.parse(from)).toBe(3_650 * DAY_MS);
  });

  it('by an operator has what is asked for', async () => {
    const { id } = await gateway.anOrganization();
    const { row } = await withKey(id, {
      scopes: ['federations:admin'],
      rate_limit_rpm: 1_000_000,
      expires_in_days: 1,
    });
    expect(row).toMatchObject({ scopes: { 'federations:admin': true }, rate_limit_rpm: 1_000_000 });
  });
});

describe('while limiting is off', () => {
  let unlimited: TestApp;

  beforeAll(async () => {
    unlimited = await startTestApp({ rateLimitRpm: 0 });
  });
  afterAll(() => unlimited.close());

  it('a key whose maker has no rate of its own has any', async () => {
    const { client } = await unlimited.anOrganization(unique('org'), { scopes: ['keys:write'] });
    const { body } = await client
      .post('/api-keys', { org_id: 'default', name: 'made', scopes: ['keys:write'], rate_limit_rpm: 10 })
      .expect(201);
    expect(body.rate_limit_rpm).toBe(10);
  });
});

describe('a key that is bound to a federation', () => {
  const EVERY_SCOPE = ['federations:admin', 'keys:write'];
  let owner: Member;
  let here: TestFederation;
  let elsewhere: TestFederation;
  let bound: Client;

  beforeAll(async () => {
    owner = await gateway.anOrganization(unique('org'), { scopes: EVERY_SCOPE });
    here = await gateway.aFederation({ owner, active: 1 });
    elsewhere = await gateway.aFederation({ owner, active: 1 });
    const { client, row } = await withKey(owner.id, { scopes: EVERY_SCOPE, federation_id: here.id });
    expect(row.federation_id).toBe(here.id);
    bound = client;
    for (const { id } of [here, elsewhere])
      await owner.client.post(`/federations/${id}/models`, { model_id: `mdl-${id}` }).expect(200);
  });

  it('sees that one only', async () => {
    const list = await bound.get('/federations').expect(200);
    expect(list.body.map((row: Json) => row.id)).toEqual([here.id]);
    expect(list.headers.get('x-total-count')).toBe('1');
    expect((await bound.get(`/federations?name=${elsewhere.name}`).expect(200)).body).toEqual([]);
    expect((await bound.get(`/federations?org_id=${owner.id}`).expect(200)).body).toHaveLength(1);
    const { models, total } = (await bound.get('/models').expect(200)).body;
    expect([models.map((model: Json) => model.federation_id), total]).toEqual([[here.id], 1]);
    await bound.get(`/federations/${here.id}/members`).expect(200);
    for (const path of ['', '/members', '/models'])
      await bound.get(`/federations/${elsewhere.id}${path}`).expect(404);
    const data = await bound.query(
      `query($id: ID!, $member: ID!) {
        federation(id: $id) { id } node(id: $id) { id } stranger: node(id: $member) { id } federations { totalCount }
      }`,
      { id: elsewhere.id, member: elsewhere.active[0]!.id },
    );
    expect(data).toEqual({ federation: null, node: null, stranger: null, federations: { totalCount: 1 } });
  });

  it('acts in that one only', async () => {
    const guest = { org_ids: [unique('org')] };
    await bound.post(`/federations/${here.id}/invite`, guest).expect(200);
    await bound.post(`/federations/${elsewhere.id}/invite`, guest).expect(404);
    await bound.post(`/federations/${elsewhere.id}/models`, { model_id: 'mdl-7' }).expect(404);
    await bound.delete(`/federations/${elsewhere.id}/members/${elsewhere.active[0]!.id}`).expect(404);
    await bound.delete(`/federations/${elsewhere.id}/models/mdl-${elsewhere.id}`).expect(404);
  });

  it.each(['join', 'decline', 'leave'])('cannot %s another one', async (step) => {
    const member = elsewhere.active[0]!;
    const { id } = await gateway.aFederation({ owner: member });
    const { client } = await withKey(member.id, { federation_id: id });
    await client.post(`/federations/${elsewhere.id}/${step}`, { org_id: 'default' }).expect(404);
    await member.client.get(`/federations/${elsewhere.id}`).expect(200);
  });

  it('shows the invitations to that one only', async () => {
    const guest = await gateway.anOrganization();
    for (const { id } of [here, elsewhere])
      await owner.client.post(`/federations/${id}/invite`, { org_ids: [guest.id] }).expect(200);
    const { client } = await withKey(guest.id, { federation_id: here.id });
    const { viewer } = await client.query('{ viewer { invitations { federation { id } } } }');
    expect(viewer.invitations).toEqual([{ federation: { id: here.id } }]);
  });

  it('cannot create a federation', async () => {
    await bound.post('/federations', { org_id: 'default', name: unique('Federation') }).expect(403);
    const mutation =
      'mutation { createFederation(input: { orgId: "default", name: "New" }) { federation { id } } }';
    expect(await bound.codeOf(mutation)).toBe('FORBIDDEN');
  });

  it('makes keys for that one only', async () => {
    const asked = (body: Fields) => makeKey(bound, { scopes: ['federations:read'], ...body });
    expect((await asked({})).body.federation_id).toBe(here.id);
    expect((await asked({ federation_id: here.id })).body.federation_id).toBe(here.id);
    expect((await asked({ federation_id: elsewhere.id })).status).toBe(404);
    expect((await asked({ federation_id: 'fed_000000000000' })).status).toBe(404);
  });

  it('is bound only to a federation that its organization knows', async () => {
    const stranger = await gateway.anOrganization();
    const invited = here.active[0]!;
    const asked = (orgId: string, federationId: string) =>
      gateway.operator.post('/api-keys', { org_id: orgId, name: 'x', federation_id: federationId });
    for (const id of [here.id, 'fed_000000000000', 'not an id']) await asked(stranger.id, id).expect(404);
    await asked(invited.id, here.id).expect(201);
    expect(
      (await makeKey(owner.client, { scopes: ['keys:write'], federation_id: elsewhere.id })).status,
    ).toBe(201);
  });
});
