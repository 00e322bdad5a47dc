import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, unique, type TestApp } from '../support/app.js';
import type { Answer, Client, Json } from '../support/client.js';

const WINDOW_SECONDS = 60;
const JSON_TYPE = { 'content-type': 'application/json' };

let gateway: TestApp;
/** The same with few cost points a minute. */
let frugal: TestApp;
let unlimited: TestApp;

beforeAll(async () => {
  gateway = await startTestApp({ rateLimitRpm: 100 });
  frugal = await startTestApp({ rateLimitRpm: 100, graphqlCostPerMinute: 60 });
  unlimited = await startTestApp();
});
afterAll(() => Promise.all([gateway.close(), frugal.close(), unlimited.close()]));

interface Limits {
  readonly limit: number;
  readonly remaining: number;
  readonly reset: number;
}

/** The two fields, to the letter. */
function limitsOf({ headers }: Answer): Limits {
  const [, limit] = /^"key";q=(\d+);w=60$/.exec(headers.get('ratelimit-policy') ?? '') ?? [];
  const [, remaining, reset] = /^"key";r=(\d+);t=(\d+)$/.exec(headers.get('ratelimit') ?? '') ?? [];
  if (limit === undefined || remaining === undefined)
    throw new Error(
      `RateLimit-Policy ${headers.get('ratelimit-policy')}, RateLimit ${headers.get('ratelimit')}`,
    );
  return { limit: Number(limit), remaining: Number(remaining), reset: Number(reset) };
}

const organizations = new Map<TestApp, string>();

/** A new key of one organization for each gateway: the operator's own rate is limited as well. */
async function aKey(of: TestApp, rate_limit_rpm?: number): Promise<Client> {
  const org_id = organizations.get(of) ?? (await of.anOrganization()).id;
  organizations.set(of, org_id);
  const key = { org_id, name: 'test', rate_limit_rpm };
  return of.client((await of.operator.post('/api-keys', key).expect(201)).body.api_key);
}

const graphql = (client: Client, query: string) =>
  client.raw('POST', '/graphql', JSON.stringify({ query }), JSON_TYPE);

describe('the header fields are on every authenticated answer', () => {
  const federations = '/api/v1/federations';
  const answers: readonly { name: string; status: number; ask: (client: Client) => PromiseLike<Answer> }[] = [
    { name: 'a list', status: 200, ask: (client) => client.get('/federations') },
    { name: 'a creation', status: 201, ask: (client) => create(client, { name: unique('Federation') }) },
    { name: 'refused input', status: 400, ask: (client) => create(client, { name: '' }) },
    { name: 'malformed JSON', status: 400, ask: (client) => client.raw('POST', federations, '{') },
    { name: 'a refusal of permission', status: 403, ask: (client) => client.get('/organizations') },
    { name: 'something hidden', status: 404, ask: (client) => client.get('/federations/fed_000000000000') },
    {
      name: 'a body that is too large',
      status: 413,
      ask: (client) => client.raw('POST', federations, JSON.stringify({ name: 'x'.repeat(300_000) })),
    },
    {
      name: 'a wrong media type',
      status: 415,
      ask: (client) => client.raw('POST', federations, 'name=x', { 'content-type': 'text/plain' }),
    },
    { name: 'a GraphQL query', status: 200, ask: (client) => graphql(client, '{ viewer { keyPrefix } }') },
    {
      name: 'a GraphQL error',
      status: 200,
      ask: (client) => graphql(client, '{ organizations { nodes { id } } }'),
    },
    { name: 'an unreadable query', status: 200, ask: (client) => graphql(client, '{') },
    {
      name: 'a GraphQL body that is no object',
      status: 400,
      ask: (client) => client.raw('POST', '/graphql', '[]'),
    },
  ];
  const create = (client: Client, body: object) =>
    client.post('/federations', { org_id: 'default', ...body });

  it.each(answers)('$name', async ({ status, ask }) => {
    const client = await aKey(gateway);
    const first = await ask(client);
    expect(first.status).toBe(status);
    expect(limitsOf(first)).toMatchObject({ limit: 100, remaining: 99 });
    expect(first.headers.get('retry-after')).toBeNull();
  });

  it('a conflict', async () => {
    const { client } = await gateway.anOrganization();
    const name = unique('Federation');
    await create(client, { name }).expect(201);
    expect(limitsOf(await create(client, { name, description: 'other' }).expect(409)).remaining).toBe(98);
  });

  it('an answer from the record of an Idempotency-Key', async () => {
    const client = (await aKey(gateway)).with({ 'idempotency-key': unique('key') });
    const body = { name: unique('Federation') };
    await create(client, body).expect(201);
    expect(limitsOf(await create(client, body).expect(201)).remaining).toBe(98);
  });

  it('but not where no key is known', async () => {
    for (const client of [gateway.anonymous, gateway.client('unknown')]) {
      const answer = await client.get('/federations').expect(401);
      expect([answer.headers.get('ratelimit'), answer.headers.get('ratelimit-policy')]).toEqual([null, null]);
    }
  });
});

describe('counting', () => {
  it('takes one for each request, over both APIs, and tells when the minute begins anew', async () => {
    const client = await aKey(gateway);
    const asked = [
      await client.get('/federations'),
      await graphql(client, '{ viewer { keyPrefix } }'),
      await client.get('/models'),
    ].map(limitsOf);
    expect(asked.map(({ remaining }) => remaining)).toEqual([99, 98, 97]);
    for (const { reset } of asked) {
      expect(reset).toBeGreaterThanOrEqual(1);
      expect(reset).toBeLessThanOrEqual(WINDOW_SECONDS);
    }
  });

  it('keeps keys apart, those of one organization as well', async () => {
    const { id, client } = await gateway.anOrganization();
    const body = { org_id: id, name: 'second' };
    const second = gateway.client((await gateway.operator.post('/api-keys', body).expect(201)).body.api_key);
    for (let i = 0; i < 3; i++) await client.get('/federations').expect(200);
    expect(limitsOf(await second.get('/federations')).remaining).toBe(99);
  });

  it('goes by the rate of the key where it has one', async () => {
    const client = await aKey(gateway, 7);
    expect(limitsOf(await client.get('/federations'))).toMatchObject({ limit: 7, remaining: 6 });
  });

  it('counts requests at once exactly', async () => {
    const client = await aKey(gateway, 10);
    const answers = await Promise.all(Array.from({ length: 25 }, () => client.get('/federations')));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(10);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(15);
  });
});

describe('beyond the rate', () => {
  const retryAfter = (answer: Answer) => {
    expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    expect(Number(answer.headers.get('retry-after'))).toBeLessThanOrEqual(WINDOW_SECONDS);
    expect(limitsOf(answer)).toMatchObject({ remaining: 0 });
  };

  it('REST answers 429 in the form of all errors, and does nothing', async () => {
    const client = await aKey(gateway, 1);
    await client.get('/federations').expect(200);
    const answer = await client
      .post('/federations', { org_id: 'default', name: unique('Federation') })
      .expect(429);
    retryAfter(answer);
    expect(answer.body).toEqual({
      error: 'rate_limited',
      message: expect.any(String),
      status_code: 429,
      code: 'rate_limited',
      detail: answer.body.message,
      details: expect.any(Object),
      request_id: answer.headers.get('x-request-id'),
      retryable: true,
      category: 'network',
    });
  });

  it('GraphQL answers 429 with RATE_LIMITED', async () => {
    const client = await aKey(gateway, 1);
    await client.get('/federations').expect(200);
    const answer = await graphql(client, '{ viewer { keyPrefix } }');
    expect(answer.status).toBe(429);
    retryAfter(answer);
    expect(answer.body.data).toBeUndefined();
    expect(answer.body.errors).toMatchObject([
      { extensions: { code: 'RATE_LIMITED', requestId: answer.headers.get('x-request-id') } },
    ]);
  });

  it('the key is refused before its body is read', async () => {
    const client = await aKey(gateway, 1);
    await client.get('/federations').expect(200);
    await client.raw('POST', '/api/v1/federations', '{').expect(429);
  });
});

describe('GraphQL', () => {
  it('tells in Viewer.rateLimit what the header fields tell', async () => {
    const client = await aKey(gateway, 50);
    await client.get('/federations').expect(200);
    const asked = Date.now();
    const answer = await graphql(client, '{ viewer { rateLimit { limit remaining resetAt cost } } }');
    const { limit, remaining, reset } = limitsOf(answer);
    const { rateLimit } = answer.body.data.viewer;
    expect(rateLimit).toMatchObject({
      limit,
      remaining,
      cost: answer.body.extensions.cost.requestedQueryCost,
    });
    expect(rateLimit).toMatchObject({ limit: 50, remaining: 48 });
    expect(Math.abs(Date.parse(rateLimit.resetAt) - (asked + reset * 1000))).toBeLessThan(2_000);
  });

  it('tells the cost of each operation and what is left of the minute of the organization', async () => {
    const { id, client } = await gateway.anOrganization();
    const cost = async (on: Client): Promise<Json> =>
      (await graphql(on, '{ federations(first: 10) { nodes { id owner { id } } } }')).body.extensions.cost;
    const first = await cost(client);
    expect(first).toEqual({
      requestedQueryCost: 21,
      throttleStatus: { maximumAvailable: 60_000, currentlyAvailable: 60_000 - 21, restoreRate: 1_000 },
    });
    const body = { org_id: id, name: 'second' };
    const second = gateway.client((await gateway.operator.post('/api-keys', body).expect(201)).body.api_key);
    expect((await cost(second)).throttleStatus.currentlyAvailable).toBe(60_000 - 42);
  });

  it('answers 429 when the points of the minute are spent, and goes on with what still fits', async () => {
    const client = await aKey(frugal);
    const page = (first: number) => graphql(client, `{ federations(first: ${first}) { nodes { id } } }`);
    expect((await page(49)).status).toBe(200);
    const refused = await page(20);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    expect(refused.body.errors).toMatchObject([
      { extensions: { code: 'RATE_LIMITED', requestId: refused.headers.get('x-request-id') } },
    ]);
    expect((await page(9)).body.extensions.cost.throttleStatus.currentlyAvailable).toBe(0);
    await client.get('/federations').expect(200);
  });
});

describe('with a rate of 0 nothing is limited', () => {
  it('and no answer has the header fields, whatever the key says', async () => {
    const client = await aKey(unlimited, 1);
    for (let i = 0; i < 3; i++) {
      const answer = await client.get('/federations').expect(200);
      expect([answer.headers.get('ratelimit'), answer.headers.get('ratelimit-policy')]).toEqual([null, null]);
    }
  });

  it('and GraphQL tells the cost alone', async () => {
    const answer = await graphql(await aKey(unlimited), '{ viewer { rateLimit { limit remaining cost } } }');
    expect(answer.body.extensions.cost).toEqual({ requestedQueryCost: 2 });
    expect(answer.body.data.viewer.rateLimit).toEqual({ limit: 0, remaining: 0, cost: 2 });
  });
});
