import { Readable } from 'node:stream';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import { DomainError, invalidInput } from '../core/errors.js';
import { authenticationHook, type Authenticates } from '../http/authentication.js';
import type { LineUnits } from '../http/line-blocks.js';
import type { RateLimits } from '../http/rate-limit.js';
import { transportRefusal } from '../http/refusal.js';
import { errorAnswer, statusAnswer, type ErrorAnswer } from './error-body.js';
import { handle, type HandlerDependencies } from './handler.js';
import { batchAnswering, type ReadBatchBody } from './observation-batch.js';
import { LINES_TYPE, takeObservationLines, type OpenLineBatch } from './observation-lines.js';
import type { Operation } from './operation.js';
import { BASE_PATH, isRecord } from './route.js';

interface Dependencies extends HandlerDependencies {
  readonly authenticator: Authenticates;
  readonly limits: RateLimits;
  readonly openLineBatch: OpenLineBatch;
  readonly lineUnits: LineUnits;
  readonly readBatchBody: ReadBatchBody;
}

const JSON_TYPE = 'application/json';

const METHODS: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** `/api/v1`: every route of the table, 405 for other methods on its paths, 404 for the rest. */
export async function registerRestRoutes(server: FastifyInstance, dependencies: Dependencies): Promise<void> {
  server.setErrorHandler((error: FastifyError, request, reply) => sendError(error, request, reply));
  server.setNotFoundHandler((request, reply) =>
    sendAnswer(reply, statusAnswer(404, 'there is no such path', request.id)),
  );
  await server.register((scope, _options, done) => {
    scope.addHook('onRequest', authenticationHook(dependencies.authenticator, dependencies.limits));
    for (const operations of byAddress(dependencies.operations)) {
      if (operations[0].route.lines === undefined) addRoute(scope, operations, dependencies);
      else takeObservations(scope, operations[0], dependencies);
    }
    done();
  });
  refuseOtherMethods(server, dependencies.operations);
}

function addRoute(scope: FastifyInstance, operations: Operations, dependencies: Dependencies): void {
  const [{ route }] = operations;
  scope.route({
    method: route.method,
    url: urlOf(operations[0]),
    handler: (request, reply) =>
      handle(chooseOperation(operations, request.body), request, reply, dependencies),
  });
}

/**
 * Takes batches of observations, as a body or as a stream of lines, whose bytes another thread reads. In a scope of its
 * own: on every other route a stream of lines is a media type that is not taken.
 */
function takeObservations(scope: FastifyInstance, operation: Operation, dependencies: Dependencies): void {
  const { method, bodyLimit } = operation.route;
  void scope.register((inner, _options, done) => {
    inner.addContentTypeParser(LINES_TYPE, (_request, body, parsed) => {
      parsed(null, body);
    });
    inner.removeContentTypeParser(JSON_TYPE);
    inner.addContentTypeParser(JSON_TYPE, { parseAs: 'buffer' }, (_request, bytes, parsed) => {
      parsed(null, bytes);
    });
    inner.route({
      method,
      url: urlOf(operation),
      ...(bodyLimit === undefined ? {} : { bodyLimit }),
      handler: async (request, reply) => {
        if (request.body instanceof Readable)
          return takeObservationLines(request, reply, request.body, dependencies);
        const answering = await batchAnswering(operation, request, dependencies.readBatchBody);
        return handle(answering, request, reply, dependencies);
      },
    });
    done();
  });
}

type Operations = readonly [Operation, ...Operation[]];

function byAddress(operations: readonly Operation[]): Iterable<Operations> {
  const addresses = new Map<string, Operations>();
  for (const operation of operations) {
    const address = `${operation.route.method} ${operation.route.path}`;
    const known = addresses.get(address);
    addresses.set(address, known === undefined ? [operation] : [...known, operation]);
  }
  return addresses.values();
}

/** @throws BAD_USER_INPUT where the member that chooses names none of the operations. */
function chooseOperation(operations: Operations, body: unknown): Operation {
  const [first] = operations;
  const member = first.route.when?.member;
  if (member === undefined) return first;
  const value = isRecord(body) ? (body[member] ?? null) : null;
  const chosen = operations.find(({ route: { when } }) =>
    value === null ? when?.isDefault === true : when?.is === value,
  );
  if (chosen !== undefined) return chosen;
  throw invalidInput(member, `must be one of ${operations.map(({ route }) => route.when?.is).join(', ')}`);
}

/** Braces to Fastify's colons. */
function urlOf({ route }: Operation): string {
  return BASE_PATH + route.path.replace(/\{(\w+)\}/g, ':$1');
}

function refuseOtherMethods(server: FastifyInstance, operations: readonly Operation[]): void {
  const methodsByUrl = new Map<string, Set<HTTPMethods>>();
  for (const operation of operations) {
    const methods = methodsByUrl.get(urlOf(operation)) ?? new Set();
    methods.add(operation.route.method);
    if (operation.route.method === 'GET') methods.add('HEAD');
    methodsByUrl.set(urlOf(operation), methods);
  }
  for (const [url, allowed] of methodsByUrl) {
    server.route({
      method: METHODS.filter((method) => !allowed.has(method)),
      url,
      // Before the body is read: whatever it is, the method is wrong.
      onRequest: (request, reply) => {
        reply.header('allow', [...allowed].sort().join(', '));
        sendAnswer(reply, statusAnswer(405, `${request.method} is not allowed here`, request.id));
        return Promise.resolve();
      },
      handler: () => {
        throw new Error('answered by the hook');
      },
    });
  }
}

function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (!(error instanceof DomainError) && transportRefusal(error) === null) {
    request.log.error({ err: error }, 'unexpected error');
  }
  return sendAnswer(reply, errorAnswer(error, request.id));
}

function sendAnswer(reply: FastifyReply, answer: ErrorAnswer): FastifyReply {
  if (answer.retryAfterSeconds !== undefined) reply.header('retry-after', String(answer.retryAfterSeconds));
  return reply.code(answer.status).type('application/json; charset=utf-8').send(JSON.stringify(answer.body));
}
