import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { toCamelCase } from '../../src/core/names.js';
import { startTestApp, type TestApp, type TestFederation } from '../support/app.js';
import type { Answer, Client } from '../support/client.js';
import { camel } from '../support/ledger.js';
import type { Fields } from '../support/observations.js';
import { aFederationToAsk, askGraphql, inGraphql, recordsOf } from '../support/questions.js';
import { expectGraphqlError, expectNothingInternal, expectRestError } from '../support/refusals.js';
import { badQuestions, type BadQuestion } from './analysis-bad-input.table.js';

let gateway: TestApp;
let federation: TestFederation;
let client: Client;

beforeAll(async () => {
  gateway = await startTestApp();
  federation = await aFederationToAsk(gateway);
  client = federation.owner.client;
});
afterAll(() => gateway.close());
afterEach(async () => {
  expect((await recordsOf(client, federation.id)).total).toBe(0);
});

const pathOf = ({ path }: BadQuestion) => `/federations/${federation.id}/analytics/${path}`;

/** The body with one member, which may stand in the filters, set to a value. */
function withMember(valid: Fields, member: string, value: unknown): Fields {
  const [outer = '', inner] = member.split('.');
  return { ...valid, [outer]: inner === undefined ? value : { [inner]: value } };
}

function overGraphql({ field }: BadQuestion, body: Fields): Promise<Answer> {
  return askGraphql(client, federation.id, field, inGraphql(body));
}

/** As GraphQL's specification says, an integer is an ID, and one value is a list of one. */
function isCoerced(member: string, value: unknown): boolean {
  if (member === 'group_a' || member === 'group_b') return Number.isInteger(value);
  if (member !== 'group_ids') return false;
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  const isId = (item: unknown) => Number.isInteger(item) || item === 'icu';
  return items.length > 0 && items.every(isId);
}

/** Names the member as it is called where it is wrong: `filters.startTime`, or the argument for itself. */
function expectNamedInGraphql(answer: Answer, member: string): void {
  expectGraphqlError(answer, 'BAD_USER_INPUT');
  const { message, extensions } = answer.body.errors[0];
  const name = toCamelCase(member).split('.').at(-1)!;
  expect(
    extensions.field
      .replace(/\[\d+\]$/, '')
      .split('.')
      .at(-1),
  ).toBe(name);
  expect(message).toContain(name);
  expect(answer.body.data?.analytics ?? null).toBeNull();
}

function expectNamedInRest(answer: Answer, member: string): void {
  expectRestError(answer, 400, member);
  expect(answer.body.message).toContain(member);
  expect(answer.body.details.reason).toBeUndefined();
}

describe.each(badQuestions)('$path', (row) => {
  const { valid, bad, required, unfit } = row;

  it.each(Object.entries(bad))('over REST refuses each wrong %s, naming it', async (member, values) => {
    for (const value of values)
      expectNamedInRest(await client.post(pathOf(row), withMember(valid, member, value)), member);
  });

  it.each(Object.entries(bad))('over the path of the browser refuses a wrong %s', async (member, [value]) => {
    const body = withMember(valid, member, value);
    for (const written of [body, camel(body)])
      expectNamedInRest(await client.post(`/analytics/${row.path}`, written), member);
  });

  it.each(Object.entries(bad))('over GraphQL refuses each wrong %s, naming it', async (member, values) => {
    const wrong = values.filter((value) => !isCoerced(member, value));
    expect(wrong.length).toBeGreaterThan(0);
    for (const value of wrong)
      expectNamedInGraphql(await overGraphql(row, withMember(valid, member, value)), member);
  });

  it.each(required)('refuses to do without %s', async (member) => {
    const { [member]: _, ...rest } = valid;
    for (const body of [rest, { ...rest, [member]: null }]) {
      expectNamedInRest(await client.post(pathOf(row), body), member);
      expectNamedInGraphql(await overGraphql(row, body), member);
    }
  });

  it.each(unfit)('refuses $name, naming $named', async ({ body, named }) => {
    expectNamedInRest(await client.post(pathOf(row), { ...valid, ...body }), named);
    expectNamedInGraphql(await overGraphql(row, { ...valid, ...body }), named);
  });

  it('refuses what is no body, and one that is too large', async () => {
    for (const body of [
      '',
      '{',
      'null',
      '[]',
      '"x"',
      '1',
      '{"variable":NaN}',
      '{"confidence_level":Infinity}',
    ])
      expectRestError(await client.raw('POST', `/api/v1${pathOf(row)}`, body), 400);
    expectRestError(await client.post(pathOf(row), { ...valid, unknown: 'x'.repeat(256 * 1024) }), 413);
    const proto = `{"__proto__":{"variable":"heart_rate"},${JSON.stringify(valid).slice(1)}`;
    expectRestError(await client.raw('POST', `/api/v1${pathOf(row)}`, proto), 400);
  });

  it('over GraphQL refuses null for what has a default, and what it does not know', async () => {
    const defaults = ['group_by', 'include_percentiles', 'confidence_level', 'post_hoc', 'method'];
    const isNullable = (member: string) =>
      member === 'group_by' && (row.field === 'tTest' || row.field === 'chiSquare');
    for (const member of defaults.filter((name) => name in bad && !isNullable(name))) {
      const answer = await overGraphql(row, { ...valid, [member]: null });
      expectGraphqlError(answer, 'BAD_USER_INPUT');
      expect(answer.body.errors[0].message).toContain(toCamelCase(member));
    }
    const answer = await overGraphql(row, { ...valid, filters: { nope: 1 } });
    expectGraphqlError(answer, 'BAD_USER_INPUT');
    expectNothingInternal(answer.text);
  });
});

describe('what is wrong in a document is refused before anything runs', () => {
  const fields = [
    'descriptive { queryId }',
    'descriptive(variable: heart_rate) { queryId }',
    'descriptive(variable: "heart_rate", groupBy: PLATFORM) { queryId }',
    'descriptive(variable: "heart_rate", filters: { startTime: "yesterday" }) { queryId }',
    'tTest(variable: "heart_rate", groupA: "icu") { queryId }',
    'tTest(variable: "heart_rate", groupA: "icu", groupB: "ward", confidenceLevel: "0.95") { queryId }',
    'anova(variable: "heart_rate", groupIds: [null]) { queryId }',
    'anova(variable: "heart_rate", filters: { minSampleCount: 1.5 }) { queryId }',
    'chiSquare(variable1: "rhythm") { queryId }',
    'chiSquare(variable_1: "rhythm", variable_2: "sex") { queryId }',
  ];
  it.each(fields)('%s', async (field) => {
    const valid = 'first: descriptive(variable: "heart_rate") { queryId }';
    const answer = await client.graphql(
      `{ analytics(federationId: "${federation.id}") { ${valid} ${field} } }`,
    );
    expect(['GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT']).toContain(answer.errors?.[0].extensions.code);
    expect(answer.data ?? null).toBeNull();
    expectNothingInternal(answer.text);
  });
});
