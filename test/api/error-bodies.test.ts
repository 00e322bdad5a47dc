import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, unique, type TestApp, type TestFederation } from '../support/app.js';
import type { Answer, Client } from '../support/client.js';

let gateway: TestApp;
let federation: TestFederation;
let owner: Client;
let outsider: Client;
let revoked: Client;

beforeAll(async () => {
  gateway = await startTestApp();
  federation = await gateway.aFederation({ active: 1, invited: 1 });
  owner = federation.owner.client;
  outsider = (await gateway.anOrganization()).client;
  const key = { org_id: federation.owner.id, name: 'x' };
  const { body } = await gateway.operator.post('/api-keys', key).expect(201);
  await gateway.operator.delete(`/api-keys/${body.id}`).expect(200);
  revoked = gateway.client(body.api_key);
});
afterAll(() => gateway.close());

const WORDS = {
  400: { error: 'bad_request', code: 'invalid_input', category: 'input' },
  401: { error: 'unauthorized', code: 'invalid_api_key', category: 'auth' },
  403: { error: 'forbidden', code: 'forbidden', category: 'auth' },
  404: { error: 'not_found', code: 'not_found', category: 'catalog' },
  405: { error: 'method_not_allowed', code: 'invalid_input', category: 'input' },
  409: { error: 'conflict', code: 'conflict', category: 'policy' },
  413: { error: 'payload_too_large', code: 'invalid_input', category: 'input' },
  415: { error: 'unsupported_media_type', code: 'invalid_input', category: 'input' },
} as const;

interface Refusal {
  readonly what: string;
  readonly status: keyof typeof WORDS;
  readonly ask: () => PromiseLike<Answer>;
  /** Facts beside the words; none unless given. */
  readonly details?: () => object;
}

const post = (type: Record<string, string>, body: string | Uint8Array = '{}') =>
  owner.raw('POST', '/api/v1/federations', body, type);

const field = (name: string) => () => ({ field: name });

const refusals: readonly Refusal[] = [
  {
    what: 'a missing member',
    status: 400,
    ask: () => owner.post('/federations', { org_id: 'default' }),
    details: field('name'),
  },
  {
    what: 'a blank name',
    status: 400,
    ask: () => owner.post('/federations', { org_id: 'default', name: ' ' }),
    details: field('name'),
  },
  { what: 'an array as body', status: 400, ask: () => owner.post('/federations', []) },
  { what: 'a text as body', status: 400, ask: () => owner.post('/federations', 'name') },
  { what: 'null as body', status: 400, ask: () => owner.post('/federations', null) },
  {
    what: 'malformed JSON',
    status: 400,
    ask: () => post({ 'content-type': 'application/json' }, '{"name":'),
  },
  {
    what: 'a limit of 0',
    status: 400,
    ask: () => owner.get('/federations?limit=0'),
    details: field('limit'),
  },
  {
    what: 'an offset of -1',
    status: 400,
    ask: () => owner.get('/federations?offset=-1'),
    details: field('offset'),
  },
  { what: 'no key', status: 401, ask: () => gateway.anonymous.get('/federations') },
  { what: 'an unknown key', status: 401, ask: () => gateway.client('unknown').get('/federations') },
  { what: 'a revoked key', status: 401, ask: () => revoked.get('/federations') },
  { what: 'a missing scope', status: 403, ask: () => owner.get('/api-keys') },
  {
    what: 'a step of the owner',
    status: 403,
    ask: () =>
      federation.active[0]!.client.post(`/federations/${federation.id}/invite`, { org_ids: ['org-1'] }),
  },
  {
    what: 'another organization',
    status: 403,
    ask: () => owner.get(`/federations?org_id=${federation.active[0]!.id}`),
  },
  {
    what: 'the models for the invited',
    status: 403,
    ask: () => federation.invited[0]!.client.get(`/federations/${federation.id}/models`),
  },
  { what: 'an absent federation', status: 404, ask: () => owner.get('/federations/fed_000000000000') },
  { what: 'a hidden federation', status: 404, ask: () => outsider.get(`/federations/${federation.id}`) },
  { what: 'a malformed id', status: 404, ask: () => owner.get('/federations/not-an-id') },
  { what: 'an unknown path', status: 404, ask: () => owner.get('/nothing') },
  { what: 'an unknown path for who has no key', status: 404, ask: () => gateway.anonymous.get('/nothing') },
  { what: 'a path outside of the API', status: 404, ask: () => owner.raw('GET', '/nothing') },
  { what: 'another method', status: 405, ask: () => owner.put('/federations', {}) },
  {
    what: 'a name twice',
    status: 409,
    ask: () =>
      owner.post('/federations', { org_id: 'default', name: federation.name, description: 'another' }),
    details: () => ({ existing_id: federation.id }),
  },
  {
    what: 'a step that the state forbids',
    status: 409,
    ask: () =>
      federation.active[0]!.client.post(`/federations/${federation.id}/decline`, { org_id: 'default' }),
    details: () => expect.any(Object),
  },
  { what: 'a large body', status: 413, ask: () => owner.post('/federations', { name: 'x'.repeat(300_000) }) },
  { what: 'a form', status: 415, ask: () => post({ 'content-type': 'application/x-www-form-urlencoded' }) },
  { what: 'plain text', status: 415, ask: () => post({ 'content-type': 'text/plain' }) },
  { what: 'JSON lines', status: 415, ask: () => post({ 'content-type': 'application/x-ndjson' }) },
  {
    what: 'a type like JSON',
    status: 415,
    ask: () => post({ 'content-type': 'application/json-patch+json' }),
  },
  {
    what: 'a body without a type',
    status: 415,
    ask: () => post({ 'content-type': '' }, new Uint8Array([123, 125])),
  },
];

describe('the error body', () => {
  it.each(refusals)('of $what: $status', async ({ status, ask, details = () => ({}) }) => {
    const answer = await ask();
    expect({ status: answer.status, body: answer.body }).toEqual({
      status,
      body: {
        ...WORDS[status],
        message: expect.stringMatching(/\S/),
        status_code: status,
        detail: answer.body.message,
        details: details(),
        request_id: answer.headers.get('x-request-id'),
        retryable: false,
      },
    });
    expect(Array.isArray(answer.body.details)).toBe(false);
    expect(answer.text).not.toContain('\n');
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(answer.headers.has('retry-after')).toBe(false);
    expect(['{"detail":"Not Found"}', 'Not Found']).not.toContain(answer.text);
  });

  it('is to the letter what is documented', async () => {
    const client = owner.with({ 'x-request-id': 'req_of-the-example' });
    const answer = await client.post('/federations', { org_id: 'default', name: '' }).expect(400);
    expect(answer.text).toBe(
      '{"error":"bad_request","message":"name must be 1 to 128 characters","status_code":400,"code":"invalid_input",' +
        '"detail":"name must be 1 to 128 characters","details":{"field":"name"},"request_id":"req_of-the-example",' +
        '"retryable":false,"category":"input"}',
    );
  });
});

describe('the content type', () => {
  const named = () => JSON.stringify({ org_id: 'default', name: unique('Federation') });

  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'application/json;charset=UTF-8',
    'Application/JSON',
  ])('of a body may be %s', (type) => post({ 'content-type': type }, named()).expect(201));

  it('may be said where there is no body', async () => {
    const type = { 'content-type': 'application/json' };
    const guest = federation.invited[0]!.id;
    await owner.raw('GET', '/api/v1/federations', undefined, type).expect(200);
    await owner
      .raw('DELETE', `/api/v1/federations/${federation.id}/members/${guest}`, undefined, type)
      .expect(200);
    const { body } = await gateway.operator
      .post('/api-keys', { org_id: federation.owner.id, name: 'x' })
      .expect(201);
    await gateway.operator.raw('POST', `/api/v1/api-keys/${body.id}/revoke`, '', type).expect(200);
    await gateway.operator.raw('POST', `/api/v1/api-keys/${body.id}/revoke`).expect(200);
  });
});
