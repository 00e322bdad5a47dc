import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { routes } from '../../src/rest/routes/index.js';
import { startTestApp, type TestApp, type TestFederation } from '../support/app.js';
import type { Client } from '../support/client.js';
import { sendRaw } from '../support/raw-http.js';
import { expectRestError } from '../support/refusals.js';
import { everyRow } from '../support/rows.js';
import { badQuestions } from './analysis-bad-input.table.js';
import { badBodies, badMembers } from './bad-input.table.js';
import { badLedgerInput } from './privacy-bad-input.table.js';

const JSON_TYPE = { 'content-type': 'application/json' };

let gateway: TestApp;
let federation: TestFederation;
let owner: Client;

beforeAll(async () => {
  gateway = await startTestApp();
  federation = await gateway.aFederation({ active: 1, invited: 1 });
  owner = federation.owner.client;
  await owner.post(`/federations/${federation.id}/models`, { model_id: 'mdl-7' }).expect(200);
});
afterAll(() => gateway.close());

let before: unknown;
beforeEach(async () => {
  before = await everyRow(gateway.app.core.db);
});
afterEach(async () => {
  expect(await everyRow(gateway.app.core.db)).toEqual(before);
});

/** The caller that a route is for, and its address. */
function placeOf(route: string): { client: Client; path: string } {
  const path = route.replace('POST ', '').replace('{id}', federation.id);
  if (/join|decline/.test(route)) return { client: federation.invited[0]!.client, path };
  if (route.includes('leave')) return { client: federation.active[0]!.client, path };
  return { client: /organizations|api-keys/.test(route) ? gateway.operator : owner, path };
}

describe('a body that is no JSON object is refused, and nothing changes', () => {
  it.each(badBodies)('$name: $status', async ({ body, status }) => {
    expectRestError(await owner.raw('POST', '/api/v1/federations', body, JSON_TYPE), status);
  });

  it.each(routes.filter(({ method }) => method === 'POST'))('null, by $path', async ({ path: template }) => {
    const { client, path } = placeOf(`POST ${template}`);
    for (const body of ['null', '[]', '"x"', '1'])
      expectRestError(await client.raw('POST', `/api/v1${path}`, body, JSON_TYPE), 400);
  });

  it('10 MB in chunks: 413', async () => {
    const chunk = 'x'.repeat(1_000_000);
    const head = `POST /api/v1/federations HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${federation.owner.key}\r\n`;
    const chunks = `${chunk.length.toString(16)}\r\n${chunk}\r\n`.repeat(10);
    const headers = 'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';
    expectRestError(await sendRaw(gateway.url, `${head}${headers}${chunks}0\r\n\r\n`), 413);
  });

  it('a compressed one: 400', async () => {
    const body = gzipSync('{"org_id":"default","name":"x"}');
    const headers = { ...JSON_TYPE, 'content-encoding': 'gzip' };
    expectRestError(await owner.raw('POST', '/api/v1/federations', body, headers), 400);
  });
});

describe('a wrong media type is 415', () => {
  const types = [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
  ];
  it.each([...types, 'application/jsonp', 'application/json-patch+json', 'text/json', 'json'])(
    '%s',
    async (type) => {
      const body = '{"org_id":"default","name":"x"}';
      expectRestError(await owner.raw('POST', '/api/v1/federations', body, { 'content-type': type }), 415);
    },
  );

  it('none', async () => {
    const body = '{"org_id":"default","name":"x"}';
    const head = `POST /api/v1/federations HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${federation.owner.key}\r\nConnection: close`;
    expectRestError(
      await sendRaw(gateway.url, `${head}\r\nContent-Length: ${body.length}\r\n\r\n${body}`),
      415,
    );
  });
});

describe.each(badMembers)('$route', ({ route, valid, bad, required }) => {
  it.each(Object.entries(bad))('refuses each wrong %s, naming it', async (member, values) => {
    const { client, path } = placeOf(route);
    for (const value of values)
      expectRestError(await client.post(path, { ...valid, [member]: value }), 400, member);
  });

  it.each(required)('refuses to do without %s', async (member) => {
    const { client, path } = placeOf(route);
    for (const value of [undefined, null])
      expectRestError(await client.post(path, { ...valid, [member]: value }), 400, member);
  });
});

it('has a row of wrong members for every route with a body', () => {
  const withBody = routes.filter(({ example }) => example.body !== undefined);
  const asked = badQuestions.flatMap(({ path }) => [
    `POST /federations/{id}/analytics/${path}`,
    `POST /analytics/${path}`,
  ]);
  const written = [...badMembers, ...badLedgerInput].map(({ route }) => route);
  expect([...written, ...asked].sort()).toEqual(
    withBody.map(({ method, path }) => `${method} ${path}`).sort(),
  );
});

describe('paths', () => {
  const paths: readonly [path: string, status: number][] = [
    ['/nope', 404],
    ['/api', 404],
    ['/api/v1', 404],
    ['/api/v2/federations', 404],
    ['/api/v1/nope', 404],
    ['/api/v1/federations/FED/nope', 404],
    ['/api/v1/federations/FED/rounds/current', 404],
    ['/api/v1/federations/%00', 404],
    ['/api/v1/federations/FED%00', 404],
    ['/api/v1/federations/__proto__', 404],
    ['/api/v1/federations/constructor', 404],
    ['/api/v1/federations/..%2F..%2Fetc%2Fpasswd', 404],
    [`/api/v1/federations/'%20OR%201=1--`, 404],
    [`/api/v1/federations/${'x'.repeat(8_000)}`, 404],
    ['/api/v1/federations/%ZZ', 404],
    ['/api/v1/federations/%', 404],
    ['/api/v1/federations/%C0%80', 404],
    ['/api/v1/federations/%ED%A0%80', 404],
    ['/api/v1/%E0%A4%A', 404],
    [`/api/v1/federations/${'x'.repeat(100_000)}`, 431],
    [`/api/v1/federations?name=${'x'.repeat(100_000)}`, 431],
  ];
  it.each(paths.map(([path, status]) => ({ path, status, name: path.slice(0, 60) })))(
    '$name: $status',
    async ({ path, status }) => {
      const head = `GET ${path.replace('FED', federation.id)} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${federation.owner.key}`;
      expectRestError(await sendRaw(gateway.url, `${head}\r\nConnection: close\r\n\r\n`), status);
    },
  );

  const deletions = [
    'members/%00',
    'members/..%2Fx',
    'members/org%20x',
    'models/%00',
    'models/__proto__',
    'models/%F0%9F%98%80',
  ];
  it.each(deletions)('DELETE …/%s: 404', async (path) => {
    expectRestError(await owner.delete(`/federations/${federation.id}/${path}`), 404);
  });

  it.each(['PATCH', 'PUT', 'DELETE'])(
    'another method on a known path is 405 with Allow: %s',
    async (method) => {
      const answer = await owner.raw(method, '/api/v1/federations', '{', JSON_TYPE);
      expectRestError(answer, 405);
      expect(answer.headers.get('allow')).toBe('GET, HEAD, POST');
    },
  );

  const heads = [
    'nonsense',
    'GET /x HTTP/1.1\r\nno colon',
    'FOO / HTTP/1.1',
    'POST / HTTP/1.1\r\nContent-Length: x',
    'GET /\0 HTTP/1.1',
  ];
  it.each(heads)('what is not HTTP is 400 as well: %j', async (head) => {
    expectRestError(await sendRaw(gateway.url, `${head}\r\nHost: x\r\nConnection: close\r\n\r\n`), 400);
  });
});

describe('query parameters', () => {
  const integers = [
    '',
    'x',
    '-1',
    '1.5',
    '1e3',
    '0x10',
    'NaN',
    'Infinity',
    '%2B1',
    '%EF%BC%91',
    '9'.repeat(30),
    '2147483648',
    '%00',
    '[]',
  ];
  const bad: readonly [member: string, path: string, values: readonly string[]][] = [
    ['limit', '/federations', [...integers, '0', '1001']],
    ['offset', '/federations', integers],
    ['limit', '/federations/FED/members', [...integers, '0', '1001']],
    ['limit', '/federations/FED/models', [...integers, '0', '1001']],
    ['limit', '/federations/FED/rounds', [...integers, '0', '1001']],
    ['offset', '/federations/FED/rounds', integers],
    ['limit', '/federations/FED/privacy/history', [...integers, '0', '1001']],
    ['offset', '/federations/FED/privacy/history', integers],
    ['limit', '/models', [...integers, '0', '1001']],
    ['offset', '/models', integers],
    ['status', '/federations/FED/members', ['nope', 'active,nope', 'active;invited', '%00', 'active%00']],
    ['limit', '/federations/FED/analytics/queries', [...integers, '0', '201']],
    ['offset', '/federations/FED/analytics/queries', integers],
    ['limit', '/analytics/queries', [...integers, '0', '201']],
    ['offset', '/analytics/queries', integers],
    ['org_id', '/federations', ['%00', 'a%20b', 'x'.repeat(65), '%F0%9F%98%80']],
    ['org_id', '/models', ['%00', 'a%20b', 'x'.repeat(65)]],
  ];
  it.each(bad)('refuses each wrong %s of %s, naming it', async (member, path, values) => {
    for (const value of values)
      expectRestError(
        await owner.get(`${path.replace('FED', federation.id)}?${member}=${value}`),
        400,
        member,
      );
  });

  const doubled = [
    '/federations?limit=1&limit=1',
    '/federations?offset=0&offset=0',
    '/federations?name=a&name=a',
    '/federations?org_id=default&org_id=default',
    '/federations/FED/members?status=active&status=active',
    '/models?framework=a&framework=a',
    '/federations/FED/analytics/queries?limit=1&limit=1',
    '/analytics/queries?offset=0&offset=0',
  ];
  it.each(doubled)('refuses a parameter that is given twice: %s', async (path) => {
    const [, member] = /\?(\w+)=/.exec(path)!;
    expectRestError(await owner.get(path.replace('FED', federation.id)), 400, member);
  });
});
