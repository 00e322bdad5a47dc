import type { Reader, SqlValue, Transaction } from '../db/database.js';
import type { MemberKey } from '../federations/index.js';
import { decodeBody, encodeBody } from './cell-body.js';
import { GRANULARITY, type BucketRange, type Granularity } from './buckets.js';
import { cellKey, type Cell } from './fold.js';
import type { GroupBy } from './group-by.js';
import type { SeriesRow } from './series.js';

/** A cell with what it is over. */
export interface SeriesCell extends Cell {
  readonly orgId: string;
  readonly deviceGroup: string;
  readonly devicePlatform: string;
}

/** Series of one variable or pair: of all members and groups. */
export interface AskedSeries {
  readonly federationId: string;
  readonly variable: string;
  /** The second of a pair in the order of their names, or empty. */
  readonly otherVariable: string;
  /** Null for all platforms, and none. */
  readonly platform: string | null;
  /** What is read of summaries, where it need not be all groups. */
  readonly among?: { readonly by: GroupBy; readonly ids: readonly string[] };
}

export interface SeriesCount {
  readonly variable: string;
  readonly orgId: string;
  readonly deviceGroup: string;
  readonly count: number;
  readonly firstAt: number;
  readonly lastAt: number;
}

/** A cell as the database has it, its body as it was written. */
export interface StoredCell {
  readonly seriesId: string;
  readonly granularity: Granularity;
  readonly bucket: number;
  readonly count: number;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly body: Buffer;
}

const AT_ONCE = 200;
const BYTES_AT_ONCE = 1_000_000;
const SERIES_AT_ONCE = 50;
const COLUMNS = `c.series_id AS seriesId, c.granularity AS granularity, c.bucket AS bucket, c.count AS count,
  c.first_at AS firstAt, c.last_at AS lastAt, c.body AS body`;

function* chunks<Item>(items: readonly Item[]): Iterable<readonly Item[]> {
  for (let first = 0; first < items.length; first += AT_ONCE) yield items.slice(first, first + AT_ONCE);
}

function decoded<Row extends StoredCell>({ body, ...row }: Row): Omit<Row, 'body'> & Pick<Cell, 'body'> {
  return { ...row, body: decodeBody(body) };
}

export const summaryRepository = {
  /** The stored ones among the cells. For whoever holds the lock of the member that they are of. */
  async findCells(
    tx: Transaction,
    keys: readonly Pick<Cell, 'seriesId' | 'granularity' | 'bucket'>[],
  ): Promise<Cell[]> {
    const found: Cell[] = [];
    for (const chunk of chunks(keys)) {
      const { where, parameters } = whereKeys(chunk);
      const rows = await tx.query<StoredCell>(
        `SELECT ${COLUMNS} FROM summary_cells c WHERE ${where}`,
        parameters,
      );
      found.push(...rows.map(decoded));
    }
    return found;
  },

  /** How many bytes the bodies of the stored ones among the cells have, by `cellKey`. For whoever holds the lock. */
  async sizesOf(
    tx: Transaction,
    keys: readonly Pick<Cell, 'seriesId' | 'granularity' | 'bucket'>[],
  ): Promise<ReadonlyMap<string, number>> {
    const sizes = new Map<string, number>();
    for (const chunk of chunks(keys)) {
      const { where, parameters } = whereKeys(chunk);
      const rows = await tx.query<
        Pick<StoredCell, 'seriesId' | 'granularity' | 'bucket'> & { bytes: number }
      >(
        `SELECT c.series_id AS seriesId, c.granularity AS granularity, c.bucket AS bucket, LENGTH(c.body) AS bytes
          FROM summary_cells c WHERE ${where}`,
        parameters,
      );
      for (const row of rows) sizes.set(cellKey(row), row.bytes);
    }
    return sizes;
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

  /** Cells of a variable (or a pair) in some buckets of one granularity, whatever the number of groups. */
  async listCells(
    db: Reader,
    asked: AskedSeries,
    { granularity, first, last }: BucketRange,
  ): Promise<SeriesCell[]> {
    const { federationId, variable, otherVariable, platform, among } = asked;
    const ids = among?.ids ?? [];
    const column = among?.by === 'federation_member' ? 's.org_id' : 's.device_group';
    const rows = await db.query<StoredCell & Pick<SeriesRow, 'orgId' | 'deviceGroup' | 'devicePlatform'>>(
      `SELECT ${COLUMNS}, s.org_id AS orgId, s.device_group AS deviceGroup, s.device_platform AS devicePlatform
        FROM summary_series s JOIN summary_cells c ON c.series_id = s.id
        WHERE s.federation_id = ? AND s.variable = ? AND s.other_variable = ? AND c.granularity = ?
          AND c.bucket BETWEEN ? AND ? ${platform === null ? '' : 'AND s.device_platform = ?'}
          ${ids.length === 0 ? '' : `AND ${column} IN (${ids.map(() => '?').join(', ')})`}`,
      [
        ...[federationId, variable, otherVariable, granularity, first, last],
        ...(platform === null ? [] : [platform]),
        ...ids,
      ],
    );
    return rows.map(decoded);
  },

  /** Everything that a member's observations are summarized to, unread, some series at a time. */
  async *pagesOf(
    db: Reader,
    { federationId, orgId }: MemberKey,
  ): AsyncGenerator<{ readonly series: readonly SeriesRow[]; readonly cells: readonly StoredCell[] }> {
    for (let lastId = ''; ;) {
      const series = await db.query<SeriesRow>(
        `SELECT s.id AS id, s.federation_id AS federationId, s.variable AS variable, s.other_variable AS otherVariable,
          s.org_id AS orgId, s.device_group AS deviceGroup, s.device_platform AS devicePlatform
          FROM summary_series s WHERE s.federation_id = ? AND s.org_id = ? AND s.id > ?
          ORDER BY s.id LIMIT ${SERIES_AT_ONCE}`,
        [federationId, orgId, lastId],
      );
      if (series.length === 0) return;
      const cells = await db.query<StoredCell>(
        `SELECT ${COLUMNS} FROM summary_cells c WHERE c.series_id IN (${series.map(() => '?').join(', ')})`,
        series.map(({ id }) => id),
      );
      yield { series, cells };
      lastId = series.at(-1)?.id ?? lastId;
    }
  },

  async countOf(db: Reader, { federationId, orgId }: MemberKey): Promise<number> {
    const [row] = await db.query<{ count: number }>(
      `SELECT COUNT(*) AS count FROM summary_series s JOIN summary_cells c ON c.series_id = s.id
        WHERE s.federation_id = ? AND s.org_id = ?`,
      [federationId, orgId],
    );
    return row?.count ?? 0;
  },

  /** Whoever has summaries. */
  listMembers(db: Reader): Promise<MemberKey[]> {
    return db.query<MemberKey>(
      'SELECT DISTINCT s.federation_id AS federationId, s.org_id AS orgId FROM summary_series s',
    );
  },

  /** Those of the groups that have any observation. */
  async listGroups(
    db: Reader,
    federationId: string,
    { by, ids }: { readonly by: GroupBy; readonly ids: readonly string[] },
  ): Promise<string[]> {
    const column = by === 'device_group' ? 's.device_group' : 's.org_id';
    const rows = await db.query<{ id: string }>(
      `SELECT DISTINCT ${column} AS id FROM summary_series s WHERE s.federation_id = ? AND s.variable = ''
        AND s.other_variable = '' AND ${column} IN (${ids.map(() => '?').join(', ')})`,
      [federationId, ...ids],
    );
    return rows.map(({ id }) => id);
  },

  /**
   * How many observations each member has of each variable in each group, over all time; '' is the observations as such.
   * @param variable null for all of them.
   */
  listCounts(db: Reader, federationId: string, variable: string | null = null): Promise<SeriesCount[]> {
    return db.query<SeriesCount>(
      `SELECT s.variable AS variable, s.org_id AS orgId, s.device_group AS deviceGroup,
        SUM(c.count) * 1.0E0 AS count, MIN(c.first_at) AS firstAt, MAX(c.last_at) AS lastAt
        FROM summary_series s JOIN summary_cells c ON c.series_id = s.id
        WHERE s.federation_id = ? ${variable === null ? '' : 'AND s.variable = ?'} AND s.other_variable = ''
          AND c.granularity = ${GRANULARITY.all}
        GROUP BY s.variable, s.org_id, s.device_group ORDER BY s.variable, s.org_id, s.device_group`,
      variable === null ? [federationId] : [federationId, variable],
    );
  },

  /** How many observations of a member its days before `firstDay` tell of. */
  async countBefore(db: Reader, { federationId, orgId }: MemberKey, firstDay: number): Promise<number> {
    const [row] = await db.query<{ count: number | null }>(
      `SELECT SUM(c.count) * 1.0E0 AS count FROM summary_series s JOIN summary_cells c ON c.series_id = s.id
        WHERE s.federation_id = ? AND s.org_id = ? AND s.variable = '' AND s.other_variable = ''
          AND c.granularity = ${GRANULARITY.day} AND c.bucket < ?`,
      [federationId, orgId, firstDay],
    );
    return row?.count ?? 0;
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

function whereKeys(keys: readonly Pick<Cell, 'seriesId' | 'granularity' | 'bucket'>[]): {
  readonly where: string;
  readonly parameters: readonly SqlValue[];
} {
  return {
    where: keys.map(() => '(c.series_id = ? AND c.granularity = ? AND c.bucket = ?)').join(' OR '),
    parameters: keys.flatMap(({ seriesId, granularity, bucket }) => [seriesId, granularity, bucket]),
  };
}

function byKey(a: Cell, b: Cell): number {
  if (a.seriesId !== b.seriesId) return a.seriesId < b.seriesId ? -1 : 1;
  return a.granularity - b.granularity || a.bucket - b.bucket;
}
