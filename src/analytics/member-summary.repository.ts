import type { SqlValue, Transaction } from '../db/database.js';
import type { MemberKey } from '../federations/index.js';
import { GRANULARITY } from './buckets.js';
import { encodeBody } from './cell-body.js';
import { cellKey, type Cell } from './fold.js';
import type { SeriesRow } from './series.js';
import { decoded, type StoredCell } from './summary.repository.js';

const AT_ONCE = 200;
const BYTES_AT_ONCE = 1_000_000;

function* chunks<Item>(items: readonly Item[]): Iterable<readonly Item[]> {
  for (let first = 0; first < items.length; first += AT_ONCE) yield items.slice(first, first + AT_ONCE);
}

type CellKey = Pick<Cell, 'seriesId' | 'granularity' | 'bucket'>;

export interface FoundCells {
  readonly cells: readonly Cell[];
  readonly large: ReadonlyMap<string, number>;
}

const KEY_COLUMNS = 'c.series_id AS seriesId, c.granularity AS granularity, c.bucket AS bucket';

/** The summaries of a member as they are changed. For whoever holds the lock of the member that they are of. */
export const memberSummaryRepository = {
  /**
   * The stored ones among the cells, but for those whose body has more than `maxBytes`: of them only its size, by
   * `cellKey`.
   */
  async findCells(tx: Transaction, keys: readonly CellKey[], maxBytes: number): Promise<FoundCells> {
    const cells: Cell[] = [];
    const large = new Map<string, number>();
    for (const chunk of chunks(keys)) {
      const rows = await tx.query<
        Omit<StoredCell, 'body'> & { bytes: number; body: StoredCell['body'] | null }
      >(
        `SELECT ${KEY_COLUMNS}, c.count AS count, c.first_at AS firstAt, c.last_at AS lastAt, LENGTH(c.body) AS bytes,
            CASE WHEN LENGTH(c.body) <= ${maxBytes} THEN c.body END AS body
          FROM summary_cells c WHERE ${whereKeys(tx, chunk)}`,
        chunk.flatMap(({ seriesId, granularity, bucket }) => [seriesId, granularity, bucket]),
      );
      for (const { body, bytes, ...row } of rows) {
        if (body === null) large.set(cellKey(row), bytes);
        else cells.push(decoded({ ...row, body }));
      }
    }
    return { cells, large };
  },

  /** Writes the cells, each in the place of the one that it was made from. */
  async putCells(tx: Transaction, cells: readonly Cell[]): Promise<void> {
    const inKeyOrder = [...cells].sort(byKey);
    for (const chunk of statementsOf(inKeyOrder)) {
      await tx.query(
        `REPLACE INTO summary_cells (series_id, granularity, bucket, count, first_at, last_at, body)
          VALUES ${chunk.map(() => '(?, ?, ?, ?, ?, ?, ?)').join(', ')}`,
        chunk.flatMap((cell): SqlValue[] => [
          cell.seriesId,
          cell.granularity,
          cell.bucket,
          cell.count,
          cell.firstAt,
          cell.lastAt,
          cell.body,
        ]),
      );
    }
  },

  /** Those of the series that are new are written. */
  async ensureSeries(tx: Transaction, series: readonly SeriesRow[]): Promise<void> {
    for (const chunk of chunks(series)) {
      const known = await tx.query<{ id: string }>(
        `SELECT s.id AS id FROM summary_series s WHERE s.id IN (${chunk.map(() => '?').join(', ')})`,
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

  /** Removes what a member's observations were summarized to, but for the days before `firstDay`. */
  async deleteFrom(tx: Transaction, member: MemberKey, firstDay: number): Promise<void> {
    for (const ids of chunks(await seriesIdsOf(tx, member))) {
      const named = `(${ids.map(() => '?').join(', ')})`;
      await tx.query(
        `DELETE FROM summary_cells WHERE series_id IN ${named}
          AND NOT (granularity = ${GRANULARITY.day} AND bucket < ?)`,
        [...ids, firstDay],
      );
      await tx.query(
        `DELETE FROM summary_series WHERE id IN ${named}
          AND NOT EXISTS (SELECT 1 FROM summary_cells c WHERE c.series_id = summary_series.id)`,
        ids,
      );
    }
  },

  /** Removes what a member's observations were summarized to. */
  async deleteOf(tx: Transaction, member: MemberKey): Promise<void> {
    for (const ids of chunks(await seriesIdsOf(tx, member))) {
      const named = `(${ids.map(() => '?').join(', ')})`;
      await tx.query(`DELETE FROM summary_cells WHERE series_id IN ${named}`, ids);
      await tx.query(`DELETE FROM summary_series WHERE id IN ${named}`, ids);
    }
  },
} as const;

/** By their ids the cells of a member are found in the key; by a subquery, MariaDB reads and locks those of everybody. */
async function seriesIdsOf(tx: Transaction, { federationId, orgId }: MemberKey): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    'SELECT s.id AS id FROM summary_series s WHERE s.federation_id = ? AND s.org_id = ?',
    [federationId, orgId],
  );
  return rows.map(({ id }) => id);
}

/** Cells whose statement stays far below what a server takes as one packet (16 MB is MariaDB's default). */
function* statementsOf(cells: readonly Cell[]): Iterable<readonly EncodedCell[]> {
  let statement: EncodedCell[] = [];
  let bytes = 0;
  for (const { body, ...cell } of cells) {
    const encoded = { ...cell, body: encodeBody(body) };
    if (
      statement.length === AT_ONCE ||
      (bytes + encoded.body.length > BYTES_AT_ONCE && statement.length > 0)
    ) {
      yield statement;
      statement = [];
      bytes = 0;
    }
    statement.push(encoded);
    bytes += encoded.body.length;
  }
  if (statement.length > 0) yield statement;
}

type EncodedCell = Omit<Cell, 'body'> & { readonly body: Buffer };

function whereKeys({ inRows }: Transaction, keys: readonly CellKey[]): string {
  return `(c.series_id, c.granularity, c.bucket) IN (${inRows} ${keys.map(() => '(?, ?, ?)').join(', ')})`;
}

function byKey(a: Cell, b: Cell): number {
  if (a.seriesId !== b.seriesId) return a.seriesId < b.seriesId ? -1 : 1;
  return a.granularity - b.granularity || a.bucket - b.bucket;
}
