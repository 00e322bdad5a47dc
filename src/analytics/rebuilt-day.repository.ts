import type { Transaction } from '../db/database.js';
import { GRANULARITY } from './buckets.js';
import type { Cell } from './fold.js';
import { inChunks, marksFor } from './in-chunks.js';
import type { SeriesRow } from './series.js';
import { decoded, COUNT_COLUMNS, type StoredCell } from './summary.repository.js';

/** Days that are made anew, as they get into their place. */
export const rebuiltDayRepository = {
  /** How many bytes the summaries of each series have, new ones and those that are in their place, by its id. */
  async bytesOf(tx: Transaction, series: readonly SeriesRow[]): Promise<ReadonlyMap<string, number>> {
    const bytes = new Map<string, number>();
    for (const table of ['summary_cells', 'rebuilt_days']) {
      const rows = await tx.query<{ id: string; bytes: number }>(
        `SELECT c.series_id AS id, SUM(LENGTH(c.body)) * 1.0E0 AS bytes FROM ${table} c
          WHERE c.series_id IN ${marksFor(series)} GROUP BY c.series_id`,
        series.map(({ id }) => id),
      );
      for (const row of rows) bytes.set(row.id, (bytes.get(row.id) ?? 0) + row.bytes);
    }
    return bytes;
  },

  /** Those of the series from `firstDay` on. */
  async list(tx: Transaction, series: readonly SeriesRow[], firstDay: number): Promise<Cell[]> {
    const rows = await tx.query<StoredCell>(
      `SELECT c.series_id AS seriesId, ${GRANULARITY.day} AS granularity, c.bucket AS bucket, ${COUNT_COLUMNS}, c.body AS body
        FROM rebuilt_days c WHERE c.series_id IN ${marksFor(series)} AND c.bucket >= ?`,
      [...series.map(({ id }) => id), firstDay],
    );
    return rows.map(decoded);
  },

  /** Puts those from `firstDay` on in the place of all summaries of the series, but for the days before. */
  async publish(tx: Transaction, series: readonly SeriesRow[], firstDay: number): Promise<void> {
    const ids = series.map(({ id }) => id);
    const named = marksFor(series);
    await tx.query(
      `DELETE FROM summary_cells WHERE series_id IN ${named}
        AND NOT (granularity = ${GRANULARITY.day} AND bucket < ?)`,
      [...ids, firstDay],
    );
    await tx.query(
      `INSERT INTO summary_cells (series_id, granularity, bucket, count, first_at, last_at, body)
        SELECT c.series_id, ${GRANULARITY.day}, c.bucket, c.count, c.first_at, c.last_at, c.body
        FROM rebuilt_days c WHERE c.series_id IN ${named} AND c.bucket >= ?`,
      [...ids, firstDay],
    );
    await rebuiltDayRepository.delete(tx, ids);
  },

  async delete(tx: Transaction, seriesIds: readonly string[]): Promise<void> {
    for (const ids of inChunks(seriesIds))
      await tx.query(`DELETE FROM rebuilt_days WHERE series_id IN ${marksFor(ids)}`, ids);
  },
} as const;
