import { expect } from '@jest/globals';
import type { Answer, Json } from './client.js';

const INTERNALS =
  /node_modules|\bat .{1,80}\.(?:m?js|ts):\d+|(?:\/[\w.-]+)+\.(?:m?js|ts|sqlite)\b|SQLITE_|\bER_[A-Z]+_|QueryFailedError|\bselect\b.{1,80}\bfrom\b|\binsert into\b|stack/i;

/** Nothing of the inside leaves the server: no SQL, no paths, no traces. */
export function expectNothingInternal(text: string): void {
  expect(INTERNALS.exec(text)?.[0] ?? '').toBe('');
}

const WORDS: Readonly<Record<number, readonly [error: string, code: string, category: string]>> = {
  400: ['bad_request', 'invalid_input', 'input'],
  404: ['not_found', 'not_found', 'catalog'],
  405: ['method_not_allowed', 'invalid_input', 'input'],
  413: ['payload_too_large', 'invalid_input', 'input'],
  415: ['unsupported_media_type', 'invalid_input', 'input'],
  431: ['bad_request', 'invalid_input', 'input'],
  500: ['internal_error', 'server_error', 'runtime'],
  503: ['service_unavailable', 'server_error', 'network'],
};

/** The REST error body with all of its members, and the id of the request on both places. */
export function expectRestError(answer: Answer, status: number, field?: string): void {
  const [error, code, category] = WORDS[status]!;
  const details = field === undefined ? expect.any(Object) : expect.objectContaining({ field });
  expect({ status: answer.status, body: answer.body }).toEqual({
    status,
    body: {
      error,
      message: expect.stringMatching(/\S/),
      status_code: status,
      code,
      detail: answer.body?.message,
      details,
      request_id: answer.headers.get('x-request-id'),
      retryable: status >= 500,
      category,
    },
  });
  expect(Array.isArray(answer.body.details)).toBe(false);
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(answer.text).not.toContain('\n');
  expectNothingInternal(answer.text);
}

/** Every error of a GraphQL answer has a code and the id of the request; the first has this code and field. */
export function expectGraphqlError(answer: Answer, code: string, field?: string): void {
  const errors: Json[] = answer.body?.errors ?? [];
  expect({ status: answer.status, codes: errors.map(({ extensions }) => extensions?.code) }).toEqual({
    status: answer.status,
    codes: [code, ...errors.slice(1).map(() => expect.any(String))],
  });
  for (const { extensions } of errors) expect(extensions.requestId).toBe(answer.headers.get('x-request-id'));
  if (field !== undefined)
    expect(errors[0].extensions.field).toMatch(new RegExp(`^${field}(?:\\[\\d+\\])?$`));
  expectNothingInternal(answer.text);
}
