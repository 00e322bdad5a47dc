import type { Reader, Transaction } from '../db/database.js';
import type { MemberKey } from '../federations/index.js';
import { inChunks, marksFor } from './in-chunks.js';
import type { SeriesRow } from './series.js';
import { SummarySeriesEntity } from './summary-series.entity.js';
import { SERIES_COLUMNS } from './summary.repository.js';

/** The series of a member as they are changed. For whoever holds the lock of the member that they are of. */
export const memberSummaryRepository = {
  /** Those of the series that are new are written. */
  async ensureSeries(tx: Transaction, series: readonly SeriesRow[]): Promise<void> {
    for (const chunk of inChunks(series)) {
      const known = await tx.query<{ id: string }>(
        `SELECT s.id AS id FROM summary_series s WHERE s.id IN ${marksFor(chunk)}`,
        chunk.map(({ id }) => id),
      );
      const ids = new Set(known.map(({ id }) => id));
      const fresh = chunk.filter(({ id }) => !ids.has(id));
      if (fresh.length === 0) continue;
      await tx.query(
        `INSERT INTO summary_series (id, federation_id, variable, other_variable, org_id, device_group, device_platform)
          VALUES ${fresh.map(() => '(?, ?, ?, ?, ?, ?, ?)').join(', ')}`,
        fresh.flatMap((row) => [
          row.id,
          row.federationId,
          row.variable,
          row.otherVariable,
          row.orgId,
          row.deviceGroup,
          row.devicePlatform,
        ]),
      );
    }
  },

  /** Those of the series that are not stored, or not as they are here. */
  async listUnlike(db: Reader, series: readonly SeriesRow[]): Promise<SeriesRow[]> {
    const unlike: SeriesRow[] = [];
    for (const chunk of inChunks(series)) {
      const rows = await db.query<SeriesRow>(
        `SELECT ${SERIES_COLUMNS} FROM summary_series s WHERE s.id IN ${marksFor(chunk)}`,
        chunk.map(({ id }) => id),
      );
      const stored = new Map(rows.map((row) => [row.id, row]));
      unlike.push(...chunk.filter((row) => !isEqual(row, stored.get(row.id))));
    }
    return unlike;
  },

  /** Writes the series, also in the place of rows that have their ids and another content. */
  async restoreSeries(tx: Transaction, series: readonly SeriesRow[]): Promise<void> {
    await memberSummaryRepository.ensureSeries(tx, series);
    for (const { id, ...content } of await memberSummaryRepository.listUnlike(tx, series))
      await tx.manager.update(SummarySeriesEntity, { id }, content);
  },

  /** Of the series, those that no summary is left of are removed. */
  async dropEmptySeries(tx: Transaction, ids: readonly string[]): Promise<void> {
    for (const chunk of inChunks(ids))
      await tx.query(
        `DELETE FROM summary_series WHERE id IN ${marksFor(chunk)}
          AND NOT EXISTS (SELECT 1 FROM summary_cells c WHERE c.series_id = summary_series.id)`,
        chunk,
      );
  },

  /** Removes what a member's observations were summarized to. */
  async deleteOf(tx: Transaction, member: MemberKey): Promise<void> {
    for (const ids of inChunks(await memberSummaryRepository.seriesIdsOf(tx, member))) {
      await tx.query(`DELETE FROM summary_cells WHERE series_id IN ${marksFor(ids)}`, ids);
      await tx.query(`DELETE FROM summary_series WHERE id IN ${marksFor(ids)}`, ids);
    }
  },

  /**
   * By their ids the cells of a member are found in the key; by a subquery, MariaDB reads and locks those of everybody.
   */
  async seriesIdsOf(db: Reader, { federationId, orgId }: MemberKey): Promise<string[]> {
    const rows = await db.query<{ id: string }>(
      'SELECT s.id AS id FROM summary_series s WHERE s.federation_id = ? AND s.org_id = ?',
      [federationId, orgId],
    );
    return rows.map(({ id }) => id);
  },
} as const;

function isEqual(a: SeriesRow, b: SeriesRow | undefined): boolean {
  return (
    a.federationId === b?.federationId &&
    a.variable === b.variable &&
    a.otherVariable === b.otherVariable &&
    a.orgId === b.orgId &&
    a.deviceGroup === b.deviceGroup &&
    a.devicePlatform === b.devicePlatform
  );
}
