import type { Reader, Transaction } from '../db/database.js';
import { IngestedChunkEntity } from './ingested-chunk.entity.js';

export interface ChunkRow {
  readonly federationId: string;
  readonly orgId: string;
  readonly batchId: string;
  readonly chunk: number;
  readonly contentHash: string;
  readonly accepted: number;
  readonly createdAt: number;
}

export const chunkRepository = {
  async find(
    db: Reader,
    { federationId, orgId, batchId, chunk }: Pick<ChunkRow, 'federationId' | 'orgId' | 'batchId' | 'chunk'>,
  ): Promise<Pick<ChunkRow, 'contentHash'> | null> {
    const [row] = await db.query<Pick<ChunkRow, 'contentHash'>>(
      `SELECT i.content_hash AS contentHash FROM ingested_chunks i
        WHERE i.federation_id = ? AND i.org_id = ? AND i.batch_id = ? AND i.chunk = ?`,
      [federationId, orgId, batchId, chunk],
    );
    return row ?? null;
  },

  async insert(tx: Transaction, row: ChunkRow): Promise<void> {
    await tx.manager.insert(IngestedChunkEntity, { ...row });
  },
} as const;
