import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { getNamedType, type GraphQLInputObjectType, type GraphQLSchema } from 'graphql';
import { createGatewaySchema } from '../../src/app.js';
import { toCamelCase } from '../../src/core/names.js';
import { startTestApp, unique, type TestApp, type TestFederation } from '../support/app.js';
import type { Answer, Client } from '../support/client.js';
import { expectGraphqlError, expectNothingInternal } from '../support/refusals.js';
import { everyRow } from '../support/rows.js';
import { badBodies, badMembers } from './bad-input.table.js';

const JSON_TYPE = { 'content-type': 'application/json' };

let gateway: TestApp;
let federation: TestFederation;
let owner: Client;
/** May list keys as well. */
let reader: Client;
let schema: GraphQLSchema;

beforeAll(async () => {
  gateway = await startTestApp();
  schema = createGatewaySchema(gateway.app.core);
  federation = await gateway.aFederation({ active: 1, invited: 1 });
  owner = federation.owner.client;
  const scopes = ['federations:read', 'keys:write'];
  reader = (await gateway.anOrganization(unique('org'), { scopes })).client;
});
afterAll(() => gateway.close());

let before: unknown;
beforeEach(async () => {
  before = await everyRow(gateway.app.core.db);
});
afterEach(async () => {
  expect(await everyRow(gateway.app.core.db)).toEqual(before);
});

function post(body: string | Uint8Array, headers: Record<string, string> = JSON_TYPE) {
  return owner.raw('POST', '/graphql', body, headers);
}

/** Refused before anything is executed: a 4xx, no data, every error with a code and the id of the request. */
function expectRefusedBody(answer: Answer, status: number): void {
  expect({ status: answer.status, data: answer.body?.data }).toEqual({ status, data: undefined });
  expect(['BAD_REQUEST', 'BAD_USER_INPUT']).toContain(answer.body.errors[0].extensions.code);
  expectGraphqlError(answer, answer.body.errors[0].extensions.code);
}

describe('a body that is no JSON object is refused', () => {
  it.each(badBodies)('$name: $status', async ({ body, status }) => {
    expectRefusedBody(await post(body), status);
  });

  const types = [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/graphql',
  ];
  it.each(types)('of the media type %s: 415', async (type) => {
    expectRefusedBody(await post('{"query":"{ __typename }"}', { 'content-type': type }), 415);
  });
});

describe('a request that is no GraphQL request is refused', () => {
  const bodies: readonly object[] = [
    {},
    { query: 1 },
    { query: null },
    { query: '' },
    { query: ['{ __typename }'] },
    { query: { text: '{ __typename }' } },
    { operationName: 'X' },
    { query: '{ __typename }', variables: 'x' },
    { query: '{ __typename }', variables: [] },
    { query: '{ __typename }', extensions: 'x' },
    { query: '{ __typename }', operationName: 5 },
  ];
  it.each(bodies.map((body) => JSON.stringify(body)))('%s: 400', async (body) => {
    expectRefusedBody(await post(body), 400);
  });

  const searches = [
    '',
    'query=',
    'query=%7B__typename%7D&variables=%7B',
    'query=%7B__typename%7D&extensions=x',
    'query=a&query=b',
  ];
  it.each(searches)('GET /graphql?%s: 400', async (search) => {
    expectRefusedBody(await owner.raw('GET', `/graphql?${search}`, undefined, JSON_TYPE), 400);
  });

  it.each(['PUT', 'PATCH', 'DELETE'])('%s: 405 with Allow', async (method) => {
    const answer = await owner.raw(method, '/graphql', '{"query":"{ __typename }"}', JSON_TYPE);
    expectRefusedBody(answer, 405);
    expect(answer.headers.get('allow')).toBe('GET, POST');
  });

  const unreadable = [
    '{',
    '}',
    'query',
    '{ a(b: "\uD800") }',
    '{ a(b: "\\uD800") }',
    '{ viewer \0 }',
    '{ a(b: "x }',
    '{ a(b: """x }',
    '\u2028{',
    '{ ...}',
    'query ($a) { a }',
    '{ a(b: 1e) }',
  ];
  it.each(unreadable.map((query) => JSON.stringify(query)))('an unreadable query: %s', async (query) => {
    const answer = await post(`{"query":${query}}`);
    expectGraphqlError(answer, 'GRAPHQL_PARSE_FAILED');
    expect(answer.body.data).toBeUndefined();
  });

  it('an unknown operation name', async () => {
    const answer = await post('{"query":"query A { __typename }","operationName":"B"}');
    expectGraphqlError(answer, 'OPERATION_RESOLUTION_FAILURE');
  });
});

function camel(input: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const inside = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(inside);
    return typeof value === 'object' && value !== null ? camel({ ...value }) : value;
  };
  return Object.fromEntries(Object.entries(input).map(([name, value]) => [toCamelCase(name), inside(value)]));
}

/** As GraphQL's specification says, an integer is an ID, and one value is a list of one. */
function isCoerced(type: string, value: unknown): boolean {
  const isId = (item: unknown) => Number.isInteger(item);
  if (/^ID!?$/.test(type)) return isId(value);
  const isListOfIds = /^\[ID!\]!?$/.test(type);
  return (
    isListOfIds &&
    (typeof value === 'string' ||
      isId(value) ||
      (Array.isArray(value) && value.length > 0 && value.every(isId)))
  );
}

describe.each(badMembers)('$mutation', ({ route, mutation, valid, bad, required }) => {
  const clientOf = () => (/organizations|api-keys/.test(route) ? gateway.operator : callerOf());
  const callerOf = () => {
    if (/join|decline/.test(route)) return federation.invited[0]!.client;
    return route.includes('leave') ? federation.active[0]!.client : owner;
  };
  const inputType = () =>
    getNamedType(schema.getMutationType()!.getFields()[mutation]!.args[0]!.type) as GraphQLInputObjectType;
  const ask = async (input: Record<string, unknown>): Promise<Answer> => {
    const inFederation = route.includes('{id}') ? { federationId: federation.id } : {};
    const query = `mutation($input: ${inputType().name}!) { ${mutation}(input: $input) { __typename } }`;
    return clientOf().graphql(query, { input: { ...inFederation, ...input } });
  };

  it.each(Object.entries(bad))(
    'refuses each wrong %s with BAD_USER_INPUT, naming it',
    async (member, values) => {
      const field = toCamelCase(member);
      const type = String(inputType().getFields()[field]!.type);
      const wrong = values.filter((value) => !isCoerced(type, value));
      expect(wrong.length).toBeGreaterThan(0);
      for (const value of wrong)
        expectGraphqlError(await ask({ ...camel(valid), [field]: value }), 'BAD_USER_INPUT', field);
    },
  );

  it.each(required)('refuses to do without %s', async (member) => {
    const field = toCamelCase(member);
    const { [field]: _, ...rest } = camel(valid);
    for (const input of [rest, { ...rest, [field]: null }])
      expectGraphqlError(await ask(input), 'BAD_USER_INPUT', field);
  });

  it('refuses a member that it does not know, naming it and suggesting nothing', async () => {
    const answer = await ask({ ...camel(valid), nmae: 'x' });
    expectGraphqlError(answer, 'BAD_USER_INPUT', 'nmae');
    expect(answer.text).not.toContain('Did you mean');
  });
});

describe('arguments of queries', () => {
  const cases: readonly { query: string; field: string; values: readonly unknown[] }[] = [
    {
      query: 'query($v: Int) { federations(first: $v) { nodes { id } } }',
      field: 'first',
      values: [0, -1, 101],
    },
    {
      query: 'query($v: Int) { federations(offset: $v) { nodes { id } } }',
      field: 'offset',
      values: [-1, -(2 ** 31)],
    },
    {
      query: 'query($v: String) { federations(after: $v) { nodes { id } } }',
      field: 'after',
      values: ['', 'x', '\0', '\uD800', 'W10', 'WzEsMl0', 'eyJhIjoxfQ', 'x'.repeat(100_000)],
    },
    {
      query: 'query($v: ID) { federations(filter: { orgId: $v }) { nodes { id } } }',
      field: 'orgId',
      values: ['a b', '\0', '\uD800', 'x'.repeat(65)],
    },
    {
      query: 'query($v: ID!) { apiKeys(orgId: $v) { nodes { id } } }',
      field: 'orgId',
      values: ['a b', '\0', 'x'.repeat(65)],
    },
    {
      query: 'query($v: ID) { models(filter: { orgId: $v }) { nodes { id } } }',
      field: 'orgId',
      values: ['a b', '\0'],
    },
    {
      query: 'query($v: Int) { federations(first: $v) { nodes { id } } }',
      field: 'v',
      values: ['5', 1.5, 2 ** 31, 1e308, true, [], {}],
    },
    { query: 'query($v: ID!) { node(id: $v) { id } }', field: 'v', values: [null, 1.5, true, [], {}] },
  ];
  it.each(cases)('$query refuses each wrong value, naming $field', async ({ query, field, values }) => {
    for (const value of values)
      expectGraphqlError(await reader.graphql(query, { v: value }), 'BAD_USER_INPUT', field);
  });

  it('ids that nothing can have are null', async () => {
    for (const id of [
      '',
      '\0',
      'x'.repeat(10_000),
      '__proto__',
      'constructor',
      'fed_',
      'fed_\uD800',
      `fed_' OR 1=1 --`,
    ]) {
      const answer = await owner.graphql(
        'query($id: ID!) { node(id: $id) { id } federation(id: $id) { id } }',
        { id },
      );
      expect(answer.body).toMatchObject({ data: { node: null, federation: null } });
      expectNothingInternal(answer.text);
    }
  });
});
