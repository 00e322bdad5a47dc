import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BASE_PATH } from '../../src/rest/route.js';
import { routes } from '../../src/rest/routes/index.js';
import { startTestApp, unique, type TestApp, type TestFederation } from '../support/app.js';
import { Client, type Answer, type Json } from '../support/client.js';

const JSON_TYPE = { 'content-type': 'application/json' };

let gateway: TestApp;
let federation: TestFederation;
let owner: Client;

beforeAll(async () => {
  gateway = await startTestApp();
  federation = await gateway.aFederation({ active: 1, invited: 1 });
  owner = federation.owner.client;
});
afterAll(() => gateway.close());

/** A body that `.json()` reads, of a type that says so, in one line. */
function expectJson({ status, headers, body, text }: Answer): void {
  expect(status).not.toBe(204);
  expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(body).toEqual(expect.any(Object));
  expect(text).not.toContain('\n');
}

function idIn(template: string): string {
  return template.replace('{id}', federation.id).replace('{org_id}', 'org-1').replace('{model_id}', 'mdl-7');
}

describe('the path', () => {
  const doubled = [
    '//api/v1/federations/{id}',
    '/api//v1/federations/{id}',
    '/api/v1//federations/{id}',
    '/api/v1/federations//{id}',
    '////api///v1//federations///{id}',
  ];

  it.each(doubled)('may have doubled slashes: %s', async (template) => {
    const plain = await owner.get(`/federations/${federation.id}`).expect(200);
    expect((await owner.raw('GET', idIn(template)).expect(200)).text).toBe(plain.text);
    expectJson(await owner.raw('PUT', idIn(template), '{}').expect(405));
  });

  it('may have doubled slashes in every route’s place of a base URL that ends with one', async () => {
    for (const path of ['/federations', '/models', `/federations/${federation.id}/members`])
      await owner.raw('GET', `//api/v1/${path}?limit=1`).expect(200);
    const body = JSON.stringify({ org_id: 'default', name: unique('Federation') });
    await owner.raw('POST', '//api/v1//federations', body).expect(201);
  });

  it.each([
    '/v1/federations',
    '/api/federations',
    '/api/v2/federations',
    '/API/V1/federations',
    '/federations',
  ])('is exactly %p where it is not: 404', async (path) =>
    expectJson(await owner.raw('GET', path).expect(404)),
  );

  const training = [
    'GET /federations/{id}/rounds/current',
    'POST /rounds/rnd_000000000000/join',
    'GET /rounds/rnd_000000000000',
    'POST /training/start',
    'GET /training/rnd_000000000000/status',
    'GET /nothing',
    'POST /federations/{id}/nothing',
    'DELETE /federations/{id}/members/a/b/c',
  ];

  it.each(training)('of another system or of nothing is 404: %s', async (request) => {
    const [method = '', path = ''] = request.split(' ');
    const answer = await owner.rest(method, idIn(path), method === 'GET' ? undefined : {}).expect(404);
    expectJson(answer);
    expect(answer.body).toMatchObject({ error: 'not_found', code: 'not_found', status_code: 404 });
  });
});

const methodsByPath = new Map<string, string[]>();
for (const { method, path } of routes) methodsByPath.set(path, [...(methodsByPath.get(path) ?? []), method]);

describe.each([...methodsByPath].map(([path, allowed]) => ({ path, allowed })))(
  '$path',
  ({ path, allowed }) => {
    const others = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((method) => !allowed.includes(method));

    it.each(others)(`is 405 for %s, allowing ${allowed.join(' and ')}`, async (method) => {
      const answer = await owner
        .raw(method, BASE_PATH + idIn(path), method === 'GET' ? undefined : '{}')
        .expect(405);
      expectJson(answer);
      const allow = (answer.headers.get('allow') ?? '').split(', ');
      expect(allow).toEqual(expect.arrayContaining(allowed));
      expect(allow).not.toContain(method);
    });

    it('has a JSON body for who has no key', async () => {
      for (const method of allowed) {
        const answer = await gateway.anonymous.raw(
          method,
          BASE_PATH + idIn(path),
          method === 'GET' ? undefined : '{}',
        );
        expect(answer.status).toBe(401);
        expectJson(answer);
      }
    });
  },
);

describe('a life of a federation', () => {
  const answers: { what: string; expected: number; answer: Answer }[] = [];

  beforeAll(async () => {
    const guest = await gateway.anOrganization();
    const call = async (client: Client, what: string, expected: number, body?: Json): Promise<Json> => {
      const [method = '', path = ''] = what.split(' ');
      const answer = await client.rest(method, path, body);
      answers.push({ what, expected, answer });
      return answer.body;
    };
    const own = { org_id: 'default' };
    const { id } = await call(owner, 'POST /federations', 201, { ...own, name: unique('Federation') });
    const at = `/federations/${id}`;
    await call(owner, `GET ${at}`, 200);
    await call(owner, 'GET /federations', 200);
    await call(owner, `POST ${at}/invite`, 200, { org_ids: [guest.id] });
    await call(guest.client, `POST ${at}/decline`, 200, own);
    await call(owner, `POST ${at}/invite`, 200, { org_ids: [guest.id] });
    await call(guest.client, `POST ${at}/join`, 200, own);
    await call(guest.client, `GET ${at}/members`, 200);
    await call(owner, `POST ${at}/models`, 200, { model_id: 'mdl-7' });
    await call(guest.client, `GET ${at}/models`, 200);
    await call(guest.client, 'GET /models', 200);
    await call(owner, `DELETE ${at}/models/mdl-7`, 200);
    await call(guest.client, `POST ${at}/leave`, 200, own);
    await call(owner, `POST ${at}/invite`, 200, { org_ids: [guest.id] });
    await call(owner, `DELETE ${at}/members/${guest.id}`, 200);
    const { id: orgId } = await call(gateway.operator, 'POST /organizations', 201, { name: 'Hospital' });
    await call(gateway.operator, 'POST /organizations', 200, { id: orgId, name: 'Hospital' });
    await call(gateway.operator, 'GET /organizations', 200);
    const key = { org_id: orgId, name: 'x', expires_in_days: 1 };
    const { id: keyId } = await call(gateway.operator, 'POST /api-keys', 201, key);
    await call(gateway.operator, `POST /api-keys/${keyId}/revoke`, 200);
    await call(gateway.operator, `DELETE /api-keys/${keyId}`, 200);
    await call(gateway.operator, `GET /api-keys?org_id=${orgId}`, 200);
  });

  it('is answered 201 for what is created, else 200', () => {
    expect(answers.map(({ what, answer }) => [what, answer.status])).toEqual(
      answers.map(({ what, expected }) => [what, expected]),
    );
  });

  it('has a JSON body and a request id on every answer', () => {
    for (const { answer } of answers) {
      expectJson(answer);
      expect(answer.headers.get('x-request-id')).toMatch(/^[\w-]{8,64}$/);
    }
    expect(new Set(answers.map(({ answer }) => answer.headers.get('x-request-id'))).size).toBe(
      answers.length,
    );
  });

  it('has every time in UTC and whole seconds, or null', () => {
    const times = answers.flatMap(({ answer }) => membersNamed(answer.body, /_at$/));
    expect(times.length).toBeGreaterThan(50);
    for (const time of times)
      expect(time ?? '2026-11-24T03:00:00Z').toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });

  it('has the same times over GraphQL', async () => {
    const { federation: read } = await owner.query(
      'query($id: ID!) { federation(id: $id) { createdAt members { nodes { createdAt joinedAt expiresAt } } } }',
      { id: federation.id },
    );
    const times = membersNamed(read, /At$/);
    expect(times.length).toBeGreaterThan(8);
    for (const time of times)
      expect(time ?? '2026-11-24T03:00:00Z').toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });
});

function membersNamed(value: Json, name: RegExp): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) =>
    name.test(key) ? [member] : membersNamed(member, name),
  );
}

describe('X-Request-Id', () => {
  const ids = [
    { id: 'a2345678', kept: true },
    { id: 'x'.repeat(64), kept: true },
    { id: 'A_b-0_Z-', kept: true },
    { id: '7letter', kept: false },
    { id: 'x'.repeat(65), kept: false },
    { id: '', kept: false },
    { id: 'with space', kept: false },
    { id: 'with.a.dot', kept: false },
    { id: 'two,of-them', kept: false },
    { id: '"quoted-id"', kept: false },
  ];

  it.each(ids)('"$id" is kept: $kept', async ({ id, kept }) => {
    const client = owner.with({ 'x-request-id': id });
    for (const answer of [
      await client.get('/federations').expect(200),
      await client.get('/federations/fed_000000000000').expect(404),
      await client.graphql('{ viewer { keyPrefix } }'),
    ]) {
      const given = answer.headers.get('x-request-id');
      expect(given === id).toBe(kept);
      expect(given).toMatch(/^[\w-]{8,64}$/);
      if (answer.status === 404) expect(answer.body.request_id).toBe(given);
    }
  });

  const everywhere: Readonly<Record<string, (client: Client) => PromiseLike<Answer>>> = {
    '200': (client) => client.get('/federations'),
    '400': (client) => client.post('/federations', {}),
    '400 of the path': (client) => client.raw('GET', '/api/v1/federations/%zz'),
    '401': (client) =>
      new Client(client.url, null).with({ 'x-request-id': 'my-request' }).get('/federations'),
    '404': (client) => client.get('/nothing'),
    '404 of a long path': (client) => client.get(`/federations/${'x'.repeat(2_000)}`),
    '405': (client) => client.put('/federations', {}),
    '413': (client) => client.post('/federations', { name: 'x'.repeat(300_000) }),
    '415': (client) => client.raw('POST', '/api/v1/federations', 'x', { 'content-type': 'text/plain' }),
    'an answer of the health check': (client) => client.raw('GET', '/healthz'),
    'a preflight': (client) => client.raw('OPTIONS', '/api/v1/federations'),
    'a refused GraphQL request': (client) => client.raw('POST', '/graphql', '{', JSON_TYPE),
  };

  it.each(Object.keys(everywhere))('is on %s', async (what) => {
    const { headers, body } = await everywhere[what]!(owner.with({ 'x-request-id': 'my-request' }));
    expect(headers.get('x-request-id')).toBe('my-request');
    expect(body?.request_id ?? 'my-request').toBe('my-request');
  });
});
