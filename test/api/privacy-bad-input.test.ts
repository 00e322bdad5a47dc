import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { toCamelCase } from '../../src/core/names.js';
import { startTestApp, type TestApp, type TestFederation } from '../support/app.js';
import type { Answer, Client } from '../support/client.js';
import { camel, done, ledgerApis, ROUND, type Fields } from '../support/ledger.js';
import { expectGraphqlError, expectRestError } from '../support/refusals.js';
import { everyRow } from '../support/rows.js';
import { badEstimate, badLedgerInput, type BadLedgerInput } from './privacy-bad-input.table.js';

let gateway: TestApp;
let federation: TestFederation;
let owner: Client;
let reserved: string;

beforeAll(async () => {
  gateway = await startTestApp();
  federation = await gateway.aFederation({ active: 1 });
  owner = federation.owner.client;
  await done(ledgerApis.REST.record(owner, federation.id));
  reserved = String((await done(ledgerApis.REST.reserve(owner, federation.id))).id);
});
afterAll(() => gateway.close());

let before: unknown;
beforeEach(async () => {
  before = await everyRow(gateway.app.core.db);
});
afterEach(async () => {
  expect(await everyRow(gateway.app.core.db)).toEqual(before);
});

/** An object in JSON, with one member as it is written. */
function withMember(fields: Fields, name: string, text: string): string {
  const { [name]: _, ...rest } = fields;
  const others = JSON.stringify(rest).slice(1, -1);
  return `{${others}${others === '' ? '' : ','}"${name}":${text}}`;
}

function sendRest({ route, chosenBy }: BadLedgerInput, body: string): PromiseLike<Answer> {
  const [method = '', template = ''] = route.split(' ');
  const path = template.replace('{id}', federation.id).replace('{round_id}', reserved);
  const chosen = JSON.stringify(chosenBy ?? {}).slice(1, -1);
  const whole = chosen === '' ? body : `{${chosen},${body.slice(1)}`;
  return owner.raw(method, `/api/v1${path}`, whole);
}

function sendGraphql({ mutation, route }: BadLedgerInput, input: string): PromiseLike<Answer> {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
  const query = `mutation($input: ${type}!) { ${mutation}(input: $input) { federation { id } } }`;
  const place = {
    federationId: federation.id,
    ...(route.includes('{round_id}') ? { roundId: reserved } : {}),
  };
  const whole = `${JSON.stringify(place).slice(0, -1)},${input.slice(1)}`;
  return owner.raw('POST', '/graphql', `{"query":${JSON.stringify(query)},"variables":{"input":${whole}}}`);
}

/** Of a contribution, its place or the member in it is named. */
const IN_CONTRIBUTION = /^(?:contributions(?:\[\d+\])?(?:\.\w+)?|org_id|samples|accuracy|loss)$/;

function expectNamed(answer: Answer, member: string): void {
  const isNested = member === 'contributions';
  expectRestError(answer, 400, isNested ? undefined : member);
  if (isNested) expect(answer.body.details.field).toMatch(IN_CONTRIBUTION);
}

function expectNamedInGraphql(answer: Answer, member: string): void {
  expectGraphqlError(answer, 'BAD_USER_INPUT');
  const { field } = answer.body.errors[0].extensions;
  if (member === 'contributions') expect(field).toMatch(/^contributions/);
  else expect(field).toBe(toCamelCase(member));
}

describe.each(badLedgerInput)('$mutation', (row) => {
  const { valid, bad, badInRest = {}, required } = row;

  it.each(Object.entries({ ...bad, ...badInRest }))(
    'REST refuses each wrong %s, naming it',
    async (name, texts) => {
      for (const text of texts) {
        const answer = await sendRest(row, withMember(valid, name, text));
        expect({ text, status: answer.status }).toEqual({ text, status: 400 });
        expectNamed(answer, name);
      }
    },
  );

  it.each(Object.entries(bad))('GraphQL refuses each wrong %s, naming it', async (name, texts) => {
    const input = camel(valid) as Fields;
    for (const text of texts) {
      const inGraphql = text.replaceAll('"org_id"', '"orgId"');
      const answer = await sendGraphql(row, withMember(input, toCamelCase(name), inGraphql));
      expect({ text, errors: answer.body.errors?.length }).toEqual({ text, errors: expect.any(Number) });
      expectNamedInGraphql(answer, name);
    }
  });

  it('both refuse to do without what is required', async () => {
    for (const name of required) {
      const { [name]: _, ...rest } = valid;
      const input = camel(rest) as Fields;
      for (const body of [JSON.stringify(rest), withMember(rest, name, 'null')])
        expectNamed(await sendRest(row, body), name);
      for (const body of [JSON.stringify(input), withMember(input, toCamelCase(name), 'null')])
        expectNamedInGraphql(await sendGraphql(row, body), name);
    }
  });

  it.each(['NaN', 'Infinity', '-Infinity', 'undefined'])('%s is no JSON', async (text) => {
    expectRestError(await sendRest(row, withMember(valid, 'completed_at', text)), 400);
    const answer = await sendGraphql(row, withMember(camel(valid) as Fields, 'completedAt', text));
    expect(answer.status).toBe(400);
  });
});

describe('a target delta', () => {
  it('without the parameters of a round is refused, naming it', async () => {
    const row = badLedgerInput.find(({ mutation }) => mutation === 'recordTrainingRound')!;
    expectNamed(await sendRest(row, '{"target_delta":1e-6}'), 'target_delta');
    expectNamedInGraphql(await sendGraphql(row, '{"targetDelta":1e-6}'), 'target_delta');
  });
});

describe('the estimate', () => {
  const valid: Readonly<Record<string, string>> = {
    noise_multiplier: '1',
    sample_rate: '0.1',
    num_steps: '10',
    target_delta: '1e-6',
  };
  const path = () => `/federations/${federation.id}/privacy/estimate`;
  const queryOf = (members: Readonly<Record<string, string>>) =>
    Object.entries(members)
      .map(([name, value]) => `${name}=${value}`)
      .join('&');

  it('takes what is right', async () => {
    await owner.get(`${path()}?${queryOf(valid)}`).expect(200);
  });

  it.each(Object.entries(badEstimate))('REST refuses each wrong %s, naming it', async (name, values) => {
    for (const value of values) {
      const answer = await owner.get(`${path()}?${queryOf({ ...valid, [name]: value })}`);
      expect({ value, status: answer.status }).toEqual({ value, status: 400 });
      expectRestError(answer, 400, name);
    }
  });

  it.each(['noise_multiplier', 'sample_rate'])('REST refuses to do without %s', async (name) => {
    const { [name]: _, ...rest } = valid;
    expectRestError(await owner.get(`${path()}?${queryOf(rest)}`), 400, name);
  });

  it.each(Object.keys(valid))('REST refuses %s that is given twice', async (name) => {
    expectRestError(await owner.get(`${path()}?${queryOf(valid)}&${name}=${valid[name]}`), 400, name);
  });

  const argumentsOf: Readonly<Record<string, readonly string[]>> = {
    noiseMultiplier: ['0', '-1', '1e309', '"1"', 'true', 'null'],
    sampleRate: ['0', '-0.1', '1.0000000000000002', '2', '1e309', '"0.1"', 'null'],
    numSteps: ['0', '-1', '1.5', '2147483648', '"1"'],
    targetDelta: ['0', '-1e-6', '1.0000000000000003e-5', '1', '1e309', '"1e-6"'],
  };
  it.each(Object.entries(argumentsOf))('GraphQL refuses each wrong %s', async (name, texts) => {
    const fitting = { noiseMultiplier: '1', sampleRate: '0.1', numSteps: '10', targetDelta: '1e-6' };
    for (const text of texts) {
      const list = Object.entries({ ...fitting, [name]: text }).map(([arg, value]) => `${arg}: ${value}`);
      const query = `{ federation(id: "${federation.id}") { privacy { estimate(${list.join(', ')}) { delta } } } }`;
      const { errors } = await owner.graphql(query);
      expect({ text, code: errors?.[0]?.extensions.code }).toEqual({
        text,
        code: expect.stringMatching(/^(?:BAD_USER_INPUT|GRAPHQL_VALIDATION_FAILED)$/),
      });
    }
  });
});

it('a wrong id in the path is 404, whatever the body', async () => {
  for (const id of ['fed_x', 'rnd_000000000000', '%00'])
    for (const [method, path] of [
      ['PUT', 'privacy/budget'],
      ['POST', 'rounds'],
    ] as const)
      expectRestError(
        await owner.rest(method, `/federations/${id}/${path}`, { ...ROUND, total_epsilon_budget: 1 }),
        404,
      );
});
