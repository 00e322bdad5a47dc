import { HeaderMap, type ApolloServer, type HTTPGraphQLResponse } from '@apollo/server';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '../core/errors.js';
import type { Database } from '../db/database.js';
import { authenticationHook, callOf, secretOf } from '../http/authentication.js';
import type { RateLimits } from '../http/rate-limit.js';
import { transportRefusal } from '../http/refusal.js';
import { STATUS_OF } from '../http/status.js';
import type { Authenticator } from '../auth/index.js';
import type { CreateContext, RequestContext } from './context.js';
import { extensionsOf } from './format-error.js';
import { LANDING_PAGE_CSP } from './landing-page.js';
import type { ShapeLimit } from './limits/shape.limit.js';
import { refusalBeforeExecution } from './refuse.js';

export const GRAPHQL_PAGE_SIZE = 100;

interface Dependencies {
  readonly apollo: ApolloServer<RequestContext>;
  readonly authenticator: Authenticator;
  readonly limits: RateLimits;
  readonly shapes: ShapeLimit;
  readonly db: Database;
  readonly createContext: CreateContext;
}

/** `/graphql`: queries and mutations by POST, queries by GET, and Apollo Sandbox for browsers that open it. */
export async function registerGraphqlRoutes(
  server: FastifyInstance,
  dependencies: Dependencies,
): Promise<void> {
  await server.register((scope, _options, done) => {
    scope.addHook(
      'onRequest',
      authenticationHook(dependencies.authenticator, dependencies.limits, opensLandingPage),
    );
    scope.setErrorHandler((error: FastifyError, request, reply) => sendError(error, request, reply));
    scope.route({
      method: ['GET', 'POST'],
      url: '/graphql',
      handler: (request, reply) => answer(request, reply, dependencies),
    });
    scope.route({
      method: ['PUT', 'PATCH', 'DELETE'],
      url: '/graphql',
      handler: (request, reply) =>
        reply
          .code(405)
          .header('allow', 'GET, POST')
          .send(errorBody('use GET or POST', { code: 'BAD_REQUEST', requestId: request.id })),
    });
    done();
  });
}

function opensLandingPage(request: FastifyRequest): boolean {
  const isBrowser = request.method === 'GET' && request.headers.accept?.includes('text/html') === true;
  return isBrowser && secretOf(request.headers) === null;
}

async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  dependencies: Dependencies,
): Promise<FastifyReply> {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const queryStart = request.url.indexOf('?');
  let context: RequestContext | null = null;
  const response = await dependencies.apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method: request.method,
      headers,
      body: request.body,
      search: queryStart === -1 ? '' : request.url.slice(queryStart),
    },
    context: () => {
      context = contextOf(request, dependencies);
      return Promise.resolve(context);
    },
  });
  request.logged = loggedOf(context);
  return send(response, request, reply);
}

function loggedOf(context: RequestContext | null): FastifyRequest['logged'] {
  if (context === null) return null;
  const { operation, cost, errorCode } = context.told;
  return {
    ...(operation === null ? {} : { operation: operation.name, operation_hash: operation.hash, cost }),
    ...(errorCode === null ? {} : { code: errorCode }),
  };
}

function contextOf(request: FastifyRequest, { shapes, createContext, db }: Dependencies): RequestContext {
  if (request.call === null) {
    throw refusalBeforeExecution(new DomainError('UNAUTHENTICATED', 'an API key is required'));
  }
  try {
    for (const source of sourcesOf(request)) shapes.check(source);
  } catch (error) {
    throw error instanceof DomainError ? refusalBeforeExecution(error) : error;
  }
  return createContext(callOf(request), db, GRAPHQL_PAGE_SIZE);
}

function sourcesOf(request: FastifyRequest): string[] {
  return [request.body, request.query].flatMap((carrier) => {
    if (typeof carrier !== 'object' || carrier === null || !('query' in carrier)) return [];
    return typeof carrier.query === 'string' ? [carrier.query] : [];
  });
}

async function send(
  response: HTTPGraphQLResponse,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  reply.code(response.status ?? 200);
  for (const [name, value] of response.headers) reply.header(name, value);
  if (response.body.kind !== 'complete') throw new Error('incremental delivery is not offered');
  if (response.headers.get('content-type')?.startsWith('text/html') === true) {
    reply.header('content-security-policy', LANDING_PAGE_CSP);
  }
  return reply.send(withRequestId(response.body.string, response.status ?? 200, request.id));
}

/** Refusals that Apollo makes before its plugins run lack the request id; they are rare, so reading them again is cheap. */
function withRequestId(body: string, status: number, requestId: string): string {
  if (status < 400) return body;
  const parsed: unknown = JSON.parse(body);
  if (typeof parsed !== 'object' || parsed === null || !('errors' in parsed) || !Array.isArray(parsed.errors))
    return body;
  const errors = parsed.errors.map((error: { extensions?: object }) => ({
    ...error,
    extensions: { ...error.extensions, requestId },
  }));
  return `${JSON.stringify({ ...parsed, errors })}\n`;
}

/** What is refused before Apollo sees it: the key, the rate, the body. */
function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const requestId = request.id;
  if (error instanceof DomainError) {
    if (error.retryAfterSeconds !== undefined) reply.header('retry-after', String(error.retryAfterSeconds));
    return reply
      .code(STATUS_OF[error.code])
      .send(errorBody(error.message, { ...extensionsOf(error), requestId }));
  }
  const refusal = transportRefusal(error);
  if (refusal !== null)
    return reply.code(refusal.status).send(errorBody(refusal.message, { code: 'BAD_REQUEST', requestId }));
  request.log.error({ err: error }, 'unexpected error');
  return reply
    .code(500)
    .send(errorBody('internal server error', { code: 'INTERNAL_SERVER_ERROR', requestId }));
}

function errorBody(message: string, extensions: Record<string, unknown>): object {
  return { errors: [{ message, extensions }] };
}
