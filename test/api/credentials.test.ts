import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hashSecret } from '../../src/auth/secrets.js';
import { OPERATOR_KEY, startTestApp, unique, type Member, type TestApp } from '../support/app.js';
import type { Json } from '../support/client.js';

const DAY_MS = 86_400_000;
const ME = '/federations?limit=1';

let gateway: TestApp;
/** An organization with a key that makes and revokes keys. */
let maker: Member;

beforeAll(async () => {
  gateway = await startTestApp();
  maker = await gateway.anOrganization(unique('org'), { scopes: ['federations:admin', 'keys:write'] });
});
afterAll(() => gateway.close());

/** A new key of the maker's organization, made by an operator. */
async function aKey(body: Readonly<Record<string, unknown>> = {}): Promise<Json> {
  return (await gateway.operator.post('/api-keys', { org_id: maker.id, name: 'x', ...body }).expect(201))
    .body;
}

async function rowOf(id: string): Promise<Json> {
  const { body } = await gateway.operator.get(`/api-keys?org_id=${maker.id}`).expect(200);
  return body.find((key: Json) => key.id === id);
}

async function setInDatabase(
  id: string,
  column: 'secret_hash' | 'revoked_at',
  value: string | number,
): Promise<void> {
  await gateway.app.core.db.transaction(async (tx) => {
    await tx.query(`UPDATE api_keys SET ${column} = ? WHERE id = ?`, [value, id]);
  });
}

describe('a credential', () => {
  it('is a Bearer token or an X-API-Key', async () => {
    for (const key of [maker.key, OPERATOR_KEY]) {
      for (const scheme of ['Bearer', 'bearer', 'BEARER'])
        await gateway.anonymous
          .with({ authorization: `${scheme} ${key}` })
          .get(ME)
          .expect(200);
      await gateway.anonymous.with({ 'x-api-key': key }).get(ME).expect(200);
      expect(
        (await gateway.anonymous.with({ 'x-api-key': key }).query('{ viewer { keyPrefix } }')).viewer,
      ).toEqual((await gateway.client(key).query('{ viewer { keyPrefix } }')).viewer);
    }
  });

  const none = [
    {},
    { authorization: 'Bearer' },
    { authorization: 'Bearer ' },
    { authorization: '' },
    { 'x-api-key': '' },
    { authorization: 'Bearer unknown' },
    { 'x-api-key': 'unknown' },
    { authorization: `Basic <key>` },
    { authorization: `<key>` },
    { authorization: 'Bearer <key>x' },
    { 'x-api-key': '<prefix>' },
    { 'x-org-id': '<org>' },
    { authorization: `Bearer ${'x'.repeat(4_000)}` },
  ];

  it.each(none.map((headers) => ({ headers })))(
    'is missing or wrong: $headers is 401',
    async ({ headers }) => {
      const filled = Object.entries(headers).map(([name, value]) => [
        name,
        value
          .replace('<key>', maker.key)
          .replace('<prefix>', maker.key.slice(0, 12))
          .replace('<org>', maker.id),
      ]);
      const client = gateway.anonymous.with(Object.fromEntries(filled));
      const { body } = await client.get(ME).expect(401);
      expect(body).toMatchObject({
        error: 'unauthorized',
        code: 'invalid_api_key',
        category: 'auth',
        retryable: false,
      });
      const answer = await client.graphql('{ viewer { keyPrefix } }');
      expect([answer.status, answer.errors?.[0].extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
    },
  );

  const FORMS = [
    'eyJhbGciOiJIUzI1NiJ9.e30.c2ln',
    'octo_live_1',
    'edg_live_x',
    'key_000000000000',
    'Bearer',
    '1',
    '~!#$%&',
  ];

  it.each([...FORMS, 'a+b/c==', 'x'.repeat(512)])('is looked up whatever its form: %s', async (token) => {
    const clients = [gateway.client(token), gateway.anonymous.with({ 'x-api-key': token })];
    for (const client of clients) await client.get(ME).expect(401);
    await setInDatabase((await aKey()).id, 'secret_hash', hashSecret(token, 'pepper-of-the-tests'));
    // As of another process, whose keys may be unknown here for a second.
    gateway.clock.advance(1_001);
    for (const client of clients) await client.get(ME).expect(200);
  });
});

describe('expiry', () => {
  it('ends a key by itself', async () => {
    const { api_key: secret, ...row } = await aKey({ expires_in_days: 2 });
    expect(Date.parse(row.expires_at) - Date.parse(row.created_at)).toBe(2 * DAY_MS);
    const client = gateway.client(secret);
    gateway.clock.advance(2 * DAY_MS - 10_000);
    await client.get(ME).expect(200);
    expect((await rowOf(row.id)).is_active).toBe(true);
    gateway.clock.advance(10_000);
    await client.get(ME).expect(401);
    expect((await client.graphql('{ viewer { keyPrefix } }')).status).toBe(401);
    expect(await rowOf(row.id)).toEqual({ ...row, is_active: false });
    const { node } = await gateway.operator.query(`{ node(id: "${row.id}") { ... on ApiKey { isActive } } }`);
    expect(node).toEqual({ isActive: false });
  });

  it('is never where none was asked for', async () => {
    const { api_key: secret, expires_at: expiresAt } = await aKey();
    expect(expiresAt).toBeNull();
    gateway.clock.advance(10_000 * DAY_MS);
    await gateway.client(secret).get(ME).expect(200);
  });
});

describe('revoking', () => {
  const REVOKE =
    'mutation($id: ID!) { revokeApiKey(input: { id: $id }) { apiKey { id orgId isActive revokedAt } } }';

  const ways = {
    POST: (id: string) => maker.client.post(`/api-keys/${id}/revoke`).expect(200),
    DELETE: (id: string) => maker.client.delete(`/api-keys/${id}`).expect(200),
    'POST without a body': (id: string) =>
      maker.client.raw('POST', `/api/v1/api-keys/${id}/revoke`).expect(200),
    GraphQL: (id: string) => maker.client.query(REVOKE, { id }),
    'an operator': (id: string) => gateway.operator.post(`/api-keys/${id}/revoke`).expect(200),
  } as const;

  it.each(Object.keys(ways) as (keyof typeof ways)[])('by %s stops a key at once', async (way) => {
    const { api_key: secret, ...row } = await aKey();
    const client = gateway.client(secret);
    await client.get(ME).expect(200);
    await ways[way](row.id);
    await client.get(ME).expect(401);
    expect((await client.graphql('{ viewer { keyPrefix } }')).status).toBe(401);
    expect(await rowOf(row.id)).toEqual({ ...row, is_active: false, revoked_at: expect.any(String) });
  });

  it('again answers the same row', async () => {
    const { id } = await aKey();
    const first = await maker.client.post(`/api-keys/${id}/revoke`).expect(200);
    expect(first.body).toMatchObject({ id, org_id: maker.id, is_active: false });
    gateway.clock.advance(60_000);
    expect((await maker.client.post(`/api-keys/${id}/revoke`).expect(200)).body).toEqual(first.body);
    expect((await maker.client.delete(`/api-keys/${id}`).expect(200)).body).toEqual(first.body);
    expect((await maker.client.query(REVOKE, { id })).revokeApiKey.apiKey).toEqual({
      id,
      orgId: maker.id,
      isActive: false,
      revokedAt: first.body.revoked_at,
    });
  });

  it('in another process stops a key within five seconds', async () => {
    const { api_key: secret, id } = await aKey();
    const client = gateway.client(secret);
    await client.get(ME).expect(200);
    await setInDatabase(id, 'revoked_at', gateway.clock.now());
    gateway.clock.advance(5_000);
    await client.get(ME).expect(401);
  });

  it('leaves the other keys of the organization alone', async () => {
    const [one, two] = [await aKey(), await aKey()];
    await maker.client.delete(`/api-keys/${one.id}`).expect(200);
    await gateway.client(two.api_key).get(ME).expect(200);
  });

  it('may end the key that asks for it', async () => {
    const own = await aKey({ scopes: ['keys:write'] });
    const client = gateway.client(own.api_key);
    expect((await client.delete(`/api-keys/${own.id}`).expect(200)).body.is_active).toBe(false);
    await client.get('/api-keys').expect(401);
  });

  it('a key of another organization is answered as one that does not exist', async () => {
    const { body: others } = await gateway.operator
      .post('/api-keys', { org_id: (await gateway.anOrganization()).id, name: 'x' })
      .expect(201);
    const client = maker.client.with({ 'x-request-id': 'one-request' });
    for (const path of ['/api-keys/<id>/revoke', '/api-keys/<id>']) {
      const method = path.endsWith('revoke') ? 'POST' : 'DELETE';
      const absent = await client.rest(method, path.replace('<id>', 'key_000000000000')).expect(404);
      const hidden = await client.rest(method, path.replace('<id>', others.id)).expect(404);
      expect(hidden.text).toBe(absent.text);
    }
    expect(await maker.client.codeOf(REVOKE, { id: others.id })).toBe('NOT_FOUND');
    await gateway.client(others.api_key).get(ME).expect(200);
  });

  it('needs keys:write', async () => {
    const { api_key: secret, id } = await aKey();
    await gateway.client(secret).post(`/api-keys/${id}/revoke`).expect(403);
  });
});

it('the last use of a key is shown', async () => {
  const { api_key: secret, id, last_used_at: before } = await aKey();
  await gateway.client(secret).get(ME).expect(200);
  await gateway.app.core.authenticator.flushLastUse(); // else once a minute
  expect(before).toBeNull();
  expect(Date.parse((await rowOf(id)).last_used_at)).toBeGreaterThan(gateway.clock.now() - 60_000);
});
