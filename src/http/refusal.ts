import { DomainError } from '../core/errors.js';

/** A refusal of the transport itself, with its HTTP status. */
export interface TransportRefusal {
  readonly status: 400 | 404 | 408 | 413 | 415 | 431;
  readonly message: string;
}

/**
 * What Fastify and Node refuse before a handler runs. Null for everything else.
 * Codes: https://fastify.dev/docs/latest/Reference/Errors/
 */
export function transportRefusal(error: unknown): TransportRefusal | null {
  if (!(error instanceof Error) || error instanceof DomainError || !('code' in error)) return null;
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return { status: 413, message: 'the body is too large' };
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return { status: 415, message: 'Content-Type must be application/json' };
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return { status: 400, message: 'the body does not have the length that Content-Length says' };
    case 'SLOW_BODY':
      return { status: 408, message: 'the body took too long to come' };
    case 'FST_ERR_BAD_URL':
      return { status: 400, message: 'the path is not a valid URL' };
    case 'ECONNRESET':
      return { status: 400, message: 'the request was not sent to its end' };
    default:
      return null;
  }
}
