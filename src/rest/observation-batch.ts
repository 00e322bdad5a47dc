import type { Db } from '../db/database.js';
import type { AuthenticatedCall } from '../http/authentication.js';
import type { Answering } from './handler.js';
import { ownerOf, type Stored } from './observation-lines.js';
import type { RestAnswer, RestRequest } from './operation.js';

/** Stores a batch whose body is still to be read. @throws DomainError */
export type RecordBatch = (
  call: AuthenticatedCall,
  db: Db,
  batch: { readonly federationId: string; readonly orgId: string | null; readonly body: Uint8Array },
) => Promise<Stored>;

/**
 * Answers as the stored operation of the route would. Thousands of observations would keep the thread that serves for
 * longer than others should wait: another one reads them, and what it makes of them is no input of an operation. The rules
 * are those of the use case behind the operation.
 */
export function batchAnswering(operation: Answering, record: RecordBatch): Answering {
  const { route, name } = operation;
  return {
    route,
    name,
    run: async ({ path, query, body }: RestRequest, call: AuthenticatedCall, db: Db): Promise<RestAnswer> => {
      const { federationId, orgId } = ownerOf({ path, query });
      const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
      const { batchId, accepted, duplicate } = await record(call, db, { federationId, orgId, body: bytes });
      return { status: 200, body: { batch_id: batchId, accepted, duplicate }, page: null };
    },
  };
}
