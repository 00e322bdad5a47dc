import type { FastifyRequest } from 'fastify';
import { DomainError } from '../core/errors.js';
import type { Db } from '../db/database.js';
import { callOf, type AuthenticatedCall } from '../http/authentication.js';
import type { Answering } from './handler.js';
import { ownerOf, type Stored } from './observation-lines.js';
import type { RestAnswer } from './operation.js';
import { isRecord } from './route.js';

/** Stores a batch that was read. @throws DomainError */
export type StoreBatch = (on: Db) => Promise<Stored>;

/** Reads the body of a batch. @throws DomainError */
export type ReadBatchBody = (
  call: AuthenticatedCall,
  batch: { readonly federationId: string; readonly orgId: string | null; readonly body: Uint8Array },
) => Promise<StoreBatch>;

/**
 * Answers a request as the stored operation of the route would. Thousands of observations would keep the thread that
 * serves for longer than others should wait: another one reads them, before a transaction is open, and what it makes of
 * them is no input of an operation. The rules are those of the use case behind the operation.
 */
export async function batchAnswering(
  { route, name }: Answering,
  request: FastifyRequest,
  read: ReadBatchBody,
): Promise<Answering> {
  const store = await readOrRefuse(request, read);
  return {
    route,
    name,
    run: async (_request: unknown, _call: unknown, db: Db): Promise<RestAnswer> => {
      const { batchId, accepted, duplicate } = await store(db);
      return { status: 200, body: { batch_id: batchId, accepted, duplicate }, page: null };
    },
  };
}

/** A refusal is an answer like others, which may be on record under an Idempotency-Key. */
async function readOrRefuse(request: FastifyRequest, read: ReadBatchBody): Promise<StoreBatch> {
  const path = isRecord(request.params) ? request.params : {};
  const query = isRecord(request.query) ? request.query : {};
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  try {
    return await read(callOf(request), { ...ownerOf({ path, query }), body });
  } catch (error) {
    if (error instanceof DomainError) return () => Promise.reject(error);
    throw error;
  }
}
