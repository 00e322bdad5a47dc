import type { FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import type { Viewer } from '../core/viewer.js';
import { rateLimited, rateLimitHeaders, type Allowance, type RateLimits } from './rate-limit.js';

/** Who calls and what is left of its rate, known before the body is read. */
export interface AuthenticatedCall {
  readonly requestId: string;
  readonly viewer: Viewer;
  /** Null while limiting is off. */
  readonly allowance: Allowance | null;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Null until the authentication hook has run. */
    call: AuthenticatedCall | null;
  }
}

export interface Authenticates {
  authenticate(secret: string | null): Promise<Viewer>;
}

/** The secret of `Authorization: Bearer` or `X-API-Key`. Nothing is read from its form. */
export function secretOf(headers: FastifyRequest['headers']): string | null {
  const bearer = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
  if (bearer !== undefined) return bearer;
  const key = headers['x-api-key'];
  return typeof key === 'string' ? key : null;
}

/**
 * A hook that authenticates and counts a request before its body is read.
 * @throws UNAUTHENTICATED, RATE_LIMITED
 */
export function authenticationHook(
  authenticator: Authenticates,
  limits: RateLimits,
  isPublic: (request: FastifyRequest) => boolean = () => false,
): onRequestAsyncHookHandler {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    if (isPublic(request)) return;
    const viewer = await authenticator.authenticate(secretOf(request.headers));
    const counted = await limits.countRequest(viewer);
    request.call = { requestId: request.id, viewer, allowance: counted };
    if (counted === null) return;
    reply.headers(rateLimitHeaders(counted));
    if (counted.isExceeded)
      throw rateLimited(`more than ${counted.limit} requests in a minute`, counted.resetSeconds);
  };
}

/** The call of a request behind the authentication hook. */
export function callOf(request: FastifyRequest): AuthenticatedCall {
  if (request.call === null) throw new Error('the route is not behind the authentication hook');
  return request.call;
}
