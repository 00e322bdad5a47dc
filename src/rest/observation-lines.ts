import type { FastifyReply, FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { DomainError, errorOf, invalidInput, refusalOf, withFacts } from '../core/errors.js';
import { release } from '../core/release.js';
import { callOf, type AuthenticatedCall } from '../http/authentication.js';
import { discardBody, SlowBody, stopBodyTimer } from '../http/body-time.js';
import { lineBlocksOf, type LineBlock, type LineUnits } from '../http/line-blocks.js';
import { statusAnswer } from './error-body.js';
import { parseIdempotencyKey, type Idempotency, type IdempotentRequest } from './idempotency.js';
import type { RestRequest } from './operation.js';
import { isRecord } from './route.js';

export const LINES_TYPE = 'application/x-ndjson';

const JSON_TYPE = 'application/json; charset=utf-8';

/** A batch that takes its lines in blocks. */
export interface LineBatch {
  readonly batchId: string;
  /** Observations that are stored. */
  readonly accepted: number;
  /** When it returns, the lines that were taken before are stored. */
  take(lines: LineBlock): Promise<void>;
  /** Waits until what was taken is stored. */
  settle(): Promise<void>;
  end(): Promise<Stored>;
}

/** What the answer to a batch says. */
export interface Stored {
  readonly batchId: string;
  readonly accepted: number;
  readonly duplicate: boolean;
}

/** Begins a batch for a caller that may send one. @throws DomainError */
export type OpenLineBatch = (
  call: AuthenticatedCall,
  input: { readonly federationId: string; readonly orgId: string | null; readonly batchId: string | null },
) => Promise<LineBatch>;

interface LineDependencies {
  readonly openLineBatch: OpenLineBatch;
  /** Lines that belong together, and how they are made smaller. */
  readonly lineUnits: LineUnits;
  readonly idempotency: Idempotency;
}

/**
 * Takes a batch as a stream of lines. It is no stored operation: an operation has its whole input before it runs, and
 * this input has no bound. The rules are those of the use case behind the operation.
 */
export async function takeObservationLines(
  request: FastifyRequest,
  reply: FastifyReply,
  body: Readable,
  dependencies: LineDependencies,
): Promise<FastifyReply> {
  request.logged = { operation: 'StreamObservations' };
  stopBodyTimer(request);
  try {
    const answer = await answerLines(request, body, dependencies);
    if (answer.isReplayed) reply.header('idempotent-replayed', 'true');
    return await reply.code(answer.status).type(JSON_TYPE).send(JSON.stringify(answer.body));
  } catch (error) {
    if (error instanceof SlowBody) reply.header('connection', 'close');
    throw error;
  } finally {
    discardBody(request, reply);
  }
}

async function answerLines(
  request: FastifyRequest,
  body: Readable,
  { openLineBatch, lineUnits, idempotency }: LineDependencies,
): Promise<{ readonly status: number; readonly body: unknown; readonly isReplayed: boolean }> {
  if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') {
    const refusal = statusAnswer(415, 'a body with a Content-Encoding is not accepted', request.id);
    return { ...refusal, isReplayed: false };
  }
  const key = parseIdempotencyKey(request.headers['idempotency-key']);
  const address = addressOf(request, key);
  const batch = await openLineBatch(callOf(request), address);
  const isRepeat = key !== null && (await idempotency.bind(bindingOf(request, key, address)));
  const { batchId, accepted, duplicate } = await takeLines(batch, body, lineUnits);
  return { status: 200, body: { batch_id: batchId, accepted, duplicate }, isReplayed: isRepeat && duplicate };
}

/** The chunks tell whether the lines are those of before; here it is told whether the batch is. */
function bindingOf(
  request: FastifyRequest,
  idempotencyKey: string,
  address: Parameters<OpenLineBatch>[1],
): IdempotentRequest {
  const content = JSON.stringify([LINES_TYPE, address]);
  return { keyId: callOf(request).viewer.keyId, idempotencyKey, content };
}

async function takeLines(batch: LineBatch, body: Readable, units: LineUnits): Promise<Stored> {
  try {
    let before = new Uint8Array();
    for await (const block of lineBlocksOf(body, units)) {
      await batch.take(block);
      release(before);
      before = block.bytes;
    }
    return await batch.end();
  } catch (error) {
    throw withStored(await firstReason(error, batch), batch);
  }
}

/** What was taken before is stored before the answer says how much that is; what goes wrong with it comes first. */
async function firstReason(error: unknown, batch: LineBatch): Promise<unknown> {
  try {
    await batch.settle();
    return error;
  } catch (earlier) {
    return earlier;
  }
}

/** A refusal says what is stored nevertheless. */
function withStored(error: unknown, { batchId, accepted }: LineBatch): unknown {
  if (!(error instanceof DomainError)) return error;
  return errorOf(withFacts(refusalOf(error), { accepted, batch_id: batchId }), error.cause);
}

function addressOf(request: FastifyRequest, key: string | null): Parameters<OpenLineBatch>[1] {
  const path = isRecord(request.params) ? request.params : {};
  const query = isRecord(request.query) ? request.query : {};
  return {
    ...ownerOf({ path, query }),
    batchId: textOf(query, 'batch_id') ?? (key === null ? null : batchIdOfRepeat(request, key)),
  };
}

/** Of whom a batch is. @throws BAD_USER_INPUT for a member that is given twice. */
export function ownerOf({ path, query }: Pick<RestRequest, 'path' | 'query'>): {
  readonly federationId: string;
  readonly orgId: string | null;
} {
  return { federationId: textOf(path, 'id') ?? '', orgId: textOf(query, 'org_id') };
}

/**
 * An Idempotency-Key names the batch where nothing else does: the whole body cannot be compared before its first line
 * is stored, but its chunks are.
 */
function batchIdOfRepeat(request: FastifyRequest, key: string): string {
  const hash = createHash('sha256')
    .update(`${callOf(request).viewer.keyId} ${key}`)
    .digest('hex');
  return `idempotent-${hash.slice(0, 32)}`;
}

function textOf(members: Readonly<Record<string, unknown>>, name: string): string | null {
  const value = Object.hasOwn(members, name) ? members[name] : undefined;
  if (value === undefined) return null;
  if (typeof value === 'string') return value;
  throw invalidInput(name, 'must be given once');
}
