import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { getIntrospectionQuery, getNamedType, isObjectType } from 'graphql';
import { createGatewaySchema } from '../../src/app.js';
import { startTestApp, unique, type TestApp, type TestFederation } from '../support/app.js';
import type { Answer, Client } from '../support/client.js';
import { expectGraphqlError } from '../support/refusals.js';
import { countRows } from '../support/rows.js';
import { bombs, limits, times } from './query-limits.table.js';

const JSON_TYPE = { 'content-type': 'application/json' };

let gateway: TestApp;
let federation: TestFederation;
let client: Client;

beforeAll(async () => {
  gateway = await startTestApp();
  federation = await gateway.aFederation({ active: 2, invited: 1 });
  const key = { org_id: federation.owner.id, name: 'test', scopes: ['federations:admin', 'keys:write'] };
  client = gateway.client((await gateway.operator.post('/api-keys', key).expect(201)).body.api_key);
});
afterAll(() => gateway.close());

async function ask(body: object, headers: Record<string, string> = {}): Promise<Answer> {
  return client.raw('POST', '/graphql', JSON.stringify(body), { ...JSON_TYPE, ...headers });
}

async function get(query: string, headers: Record<string, string>): Promise<Answer> {
  return client.raw('GET', `/graphql?query=${encodeURIComponent(query)}`, undefined, headers);
}

describe.each(limits)('$name', ({ limit, query, others }) => {
  const body = (n: number) => ({ query: query(n), ...others?.(n) });

  it(`${limit} are answered`, async () => {
    const answer = await ask(body(limit));
    expect({ status: answer.status, errors: answer.body.errors }).toEqual({ status: 200, errors: undefined });
  });

  it.each(['application/json', 'application/graphql-response+json', '*/*'])(
    `${limit + 1} are refused before execution, with the status of the refusal, for Accept: %s`,
    async (accept) => {
      const answer = await ask(body(limit + 1), { accept });
      expectGraphqlError(answer, 'QUERY_TOO_COMPLEX');
      expect([answer.status, answer.body.data]).toEqual([400, undefined]);
    },
  );
});

describe('the size of a document', () => {
  const tokens = (n: number) => ({
    query: `{ federation(id: "fed_000000000000") { members(status: [${times(n - 20, () => 'ACTIVE')}]) { totalCount } } }`,
  });

  it('1,500 tokens are answered', async () => {
    expect((await ask(tokens(1_500))).body).toMatchObject({ data: { federation: null } });
  });

  it('1,501 tokens are refused', async () => {
    const answer = await ask(tokens(1_501));
    expect(answer.body.data).toBeUndefined();
    expect(['GRAPHQL_PARSE_FAILED', 'QUERY_TOO_COMPLEX']).toContain(answer.body.errors[0].extensions.code);
  });

  it.each(bombs)('$name: answered within a second', async ({ query }) => {
    const start = performance.now();
    const answer = await ask({ query });
    expect(performance.now() - start).toBeLessThan(1_000);
    expect(answer.status).toBeLessThan(500);
    for (const error of answer.body.errors ?? [])
      expect(error.extensions.code).not.toBe('INTERNAL_SERVER_ERROR');
    expect(answer.body.errors?.length ?? 0).toBeLessThanOrEqual(11);
  });

  it('a query that the library of costs cannot walk is refused as too complex', async () => {
    const { query } = bombs.find(({ name }) => name.startsWith('inline fragments'))!;
    expectGraphqlError(await ask({ query }), 'QUERY_TOO_COMPLEX');
  });
});

describe('cost', () => {
  const query =
    'query($n: Int) { federations(first: $n) { nodes { members(first: $n) { nodes { organization { id } } } } } }';

  it('goes by the page sizes in the variables', async () => {
    const answer = await ask({ query, variables: { n: 10 } });
    expect(answer.body.extensions.cost.requestedQueryCost).toBe(1 + 10 * (1 + 1 + 10 * 2));
    expectGraphqlError(await ask({ query, variables: { n: 100 } }), 'QUERY_TOO_COMPLEX');
  });

  it.each([{}, { n: null }])('takes the default page where the size is not given: %j', async (variables) => {
    const answer = await ask({ query: query.replace('members(first: $n)', 'members(first: 1)'), variables });
    expect(answer.body.extensions.cost.requestedQueryCost).toBe(1 + 25 * (1 + 1 + 2));
  });

  it('counts a list without pages as all that it may hold', async () => {
    const answer = await ask({ query: '{ viewer { invitations { federation { id } } } }' });
    expect(answer.body.extensions.cost.requestedQueryCost).toBe(1 + 100 * (1 + 1));
  });

  it('is that of twenty objects for an estimate, which computes for a millisecond', async () => {
    const estimates = (n: number) =>
      times(n, (i) => `e${i}: estimate(noiseMultiplier: 1.${i + 1}, sampleRate: 0.01) { delta }`);
    const of = (n: number) => `{ federation(id: "${federation.id}") { privacy { ${estimates(n)} } } }`;
    expect((await ask({ query: of(20) })).body.extensions.cost.requestedQueryCost).toBe(2 + 20 * 20);
    const many = `{ federations(first: 10) { nodes { privacy { ${estimates(20)} } } } }`;
    expectGraphqlError(await ask({ query: many }), 'QUERY_TOO_COMPLEX');
  });

  it('is that of twenty objects for an analysis, and of so many groups', async () => {
    const fields = {
      'descriptive(variable: "x") { queryId }': 20,
      'descriptive(variable: "x") { groups { count } }': 20 + 20,
      'descriptive(variable: "x") { groups { percentiles { value } } suppressedGroups { reason } }':
        20 + 20 * (1 + 3) + 20,
      'tTest(variable: "x", groupA: "a", groupB: "b") { groupA { percentiles { p } } }': 20 + 1 + 3,
      'anova(variable: "x") { groups { count } }': 20 + 20,
      'chiSquare(variable1: "x", variable2: "y") { table warnings }': 20,
    };
    for (const [field, cost] of Object.entries(fields)) {
      const of = (n: number) =>
        `{ analytics(federationId: "${federation.id}") { ${times(n, (i) => `a${i}: ${field}`)} } }`;
      const { extensions } = (await ask({ query: of(2) })).body;
      expect([field, extensions.cost.requestedQueryCost]).toEqual([field, 1 + 2 * cost]);
    }
    const described = 'a: analytics { descriptive(variable: "x") { groups { percentiles { p } } } }';
    expectGraphqlError(
      await ask({ query: `{ federations(first: 25) { nodes { ${described} } } }` }),
      'QUERY_TOO_COMPLEX',
    );
  });

  it('is not made small by a page size that is out of range', async () => {
    const answer = await ask({ query, variables: { n: -100 } });
    expect(['QUERY_TOO_COMPLEX', 'BAD_USER_INPUT']).toContain(answer.body.errors[0].extensions.code);
  });
});

describe('the page size is 1 to 100 on every connection', () => {
  const inFederation = (field: string) =>
    `federation(id: $id) { ${field}(first: $n) { nodes { __typename } } }`;
  const askedBy: Readonly<Record<string, string>> = {
    'Query.federations': 'federations(first: $n) { nodes { __typename } }',
    'Query.organizations': 'organizations(first: $n) { nodes { __typename } }',
    'Query.apiKeys': 'apiKeys(orgId: $org, first: $n) { nodes { __typename } }',
    'Query.models': 'models(first: $n) { nodes { __typename } }',
    'Federation.members': inFederation('members'),
    'Federation.models': inFederation('models'),
    'Federation.rounds': inFederation('rounds'),
    'Privacy.history': 'federation(id: $id) { privacy { history(first: $n) { nodes { __typename } } } }',
    'Analytics.queries': 'federation(id: $id) { analytics { queries(first: $n) { nodes { __typename } } } }',
  };

  it('which are all tested here', () => {
    const types = Object.values(createGatewaySchema(gateway.app.core).getTypeMap()).filter(isObjectType);
    const connections = types.flatMap((type) =>
      Object.values(type.getFields())
        .filter((field) => getNamedType(field.type).name.endsWith('Connection'))
        .map((field) => `${type.name}.${field.name}`),
    );
    expect(connections.sort()).toEqual(Object.keys(askedBy).sort());
  });

  it.each(Object.keys(askedBy))('%s', async (field) => {
    const [declared, selected] = ['$n: Int, $id: ID!, $org: ID!', askedBy[field]!];
    const used = declared.split(', ').filter((variable) => selected.includes(variable.split(':')[0]!));
    const query = `query(${used.join(', ')}) { ${selected} }`;
    const page = (n: number) =>
      gateway.operator.graphql(query, { n, id: federation.id, org: federation.owner.id });
    for (const n of [1, 100]) expect((await page(n)).errors).toBeUndefined();
    for (const n of [0, -1, 101, 2_000]) {
      const answer = await page(n);
      expectGraphqlError(
        answer,
        n === 2_000 ? 'QUERY_TOO_COMPLEX' : 'BAD_USER_INPUT',
        n === 2_000 ? undefined : 'first',
      );
    }
  });
});

describe('what is not offered', () => {
  it('several operations in one request', async () => {
    const answer = await client.raw(
      'POST',
      '/graphql',
      '[{"query":"{ __typename }"},{"query":"{ __typename }"}]',
      JSON_TYPE,
    );
    expect(answer.status).toBe(400);
    expectGraphqlError(answer, 'BAD_REQUEST');
  });

  const persistedQuery = {
    version: 1,
    sha256Hash: 'ecf4edb46db40b5132295c0291d62fb65d6759a9eedfa4d5d612dd5ec54a6b38',
  };
  it.each([{}, { query: '{ __typename }' }])('persisted queries: %j', async (body) => {
    expectGraphqlError(
      await ask({ ...body, extensions: { persistedQuery } }),
      'PERSISTED_QUERY_NOT_SUPPORTED',
    );
  });

  const misspelled = [
    '{ viewr { keyPrefix } }',
    '{ viewer { keyPrefx } }',
    '{ federation(idd: "x") { id } }',
    '{ ...F } fragment F on Quary { __typename }',
    '{ federation(id: "x") { members(status: [ACTIV]) { totalCount } } }',
    '{ federations(filter: { orgld: "x" }) { totalCount } }',
    '{ __typename @inclde(if: true) }',
    'query($a: Strng) { node(id: $a) { id } }',
    'query($id: ID!) { node(id: $di) { id } }',
    '{ node(id: "x") { name } }',
  ];
  it.each(misspelled)('suggestions: %s', async (query) => {
    const answer = await ask({ query });
    expectGraphqlError(answer, 'GRAPHQL_VALIDATION_FAILED');
    expect(answer.text).not.toContain('Did you mean');
  });
});

describe('requests of browsers', () => {
  const mutation =
    'mutation { createFederation(input: { orgId: "default", name: "By GET" }) { federation { id } } }';

  it('a mutation by GET is refused and does nothing', async () => {
    const before = await countRows(gateway.app.core.db, 'federations');
    const answer = await get(mutation, JSON_TYPE);
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
    expectGraphqlError(answer, 'BAD_REQUEST');
    expect(await countRows(gateway.app.core.db, 'federations')).toBe(before);
  });

  it('a query by GET is answered where a preflight had to allow it', async () => {
    for (const headers of [
      JSON_TYPE,
      { 'apollo-require-preflight': '1' },
      { 'x-apollo-operation-name': 'x' },
    ])
      expect((await get('{ __typename }', headers)).body.data).toEqual({ __typename: 'Query' });
  });

  it('a query by GET that any page could send is refused', async () => {
    const answer = await get('{ __typename }', {});
    expect(answer.status).toBe(400);
    expectGraphqlError(answer, 'BAD_REQUEST');
  });

  it('a key is heard also of a client that would take a page', async () => {
    const answer = await get('{ __typename }', { ...JSON_TYPE, accept: 'application/json, text/html;q=0.5' });
    expect([answer.status, answer.body?.data]).toEqual([200, { __typename: 'Query' }]);
  });

  it('get Apollo Sandbox without a key, under a policy that lets it run', async () => {
    const accept = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
    const page = await gateway.anonymous.raw('GET', '/graphql', undefined, { accept });
    expect([page.status, page.headers.get('content-type')]).toEqual([
      200,
      expect.stringContaining('text/html'),
    ]);
    expect(page.text).toContain('embeddable-sandbox.cdn.apollographql.com');
    const policy = page.headers.get('content-security-policy');
    expect(policy).toContain(`frame-ancestors 'none'`);
    expect(policy).not.toMatch(/(?:default|script|style|img|frame|connect)-src/);
  });
});

describe('introspection', () => {
  it('is answered with a key', async () => {
    const answer = await ask({ query: getIntrospectionQuery() });
    expect(answer.body.errors).toBeUndefined();
    expect(answer.body.data.__schema.queryType.name).toBe('Query');
  });

  it('is refused without, as is everything else', async () => {
    for (const query of [getIntrospectionQuery(), '{ __type(name: "Query") { name } }', '{ __typename }']) {
      for (const nobody of [gateway.anonymous, gateway.client(unique('unknown'))]) {
        const answer = await nobody.graphql(query);
        expectGraphqlError(answer, 'UNAUTHENTICATED');
        expect([answer.status, answer.data]).toEqual([401, undefined]);
      }
    }
  });
});

describe('errors of the document are 400 to those who know the media type of GraphQL, else 200', () => {
  it.each([
    ['application/json', 200],
    ['application/graphql-response+json', 400],
  ])('Accept: %s', async (accept, status) => {
    const id = 'query($id: ID!) { node(id: $id) { id } }';
    for (const query of ['{', '{ nothing }', id])
      expect((await ask({ query }, { accept })).status).toBe(status);
  });
});
