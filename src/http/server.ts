import cors from '@fastify/cors';
import fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import type { Socket } from 'node:net';
import type { Logger } from '../core/logger.js';
import { limitBodyTime } from './body-time.js';
import { parseJsonBody } from './json-body.js';
import type { Metrics } from './metrics.js';
import { newRequestId, requestIdOf } from './request-id.js';

const BODY_LIMIT = 256 * 1024;
const HEADERS_TIMEOUT_MS = 5_000;
const CONNECTIONS_CHECK_MS = 1_000;
const MAX_HEADER_BYTES = 16 * 1024;
/** An id of any length is looked for and not found; the bound is that of the whole head. */
const MAX_PARAM_LENGTH = MAX_HEADER_BYTES;

export interface HttpServerOptions {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly corsOrigins: '*' | readonly string[];
  /** Makes the body of a refusal that no route answers, such as a malformed request line. */
  readonly errorBody: (status: number, message: string, requestId: string) => string;
}

/** The HTTP server with what all of its addresses share; routes are registered by the APIs. */
export async function createHttpServer(options: HttpServerOptions): Promise<FastifyInstance> {
  const logger: FastifyBaseLogger = options.logger;
  const server = fastify({
    loggerInstance: logger,
    // One line a request is written by the hook below; the id goes under its own name.
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request_id' }),
    genReqId: requestIdOf,
    bodyLimit: BODY_LIMIT,
    // It would cover the whole body, also one of any length: bodies have timers of their own.
    requestTimeout: 0,
    forceCloseConnections: 'idle',
    // What arrives on an open connection while draining is still answered, with `connection: close`.
    return503OnClosing: false,
    routerOptions: { ignoreDuplicateSlashes: true, maxParamLength: MAX_PARAM_LENGTH },
    http: {
      headersTimeout: HEADERS_TIMEOUT_MS,
      connectionsCheckingInterval: CONNECTIONS_CHECK_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
    },
    frameworkErrors: (_error: Error, request: FastifyRequest, reply: FastifyReply) => {
      void reply
        .code(404)
        .header('x-request-id', request.id)
        .type('application/json; charset=utf-8')
        .send(options.errorBody(404, 'there is no such path', request.id));
    },
    clientErrorHandler: (error, socket) => {
      refuseConnection(error, socket, options.errorBody);
    },
  });
  server.decorateRequest('call', null);
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, raw, done) => {
    try {
      done(null, parseJsonBody(Buffer.isBuffer(raw) ? raw : Buffer.from(raw)));
    } catch (error) {
      done(error instanceof Error ? error : new Error('unreadable body'), undefined);
    }
  });
  server.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff');
  });
  limitBodyTime(server);
  await allowOrigins(server, options.corsOrigins);
  answerUnknownPaths(server, options.errorBody);
  closeConnectionsWhileDraining(server);
  logRequests(server, options.metrics);
  return server;
}

async function allowOrigins(
  server: FastifyInstance,
  origins: HttpServerOptions['corsOrigins'],
): Promise<void> {
  await server.register(cors, {
    origin: origins === '*' ? '*' : [...origins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
    allowedHeaders: [
      'authorization',
      'content-type',
      'idempotency-key',
      'x-api-key',
      'x-org-id',
      'x-request-id',
    ],
    exposedHeaders: ['retry-after', 'ratelimit', 'ratelimit-policy', 'x-request-id', 'link', 'x-total-count'],
    maxAge: 600,
    // An OPTIONS that is no preflight is not worth a refusal in plain text.
    strictPreflight: false,
  });
}

/** Before the body is read: whatever it is, there is nobody to take it. */
function answerUnknownPaths(server: FastifyInstance, errorBody: HttpServerOptions['errorBody']): void {
  server.addHook('onRequest', async (request, reply) => {
    if (!request.is404) return;
    reply.code(404).type('application/json; charset=utf-8');
    await reply.send(errorBody(404, 'there is no such path', request.id));
  });
}

/** A client that keeps its connection would keep the process: the last answer on it says that it is closed. */
function closeConnectionsWhileDraining(server: FastifyInstance): void {
  let isDraining = false;
  server.addHook('preClose', (done) => {
    isDraining = true;
    done();
  });
  server.addHook('onSend', (_request, reply, _payload, done) => {
    if (isDraining) reply.header('connection', 'close');
    done();
  });
}

/** One line a request: who, what, how long, how it ended. Never keys, bodies or query text. */
function logRequests(server: FastifyInstance, metrics: Metrics): void {
  server.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    const ms = reply.elapsedTime;
    metrics.observeRequest(route, reply.statusCode, ms / 1000);
    request.log.info(
      {
        method: request.method,
        route,
        status: reply.statusCode,
        ms: Math.round(ms * 100) / 100,
        org_id: request.call?.viewer.orgId,
        key_prefix: request.call?.viewer.keyPrefix,
        ...request.logged,
      },
      'request',
    );
  });
  server.decorateRequest('logged', null);
}

declare module 'fastify' {
  interface FastifyRequest {
    /** What a route adds to its log line: operation name, cost, error code. */
    logged: Readonly<Record<string, string | number>> | null;
  }
}

const STATUS_BY_CODE: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** A request that Node's parser refuses never reaches a route; it too gets a JSON body. */
function refuseConnection(
  error: Error & { code?: string },
  socket: Socket,
  errorBody: HttpServerOptions['errorBody'],
): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = STATUS_BY_CODE[error.code ?? ''] ?? 400;
  const requestId = newRequestId();
  const body = errorBody(
    status,
    'the request is not valid HTTP/1.1, is too large in its head, or took too long',
    requestId,
  );
  socket.end(
    `HTTP/1.1 ${status} Refused\r\nX-Request-Id: ${requestId}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
