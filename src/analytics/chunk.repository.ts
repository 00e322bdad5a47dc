import type { Reader, Transaction } from '../db/database.js';

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
  /** Of those among the chunks that are stored, by their numbers. */
  async hashesOf(
    db: Reader,
    { federationId, orgId, batchId }: Pick<ChunkRow, 'federationId' | 'orgId' | 'batchId'>,
    { first, count }: { readonly first: number; readonly count: number },
  ): Promise<Map<number, string>> {
    const rows = await db.query<Pick<ChunkRow, 'chunk' | 'contentHash'>>(
      `SELECT i.chunk AS chunk, i.content_hash AS contentHash FROM ingested_chunks i
        WHERE i.federation_id = ? AND i.org_id = ? AND i.batch_id = ? AND i.chunk >= ? AND i.chunk < ?`,
      [federationId, orgId, batchId, first, first + count],
    );
    return new Map(rows.map(({ chunk, contentHash }) => [chunk, contentHash]));
  },

  async insert(tx: Transaction, rows: readonly ChunkRow[]): Promise<void> {
    await tx.query(
      `INSERT INTO ingested_chunks (federation_id, org_id, batch_id, chunk, content_hash, accepted, created_at)
        VALUES ${rows.map(() => '(?, ?, ?, ?, ?, ?, ?)').join(', ')}`,
      rows.flatMap((row) => [
        row.federationId,
        row.orgId,
        row.batchId,
        row.chunk,
        row.contentHash,
        row.accepted,
        row.createdAt,
      ]),
    );
  },
} as const;
