import { HeaderMap } from '@apollo/server';
import { GraphQLError } from 'graphql';
import type { DomainError } from '../core/errors.js';
import { STATUS_OF } from '../http/status.js';

/** A refusal before the operation is executed: it carries its HTTP status, which errors of the execution do not. */
export function refusalBeforeExecution(refusal: DomainError): GraphQLError {
  const headers = new HeaderMap();
  if (refusal.retryAfterSeconds !== undefined) headers.set('retry-after', String(refusal.retryAfterSeconds));
  return new GraphQLError(refusal.message, {
    originalError: refusal,
    extensions: { code: refusal.code, http: { status: STATUS_OF[refusal.code], headers } },
  });
}
