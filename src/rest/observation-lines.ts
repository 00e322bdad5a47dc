import type { FastifyReply, FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { DomainError, invalidInput } from '../core/errors.js';
import { parseTime } from '../core/time.js';
import { callOf, type AuthenticatedCall } from '../http/authentication.js';
import { discardBody, SlowBody, stopBodyTimer } from '../http/body-time.js';
import { parseJson } from '../http/json-body.js';
import { linesOf, type Line } from '../http/lines.js';
import { statusAnswer } from './error-body.js';
import { parseIdempotencyKey, type Idempotency, type IdempotentRequest } from './idempotency.js';
import { isRecord } from './route.js';

export const LINES_TYPE = 'application/x-ndjson';

const JSON_TYPE = 'application/json; charset=utf-8';

/** An observation as a line carries it: the types of its members are checked, their values not yet. */
export interface LineObservation {
  readonly recordedAt: number;
  readonly deviceGroup: string;
  readonly deviceId: string | null;
  readonly devicePlatform: string | null;
  readonly metrics: unknown;
  readonly attributes: unknown;
}

/** A batch that takes observations one by one and stores them in chunks. */
export interface LineBatch {
  readonly batchId: string;
  /** Observations that are stored. */
  readonly accepted: number;
  add(observation: LineObservation, line: number): Promise<void>;
  /** Waits until the whole chunks of what was added are stored. */
  settle(): Promise<void>;
  end(): Promise<{ readonly batchId: string; readonly accepted: number; readonly duplicate: boolean }>;
}

/** Begins a batch for a caller that may send one. @throws DomainError */
export type OpenLineBatch = (
  call: AuthenticatedCall,
  input: { readonly federationId: string; readonly orgId: string | null; readonly batchId: string | null },
) => Promise<LineBatch>;

interface LineDependencies {
  readonly openLineBatch: OpenLineBatch;
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
  { openLineBatch, idempotency }: LineDependencies,
): Promise<{ readonly status: number; readonly body: unknown; readonly isReplayed: boolean }> {
  if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') {
    const refusal = statusAnswer(415, 'a body with a Content-Encoding is not accepted', request.id);
    return { ...refusal, isReplayed: false };
  }
  const key = parseIdempotencyKey(request.headers['idempotency-key']);
  const address = addressOf(request, key);
  const batch = await openLineBatch(callOf(request), address);
  const isRepeat = key !== null && (await idempotency.bind(bindingOf(request, key, address)));
  const { batchId, accepted, duplicate } = await takeLines(batch, body);
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

async function takeLines(batch: LineBatch, body: Readable): ReturnType<LineBatch['end']> {
  let number = 0;
  try {
    for await (const line of linesOf(body)) {
      number = line.number;
      if (!isBlank(line.bytes)) await batch.add(readObservation(line), number);
    }
    return await batch.end();
  } catch (error) {
    throw withPlace(await firstReason(error, batch), batch, number);
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

/** A refusal says where it was and what is stored nevertheless. */
function withPlace(error: unknown, { batchId, accepted }: LineBatch, line: number): unknown {
  if (!(error instanceof DomainError)) return error;
  const { code, message, field, requirement, retryAfterSeconds, cause } = error;
  const place = code === 'BAD_USER_INPUT' && line > 0 ? { line } : {};
  return new DomainError(code, message, {
    ...(field === undefined ? {} : { field }),
    ...(requirement === undefined ? {} : { requirement }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    facts: { ...place, accepted, batch_id: batchId, ...error.facts },
    cause,
  });
}

function addressOf(request: FastifyRequest, key: string | null): Parameters<OpenLineBatch>[1] {
  const path = isRecord(request.params) ? request.params : {};
  const query = isRecord(request.query) ? request.query : {};
  return {
    federationId: textOf(path, 'id') ?? '',
    orgId: textOf(query, 'org_id'),
    batchId: textOf(query, 'batch_id') ?? (key === null ? null : batchIdOfRepeat(request, key)),
  };
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

/** Lines of nothing but blanks are skipped, as at the end of a file; they count in the numbers of the others. */
function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}

function readObservation({ number, bytes }: Line): LineObservation {
  const place = `line ${number}`;
  const value = parseJson(bytes, place);
  if (!isRecord(value)) throw new DomainError('BAD_USER_INPUT', `${place} must be a JSON object`);
  return {
    recordedAt: timeOf(value, place),
    deviceGroup: stringOf(value, 'device_group', place) ?? absent(`${place}.device_group`),
    deviceId: stringOf(value, 'device_id', place),
    devicePlatform: stringOf(value, 'device_platform', place),
    metrics: memberOf(value, 'metrics'),
    attributes: memberOf(value, 'attributes'),
  };
}

function timeOf(members: Readonly<Record<string, unknown>>, place: string): number {
  const field = `${place}.recorded_at`;
  const text = memberOf(members, 'recorded_at') ?? absent(field);
  const time = typeof text === 'string' ? parseTime(text) : null;
  if (time === null) throw invalidInput(field, 'must be RFC 3339, for example 2026-11-24T03:00:00Z');
  return time;
}

function stringOf(members: Readonly<Record<string, unknown>>, name: string, place: string): string | null {
  const value = memberOf(members, name);
  if (value === null || typeof value === 'string') return value;
  throw invalidInput(`${place}.${name}`, 'must be a string');
}

/** Null means the same as absent. */
function memberOf(members: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(members, name) ? (members[name] ?? null) : null;
}

function absent(field: string): never {
  throw invalidInput(field, 'is required');
}
