import { describe, expect, it } from '@jest/globals';
import {
  conflict,
  DomainError,
  ERROR_CODES,
  forbidden,
  invalidInput,
  notFound,
  unavailable,
  type ErrorCode,
} from '../../../src/core/errors.js';
import { errorAnswer, statusAnswer } from '../../../src/rest/error-body.js';

const ID = 'req_0123456789';

type Words = readonly [status: number, error: string, code: string, category: string, retryable: boolean];

/** The contract's table. */
const CONTRACT: Readonly<Record<ErrorCode, Words>> = {
  BAD_USER_INPUT: [400, 'bad_request', 'invalid_input', 'input', false],
  QUERY_TOO_COMPLEX: [400, 'bad_request', 'invalid_input', 'input', false],
  UNAUTHENTICATED: [401, 'unauthorized', 'invalid_api_key', 'auth', false],
  FORBIDDEN: [403, 'forbidden', 'forbidden', 'auth', false],
  NOT_FOUND: [404, 'not_found', 'not_found', 'catalog', false],
  CONFLICT: [409, 'conflict', 'conflict', 'policy', false],
  PRIVACY_BUDGET_EXCEEDED: [409, 'conflict', 'privacy_budget_exceeded', 'policy', false],
  RATE_LIMITED: [429, 'rate_limited', 'rate_limited', 'network', true],
  INTERNAL_SERVER_ERROR: [500, 'internal_error', 'server_error', 'runtime', true],
  SERVICE_UNAVAILABLE: [503, 'service_unavailable', 'server_error', 'network', true],
};

describe('the answer to', () => {
  it.each(ERROR_CODES)('%s has all members, in the words of the contract', (code) => {
    const [status, error, restCode, category, retryable] = CONTRACT[code];
    const answer = errorAnswer(new DomainError(code, 'what happened'), ID);
    expect(answer).toEqual({
      status,
      body: {
        error,
        message: 'what happened',
        status_code: status,
        code: restCode,
        detail: 'what happened',
        details: {},
        request_id: ID,
        retryable,
        category,
      },
      retryAfterSeconds: undefined,
    });
    expect(JSON.stringify(answer.body)).not.toContain('\n');
  });

  it('bad input names the member as the request does, in message and details', () => {
    expect(errorAnswer(invalidInput('orgIds', 'must name 1 to 1000 organizations'), ID).body).toMatchObject({
      message: 'org_ids must name 1 to 1000 organizations',
      detail: 'org_ids must name 1 to 1000 organizations',
      details: { field: 'org_ids' },
    });
  });

  it('a wrong page size names limit, which the operation calls first', () => {
    const refusal = invalidInput('first', 'must be 1 to 1000');
    expect(errorAnswer(refusal, ID, { first: 'limit' }).body).toMatchObject({
      message: 'limit must be 1 to 1000',
      details: { field: 'limit' },
    });
    expect(errorAnswer(refusal, ID).body).toMatchObject({ details: { field: 'first' } });
  });

  it('a message without a requirement keeps it', () => {
    const refusal = new DomainError('BAD_USER_INPUT', 'orgId is odd', { field: 'orgId' });
    expect(errorAnswer(refusal, ID).body).toMatchObject({
      message: 'orgId is odd',
      details: { field: 'org_id' },
    });
  });

  it('a conflict carries its facts', () => {
    expect(errorAnswer(conflict('taken', { existing_id: 'fed_1' }), ID).body).toMatchObject({
      details: { existing_id: 'fed_1' },
    });
  });

  it('a refusal that passes says when to come again', () => {
    expect(errorAnswer(unavailable('busy', 3), ID)).toMatchObject({ status: 503, retryAfterSeconds: 3 });
  });

  it('something hidden says the same as to something absent', () => {
    expect(errorAnswer(notFound('federation'), ID)).toEqual(errorAnswer(notFound('federation'), ID));
    expect(errorAnswer(notFound('federation'), ID).body).toMatchObject({ message: 'federation not found' });
  });

  it('not being found is never what a client takes for a cold start', () => {
    for (const answer of [
      errorAnswer(notFound('federation'), ID),
      statusAnswer(404, 'there is no such route', ID),
    ])
      expect(Object.keys(answer.body).length).toBeGreaterThan(1);
  });

  const unexpected: readonly unknown[] = [
    new Error('secret: SELECT * FROM api_keys'),
    Object.assign(new Error('boom'), { code: 'ER_PARSE_ERROR' }),
    Object.assign(new TypeError('x is not a function'), { statusCode: 418 }),
    'a thrown text',
    { message: 'not an error', code: 'FST_ERR_CTP_BODY_TOO_LARGE' },
    null,
    undefined,
  ];
  it.each(unexpected)('what nobody expected says nothing of it: %p', (error) => {
    const { status, body } = errorAnswer(error, ID);
    expect(status).toBe(500);
    expect(body).toMatchObject({ message: 'internal server error', details: {}, request_id: ID });
  });

  it('a cause stays inside', () => {
    const refusal = new DomainError('SERVICE_UNAVAILABLE', 'busy', {
      cause: new Error('mysql://root:pw@db'),
    });
    expect(JSON.stringify(errorAnswer(refusal, ID))).not.toContain('root');
  });

  it('a refusal by the policies is the caller’s to read', () => {
    expect(errorAnswer(forbidden('only the owner may'), ID).body).toMatchObject({
      message: 'only the owner may',
    });
  });
});

describe('the answer of the transport', () => {
  it.each([
    ['FST_ERR_CTP_BODY_TOO_LARGE', 413, 'payload_too_large'],
    ['FST_ERR_CTP_INVALID_MEDIA_TYPE', 415, 'unsupported_media_type'],
    ['FST_ERR_CTP_INVALID_CONTENT_LENGTH', 400, 'bad_request'],
    ['FST_ERR_BAD_URL', 400, 'bad_request'],
  ])('to %s is %d', (code, status, error) => {
    const answer = errorAnswer(Object.assign(new Error('of Fastify'), { code }), ID);
    expect(answer).toMatchObject({ status, body: { error, code: 'invalid_input', category: 'input' } });
    expect(JSON.stringify(answer.body)).not.toContain('of Fastify');
  });

  it.each([
    [405, 'method_not_allowed', 'invalid_input', 'input'],
    [404, 'not_found', 'not_found', 'catalog'],
    [413, 'payload_too_large', 'invalid_input', 'input'],
  ])('%d is not to be repeated', (status, error, code, category) => {
    expect(statusAnswer(status, 'no', ID).body).toEqual({
      error,
      message: 'no',
      status_code: status,
      code,
      detail: 'no',
      details: {},
      request_id: ID,
      retryable: false,
      category,
    });
  });

  it('has words for every status that it gives', () => {
    expect(() => statusAnswer(418, 'no', ID)).toThrow('418');
  });
});
