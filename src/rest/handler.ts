import type { FastifyReply, FastifyRequest } from 'fastify';
import { conflict, DomainError } from '../core/errors.js';
import type { Database, Db } from '../db/database.js';
import { callOf } from '../http/authentication.js';
import { parseJsonBody } from '../http/json-body.js';
import { STATUS_OF } from '../http/status.js';
import { errorAnswer } from './error-body.js';
import { parseIdempotencyKey, type Idempotency, type StoredAnswer } from './idempotency.js';
import { PAGE_NAMES, type Operation, type RestAnswer } from './operation.js';
import { isRecord, type OnRecord } from './route.js';

const JSON_TYPE = 'application/json; charset=utf-8';

/** Refusals that end the right to a stored answer. */
const REFUSALS: ReadonlySet<number> = new Set([401, 403, 404]);

/** An answer that is ready to be sent. */
interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly page: RestAnswer['page'];
  readonly retryAfterSeconds: number | undefined;
}

export interface HandlerDependencies {
  readonly operations: readonly Operation[];
  readonly db: Database;
  readonly idempotency: Idempotency;
}

/** What answers the requests of a route. */
export type Answering = Pick<Operation, 'route' | 'name' | 'run'>;

/** Answers one request of a route. */
export async function handle(
  operation: Answering,
  request: FastifyRequest,
  reply: FastifyReply,
  { db, idempotency, operations }: HandlerDependencies,
): Promise<FastifyReply> {
  const attempt = (on: Db) => attemptOn(operation, request, on);
  const isWrite = request.method === 'POST' || request.method === 'PUT';
  const idempotencyKey = isWrite ? parseIdempotencyKey(request.headers['idempotency-key']) : null;
  const recorded = recordOf(operation, operations);
  if (idempotencyKey === null) return send(reply, request, await attempt(db));

  const outcome = await idempotency.run(
    { keyId: callOf(request).viewer.keyId, idempotencyKey, content: contentOf(operation, request) },
    attempt,
    {
      toStored: (answer) => toStored(answer, operation),
      // The same refusal as before is the stored one.
      isRefusedNow: ({ status }, stored) =>
        (REFUSALS.has(status) || (status >= 400 && stored.status < 400 && recorded !== null)) &&
        status !== stored.status,
      repeatOf: (stored) =>
        recorded !== null && stored.status < 400
          ? (on) => attemptRecord(recorded, stored, request, on)
          : null,
    },
  );
  if (outcome.kind === 'fresh') return send(reply, request, outcome.answer);
  reply.header('idempotent-replayed', 'true');
  return reply.code(outcome.answer.status).type(JSON_TYPE).send(outcome.answer.body);
}

/** How the record of an answer is read. */
interface Recorded {
  readonly onRecord: OnRecord;
  readonly reading: Answering;
}

function recordOf({ route: { onRecord } }: Answering, operations: readonly Operation[]): Recorded | null {
  if (onRecord === undefined) return null;
  const reading = operations.find(({ route }) => route.method === 'GET' && route.path === onRecord.path);
  if (reading === undefined) throw new Error(`there is no route at ${onRecord.path}`);
  return { onRecord, reading };
}

/** The record of a stored answer, or a refusal where it is not shown any more. */
async function attemptRecord(
  { onRecord, reading }: Recorded,
  stored: StoredAnswer,
  request: FastifyRequest,
  db: Db,
): Promise<Answer> {
  const answer: unknown = JSON.parse(stored.body);
  const id = isRecord(answer) ? answer[onRecord.id] : undefined;
  const path = { ...(isRecord(request.params) ? request.params : {}), [onRecord.pathName]: id };
  return answerTo(reading, request, async () => {
    const record = await reading.run({ path, query: {}, body: {} }, callOf(request), db);
    if (isRecord(record.body) && record.body['result'] !== null) return record;
    throw conflict('the answer to this Idempotency-Key may not be shown any more; ask with another one');
  });
}

/** A refusal of the request is an answer like others; an outage or a defect is thrown on. */
async function attemptOn(operation: Answering, request: FastifyRequest, db: Db): Promise<Answer> {
  const path = isRecord(request.params) ? request.params : {};
  const query = isRecord(request.query) ? request.query : {};
  const body = request.body === undefined ? {} : request.body;
  return answerTo(operation, request, () => operation.run({ path, query, body }, callOf(request), db));
}

async function answerTo(
  operation: Answering,
  request: FastifyRequest,
  run: () => Promise<RestAnswer>,
): Promise<Answer> {
  try {
    request.logged = { operation: operation.name };
    return { ...(await run()), retryAfterSeconds: undefined };
  } catch (error) {
    if (!(error instanceof DomainError) || STATUS_OF[error.code] >= 500) throw error;
    request.logged = { operation: operation.name, code: error.code };
    return {
      ...errorAnswer(error, request.id, operation.route.paging === undefined ? {} : PAGE_NAMES),
      page: null,
    };
  }
}

function contentOf(operation: Answering, request: FastifyRequest): string {
  const { method, path } = operation.route;
  const body = Buffer.isBuffer(request.body) ? parseJsonBody(request.body) : (request.body ?? {});
  return JSON.stringify([method, path, request.params, request.query, body]);
}

/** Secrets are never stored. */
function toStored({ status, body }: Answer, operation: Answering): StoredAnswer {
  const { secrets = [] } = operation.route;
  const withheld = Object.fromEntries(secrets.map((name) => [name, null]));
  const stored = status < 400 && secrets.length > 0 && isRecord(body) ? { ...body, ...withheld } : body;
  return { status, body: JSON.stringify(stored) };
}

function send(reply: FastifyReply, request: FastifyRequest, answer: Answer): FastifyReply {
  if (answer.retryAfterSeconds !== undefined) reply.header('retry-after', String(answer.retryAfterSeconds));
  if (answer.page !== null) setPageHeaders(reply, request, answer.page);
  return reply.code(answer.status).type(JSON_TYPE).send(JSON.stringify(answer.body));
}

function setPageHeaders(
  reply: FastifyReply,
  request: FastifyRequest,
  page: NonNullable<RestAnswer['page']>,
): void {
  reply.header('x-total-count', String(page.total));
  const query = isRecord(request.query) ? request.query : {};
  if (!page.hasNextPage || query['limit'] === undefined) return;
  const next = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) next.set(name, String(value));
  next.set('offset', String(page.offset + page.limit));
  const path = request.url.split('?', 1)[0]?.replace(/\/{2,}/g, '/') ?? '';
  reply.header('link', `<${path}?${next.toString()}>; rel="next"`);
}
