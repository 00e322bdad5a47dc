import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import type { Answer, Client } from '../support/client.js';

const ORIGIN = 'https://app.example.org';
const ALLOWED = ['authorization', 'content-type', 'idempotency-key', 'x-api-key', 'x-org-id', 'x-request-id'];
const EXPOSED = ['retry-after', 'ratelimit', 'ratelimit-policy', 'x-request-id', 'link', 'x-total-count'];

let open: TestApp;
let listed: TestApp;
let closed: TestApp;

beforeAll(async () => {
  open = await startTestApp({ corsOrigins: '*' });
  listed = await startTestApp({ corsOrigins: ['https://other.example.org', ORIGIN] });
  closed = await startTestApp({ corsOrigins: [] });
});
afterAll(() => Promise.all([open.close(), listed.close(), closed.close()]));

function listOf({ headers }: Answer, name: string): string[] {
  return (headers.get(name) ?? '').split(',').map((word) => word.trim().toLowerCase());
}

function preflight(gateway: TestApp, path: string, method: string, origin = ORIGIN): PromiseLike<Answer> {
  return gateway.anonymous.raw('OPTIONS', path, undefined, {
    origin,
    'access-control-request-method': method,
    'access-control-request-headers': ALLOWED.join(','),
  });
}

const requests = [
  ['GET', '/api/v1/federations'],
  ['POST', '/api/v1/federations'],
  ['POST', '/api/v1/federations/fed_000000000000/join'],
  ['DELETE', '/api/v1/federations/fed_000000000000/members/org-1'],
  ['PUT', '/api/v1/federations/fed_000000000000/privacy/budget'],
  ['POST', '//api/v1//federations'],
  ['POST', '/graphql'],
] as const;

describe('a preflight', () => {
  it.each(requests)('for %s %s needs no key and allows what clients send', async (method, path) => {
    const answer = await preflight(open, path, method);
    expect(answer.status).toBeLessThan(300);
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(listOf(answer, 'access-control-allow-methods')).toContain(method.toLowerCase());
    expect(listOf(answer, 'access-control-allow-headers')).toEqual(expect.arrayContaining(ALLOWED));
    expect(answer.headers.has('access-control-allow-credentials')).toBe(false);
  });
});

describe('an answer', () => {
  const answers: Readonly<Record<string, (client: Client) => PromiseLike<Answer>>> = {
    '200': (client) => client.get('/federations'),
    '400': (client) => client.post('/federations', {}),
    '403': (client) => client.get('/organizations'),
    '404 of a hidden thing': (client) => client.get('/federations/fed_000000000000'),
    '404 of a path': (client) => client.get('/nothing'),
    '405': (client) => client.put('/federations', {}),
    '415': (client) => client.raw('POST', '/api/v1/federations', 'x', { 'content-type': 'text/plain' }),
    'of GraphQL': (client) => client.graphql('{ viewer { keyPrefix } }'),
  };

  it.each(Object.keys(answers))('%s exposes the header fields that clients read', async (what) => {
    const { client } = await open.anOrganization();
    const answer = await answers[what]!(client.with({ origin: ORIGIN }));
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(listOf(answer, 'access-control-expose-headers')).toEqual(expect.arrayContaining(EXPOSED));
  });

  it('401 exposes them as well', async () => {
    const answer = await open.anonymous.with({ origin: ORIGIN }).get('/federations').expect(401);
    expect(listOf(answer, 'access-control-expose-headers')).toEqual(expect.arrayContaining(EXPOSED));
  });
});

describe('origins', () => {
  const ask = (gateway: TestApp, origin: string) =>
    gateway.operator.with({ origin }).get('/federations').expect(200);

  it('that are listed are allowed by name, others are not', async () => {
    for (const answer of [await ask(listed, ORIGIN), await preflight(listed, '/api/v1/federations', 'GET')]) {
      expect(answer.headers.get('access-control-allow-origin')).toBe(ORIGIN);
      expect(listOf(answer, 'vary')).toContain('origin');
    }
    for (const stranger of ['https://evil.example.org', 'http://app.example.org', `${ORIGIN}.evil.example`]) {
      expect((await ask(listed, stranger)).headers.get('access-control-allow-origin')).not.toBe(stranger);
      const answer = await preflight(listed, '/api/v1/federations', 'GET', stranger);
      expect([stranger, '*']).not.toContain(answer.headers.get('access-control-allow-origin'));
    }
  });

  it('are none where none are listed', async () => {
    expect((await ask(closed, ORIGIN)).headers.has('access-control-allow-origin')).toBe(false);
    const answer = await preflight(closed, '/api/v1/federations', 'GET');
    expect(answer.headers.has('access-control-allow-origin')).toBe(false);
  });
});
