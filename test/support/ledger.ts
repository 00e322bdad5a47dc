import { expect } from '@jest/globals';
import { toCamelCase } from '../../src/core/names.js';
import type { Client, Json } from './client.js';
import { restForm, SELECTIONS } from './rest-form.js';

export type Fields = Readonly<Record<string, unknown>>;

/** Costs about a tenth of the default budget. */
export const ROUND = { noise_multiplier: 2, sample_rate: 0.01, num_steps: 1_000 } as const;

/** So little noise that no order of the accountant is finite. */
export const INFINITE_ROUND = { noise_multiplier: 1e-160, sample_rate: 1, num_steps: 1 } as const;

export const APIS = ['REST', 'GraphQL'] as const;
export type ApiName = (typeof APIS)[number];

/** An answer of either API: what was asked for, or the refusal in the words of REST. */
export interface Answered {
  readonly status: number;
  readonly body: Json;
  /** Of a refusal. */
  readonly code: string | undefined;
  /** That a refusal names. */
  readonly field: string | undefined;
  /** Of a refusal. */
  readonly details: Json;
}

const STATUS_OF: Readonly<Record<string, number>> = {
  BAD_USER_INPUT: 400,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  PRIVACY_BUDGET_EXCEEDED: 409,
};

const REST_CODE_OF: Readonly<Record<string, string>> = {
  BAD_USER_INPUT: 'invalid_input',
  FORBIDDEN: 'forbidden',
  NOT_FOUND: 'not_found',
  CONFLICT: 'conflict',
  PRIVACY_BUDGET_EXCEEDED: 'privacy_budget_exceeded',
};

async function overRest(client: Client, method: string, path: string, body: Fields): Promise<Answered> {
  const { status, body: answer } = await client.rest(method, path, body);
  return status < 400
    ? { status, body: answer, code: undefined, field: undefined, details: undefined }
    : { status, body: answer, code: answer.code, field: answer.details.field, details: answer.details };
}

/** Members in the names of GraphQL, to any depth. */
export function camel(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camel);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [toCamelCase(name), camel(inner)]));
}

function snake(text: string | undefined): string | undefined {
  return text?.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

async function overGraphql(client: Client, mutation: string, fields: Fields): Promise<Answered> {
  const input = camel(fields) as Fields;
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
  const selection =
    mutation === 'setPrivacyBudget'
      ? `privacy { ${SELECTIONS.privacy} }`
      : `duplicate round { ${SELECTIONS.round} }`;
  const { data, errors } = await client.graphql(
    `mutation($input: ${type}!) { done: ${mutation}(input: $input) { federation { id } ${selection} } }`,
    { input },
  );
  if (errors !== undefined) {
    const { code, field, requestId: _, ...details } = errors[0].extensions;
    const refused = { code: REST_CODE_OF[code], field: snake(field), details };
    return { status: STATUS_OF[code] ?? 0, body: errors[0], ...refused };
  }
  const { privacy, round, duplicate, federation } = data.done;
  expect(federation.id).toBe(fields['federation_id']);
  const body = privacy === undefined ? { ...restForm(round), duplicate } : restForm(privacy);
  return { status: 200, body, code: undefined, field: undefined, details: undefined };
}

export interface LedgerApi {
  readonly setBudget: (client: Client, id: string, fields: Fields) => Promise<Answered>;
  readonly record: (client: Client, id: string, fields?: Fields) => Promise<Answered>;
  readonly reserve: (client: Client, id: string, fields?: Fields) => Promise<Answered>;
  readonly complete: (client: Client, id: string, roundId: string, fields?: Fields) => Promise<Answered>;
  readonly cancel: (client: Client, id: string, roundId: string) => Promise<Answered>;
}

/** The steps of a ledger over both APIs, in the names of REST. */
export const ledgerApis: Readonly<Record<ApiName, LedgerApi>> = {
  REST: {
    setBudget: (client, id, fields) => overRest(client, 'PUT', `/federations/${id}/privacy/budget`, fields),
    record: (client, id, fields = ROUND) => overRest(client, 'POST', `/federations/${id}/rounds`, fields),
    reserve: (client, id, fields = ROUND) =>
      overRest(client, 'POST', `/federations/${id}/rounds`, { ...fields, status: 'reserved' }),
    complete: (client, id, roundId, fields = {}) =>
      overRest(client, 'POST', `/federations/${id}/rounds/${roundId}/complete`, {
        contributions: [],
        ...fields,
      }),
    cancel: (client, id, roundId) =>
      overRest(client, 'POST', `/federations/${id}/rounds/${roundId}/cancel`, {}),
  },
  GraphQL: {
    setBudget: (client, id, fields) =>
      overGraphql(client, 'setPrivacyBudget', { federation_id: id, ...fields }),
    record: (client, id, fields = ROUND) =>
      overGraphql(client, 'recordTrainingRound', { federation_id: id, ...fields }),
    reserve: (client, id, fields = ROUND) =>
      overGraphql(client, 'reserveTrainingRound', { federation_id: id, ...fields }),
    complete: (client, id, roundId, fields = {}) =>
      overGraphql(client, 'completeTrainingRound', {
        federation_id: id,
        round_id: roundId,
        contributions: [],
        ...fields,
      }),
    cancel: (client, id, roundId) =>
      overGraphql(client, 'cancelTrainingRound', { federation_id: id, round_id: roundId }),
  },
};

/** What came of a step that must succeed. */
export async function done(answer: Promise<Answered>): Promise<Json> {
  const { status, body } = await answer;
  if (status >= 400 || status === 0) throw new Error(`refused with ${status}: ${JSON.stringify(body)}`);
  return body;
}

/** The status of a ledger, which both APIs must tell to the same digit. */
export async function privacyOf(client: Client, id: string): Promise<Json> {
  const { body } = await client.get(`/federations/${id}/privacy`).expect(200);
  const { federation } = await client.query(
    `query($id: ID!) { federation(id: $id) { privacy { ${SELECTIONS.privacy} } } }`,
    { id },
  );
  expect(restForm(federation.privacy)).toEqual(body);
  return body;
}

/** The history of a ledger, which both APIs must tell to the same digit. */
export async function historyOf(client: Client, id: string): Promise<Json[]> {
  const { body, headers } = await client.get(`/federations/${id}/privacy/history`).expect(200);
  const { federation } = await client.query(
    `query($id: ID!) { federation(id: $id) { privacy { history(first: 100) {
      totalCount nodes { ${SELECTIONS.history} }
    } } } }`,
    { id },
  );
  const { totalCount, nodes } = federation.privacy.history;
  expect({ totalCount, nodes: nodes.map(restForm) }).toEqual({ totalCount: body.length, nodes: body });
  expect(headers.get('x-total-count')).toBe(String(body.length));
  return body;
}

/** The rounds of a federation, which both APIs must show alike. */
export async function roundsOf(client: Client, id: string): Promise<Json[]> {
  const { body, headers } = await client.get(`/federations/${id}/rounds`).expect(200);
  const { federation } = await client.query(
    `query($id: ID!) { federation(id: $id) { rounds(first: 50) { totalCount nodes { ${SELECTIONS.round} } } } }`,
    { id },
  );
  const { totalCount, nodes } = federation.rounds;
  expect({ totalCount, nodes: nodes.map(restForm) }).toEqual({ totalCount: body.length, nodes: body });
  expect(headers.get('x-total-count')).toBe(String(body.length));
  return body;
}

/** What a round would cost, which both APIs must tell to the same digit. */
export async function estimateOf(client: Client, id: string, asked: Fields = ROUND): Promise<Json> {
  const query = Object.entries(asked).map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
  const { body } = await client.get(`/federations/${id}/privacy/estimate?${query.join('&')}`).expect(200);
  const { federation } = await client.query(
    `query($id: ID!, $noiseMultiplier: Float!, $sampleRate: Float!, $numSteps: Int, $targetDelta: Float) {
      federation(id: $id) { privacy { estimate(
        noiseMultiplier: $noiseMultiplier, sampleRate: $sampleRate, numSteps: $numSteps, targetDelta: $targetDelta
      ) { ${SELECTIONS.estimate} } } }
    }`,
    { id, ...(camel(asked) as Fields) },
  );
  expect(federation.privacy.estimate).toEqual(body);
  return body;
}
