import type { Reader, SqlValue, Transaction } from '../db/database.js';
import type { MemberKey } from '../federations/index.js';
import type { RawRange } from './buckets.js';
import { ObservationEntity } from './observation.entity.js';
import { RECORD_COLUMNS, RECORD_WIDTH } from './record-values.js';
import type { StoredObservation } from './stored-observation.js';

const ROWS_AT_ONCE = 500;
const PAGE = 5_000;
const COLUMNS = `o.id AS id, o.org_id AS orgId, o.recorded_at AS recordedAt, o.device_group AS deviceGroup,
  o.device_platform AS devicePlatform, o.metrics AS metrics, o.attributes AS attributes`;
const MARKS = '(?, ?, ?, ?, ?, ?, ?, ?)';

export const observationRepository = {
  /** @param values of one observation after the other, as `recordValuesOf` gives them. */
  async insert(
    tx: Transaction,
    { federationId, orgId }: MemberKey,
    values: readonly SqlValue[],
  ): Promise<void> {
    for (let first = 0; first < values.length; first += ROWS_AT_ONCE * RECORD_WIDTH) {
      const end = Math.min(first + ROWS_AT_ONCE * RECORD_WIDTH, values.length);
      const parameters: SqlValue[] = [];
      for (let row = first; row < end; row += RECORD_WIDTH) {
        parameters.push(federationId, orgId);
        for (let i = row; i < row + RECORD_WIDTH; i++) parameters.push(values[i] ?? null);
      }
      await tx.query(insertOf((end - first) / RECORD_WIDTH), parameters);
    }
  },

  /**
   * Rows of a time, in pages along the index on time. A page ends between two rows of equal time only where they are
   * more than a page themselves.
   */
  async *pagesBetween(
    db: Reader,
    asked: { readonly federationId: string; readonly platform: string | null },
    { start, end }: RawRange,
  ): AsyncGenerator<readonly StoredObservation[]> {
    const ofPlatform = asked.platform === null ? '' : 'AND o.device_platform = ?';
    const select = `SELECT ${COLUMNS} FROM observations o WHERE o.federation_id = ? ${ofPlatform}`;
    const parameters = [asked.federationId, ...(asked.platform === null ? [] : [asked.platform])];
    for (let from = start; ;) {
      const page = await db.query<StoredObservation>(
        `${select} AND o.recorded_at >= ? AND o.recorded_at < ? ORDER BY o.recorded_at, o.id LIMIT ${PAGE}`,
        [...parameters, from, end],
      );
      yield page;
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) return;
      // The rest of this very millisecond, by id: a condition on both columns at once would not use the index.
      for (let { id } = last; ;) {
        const equal = await db.query<StoredObservation>(
          `${select} AND o.recorded_at = ? AND o.id > ? ORDER BY o.id LIMIT ${PAGE}`,
          [...parameters, last.recordedAt, id],
        );
        yield equal;
        if (equal.length < PAGE) break;
        id = equal.at(-1)?.id ?? id;
      }
      from = last.recordedAt + 1;
    }
  },

  /** What a member has sent until now, but for the first up to the id `after`, in the order in which it was stored. */
  async *pagesOf(db: Reader, member: MemberKey, after: number): AsyncGenerator<readonly StoredObservation[]> {
    const { first, last } = await observationRepository.idsOf(db, member);
    // To SQLite the hint is a comment. Without it MariaDB takes the index on the organization alone, from its beginning
    // for each page.
    for (let behind = Math.max(first - 1, after); behind < last;) {
      const page = await db.query<StoredObservation>(
        `SELECT ${COLUMNS} FROM observations o /*! FORCE INDEX (ix_observations_org) */
          WHERE o.federation_id = ? AND o.org_id = ? AND o.id > ? AND o.id <= ? ORDER BY o.id LIMIT ${PAGE}`,
        [member.federationId, member.orgId, behind, last],
      );
      yield page;
      behind = page.length < PAGE ? last : (page.at(-1)?.id ?? last);
    }
  },

  /**
   * The first and the last that a member has sent; 0 for none. Ids are not used again, so that the last tells whether
   * anything has come.
   */
  async idsOf(db: Reader, { federationId, orgId }: MemberKey): Promise<{ first: number; last: number }> {
    const [row] = await db.query<{ first: number | null; last: number | null }>(
      `SELECT MIN(o.id) AS first, MAX(o.id) AS last FROM observations o WHERE o.federation_id = ? AND o.org_id = ?`,
      [federationId, orgId],
    );
    return { first: row?.first ?? 0, last: row?.last ?? 0 };
  },

  /** Whoever has sent anything. */
  listMembers(db: Reader): Promise<MemberKey[]> {
    return db.query<MemberKey>(
      'SELECT DISTINCT o.federation_id AS federationId, o.org_id AS orgId FROM observations o',
    );
  },

  /**
   * Deletes all that a member has sent, some thousands at a time by their ids: one statement for all of them would look
   * at every member's rows, and take longer than a statement may.
   * @returns how many there were from `since` on.
   */
  async deleteOf(tx: Transaction, { federationId, orgId }: MemberKey, since: number): Promise<number> {
    let counted = 0;
    // From behind the last one: entries of the index that are deleted here stay, and would be passed over again.
    for (let behind = 0; ;) {
      const rows = await tx.query<{ id: number; recordedAt: number }>(
        `SELECT o.id AS id, o.recorded_at AS recordedAt FROM observations o /*! FORCE INDEX (ix_observations_org) */
          WHERE o.federation_id = ? AND o.org_id = ? AND o.id > ? ORDER BY o.id LIMIT ${PAGE}`,
        [federationId, orgId, behind],
      );
      if (rows.length === 0) return counted;
      counted += rows.filter(({ recordedAt }) => recordedAt >= since).length;
      await tx.query(
        `DELETE FROM observations WHERE id IN (${rows.map(() => '?').join(', ')})`,
        rows.map(({ id }) => id),
      );
      behind = rows.at(-1)?.id ?? behind;
    }
  },

  async hasBefore(db: Reader, federationId: string, time: number): Promise<boolean> {
    const rows = await db.query(
      'SELECT 1 AS one FROM observations o WHERE o.federation_id = ? AND o.recorded_at < ? LIMIT 1',
      [federationId, time],
    );
    return rows.length > 0;
  },

  /** Deletes the oldest before `time`, at most `limit` of them. @returns how many. */
  async deleteBefore(
    tx: Transaction,
    federationId: string,
    { time, limit }: { readonly time: number; readonly limit: number },
  ): Promise<number> {
    const rows = await tx.query<{ id: number }>(
      `SELECT o.id AS id FROM observations o WHERE o.federation_id = ? AND o.recorded_at < ?
        ORDER BY o.recorded_at, o.id LIMIT ${limit}`,
      [federationId, time],
    );
    if (rows.length === 0) return 0;
    const ids = rows.map(({ id }) => id);
    const { affected } = await tx.manager.delete(ObservationEntity, ids);
    return affected ?? 0;
  },
} as const;

function insertOf(rows: number): string {
  return `INSERT INTO observations (federation_id, org_id, ${RECORD_COLUMNS.join(', ')})
    VALUES ${Array.from({ length: rows }, () => MARKS).join(', ')}`;
}
