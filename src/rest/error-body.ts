import { DomainError, type ErrorCode } from '../core/errors.js';
import { transportRefusal } from '../http/refusal.js';
import { STATUS_OF } from '../http/status.js';
import { toSnakeCase } from '../core/names.js';

/** The words that the public clients know a refusal by. */
interface Words {
  readonly error: string;
  readonly code: string;
  readonly category: 'input' | 'auth' | 'catalog' | 'policy' | 'network' | 'runtime';
}

const WORDS_OF_CODE = {
  BAD_USER_INPUT: { error: 'bad_request', code: 'invalid_input', category: 'input' },
  QUERY_TOO_COMPLEX: { error: 'bad_request', code: 'invalid_input', category: 'input' },
  UNAUTHENTICATED: { error: 'unauthorized', code: 'invalid_api_key', category: 'auth' },
  FORBIDDEN: { error: 'forbidden', code: 'forbidden', category: 'auth' },
  NOT_FOUND: { error: 'not_found', code: 'not_found', category: 'catalog' },
  CONFLICT: { error: 'conflict', code: 'conflict', category: 'policy' },
  PRIVACY_BUDGET_EXCEEDED: { error: 'conflict', code: 'privacy_budget_exceeded', category: 'policy' },
  RATE_LIMITED: { error: 'rate_limited', code: 'rate_limited', category: 'network' },
  SERVICE_UNAVAILABLE: { error: 'service_unavailable', code: 'server_error', category: 'network' },
  INTERNAL_SERVER_ERROR: { error: 'internal_error', code: 'server_error', category: 'runtime' },
} as const satisfies Readonly<Record<ErrorCode, Words>>;

/** What the transport refuses by itself, without a code of ours. */
const WORDS_OF_STATUS: Readonly<Record<number, Words>> = {
  400: { error: 'bad_request', code: 'invalid_input', category: 'input' },
  404: { error: 'not_found', code: 'not_found', category: 'catalog' },
  405: { error: 'method_not_allowed', code: 'invalid_input', category: 'input' },
  408: { error: 'bad_request', code: 'invalid_input', category: 'input' },
  413: { error: 'payload_too_large', code: 'invalid_input', category: 'input' },
  415: { error: 'unsupported_media_type', code: 'invalid_input', category: 'input' },
  431: { error: 'bad_request', code: 'invalid_input', category: 'input' },
};

const RETRYABLE: ReadonlySet<number> = new Set([429, 500, 503]);

export interface ErrorAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds: number | undefined;
}

/** Names of members in a request where they are not the operation's: `first` is asked for as `limit`. */
export type RequestNames = Readonly<Record<string, string>>;

/** The answer to whatever was thrown. What is not a refusal of ours is masked. */
export function errorAnswer(error: unknown, requestId: string, names: RequestNames = {}): ErrorAnswer {
  if (error instanceof DomainError) return domainAnswer(error, requestId, names);
  const refusal = transportRefusal(error);
  if (refusal !== null) return statusAnswer(refusal.status, refusal.message, requestId);
  return domainAnswer(new DomainError('INTERNAL_SERVER_ERROR', 'internal server error'), requestId, names);
}

function domainAnswer(error: DomainError, requestId: string, names: RequestNames): ErrorAnswer {
  const field = error.field === undefined ? undefined : (names[error.field] ?? toSnakeCase(error.field));
  const message =
    field === undefined || error.requirement === undefined ? error.message : `${field} ${error.requirement}`;
  const details = { ...(field === undefined ? {} : { field }), ...error.facts };
  const status = STATUS_OF[error.code];
  return {
    status,
    body: bodyOf(status, WORDS_OF_CODE[error.code], { message, details, requestId }),
    retryAfterSeconds: error.retryAfterSeconds,
  };
}

/** A refusal of the transport itself: unknown path, other method, too large. */
export function statusAnswer(status: number, message: string, requestId: string): ErrorAnswer {
  const words = WORDS_OF_STATUS[status];
  if (words === undefined) throw new Error(`no words for status ${status}`);
  return {
    status,
    body: bodyOf(status, words, { message, details: {}, requestId }),
    retryAfterSeconds: undefined,
  };
}

function bodyOf(
  status: number,
  { error, code, category }: Words,
  {
    message,
    details,
    requestId,
  }: { readonly message: string; readonly details: object; readonly requestId: string },
): Readonly<Record<string, unknown>> {
  return {
    error,
    message,
    status_code: status,
    code,
    detail: message,
    details,
    request_id: requestId,
    retryable: RETRYABLE.has(status),
    category,
  };
}
