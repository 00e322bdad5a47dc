import type { Reader } from '../db/database.js';
import type { MemberKey } from '../federations/index.js';
import { decodeBody } from './cell-body.js';
import { GRANULARITY, type BucketRange, type Granularity } from './buckets.js';
import type { Cell } from './fold.js';
import type { GroupBy } from './group-by.js';
import { marksFor } from './in-chunks.js';
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

const SERIES_AT_ONCE = 50;
/** Of a series, as `s`. */
export const SERIES_COLUMNS = `s.id AS id, s.federation_id AS federationId, s.variable AS variable,
  s.other_variable AS otherVariable, s.org_id AS orgId, s.device_group AS deviceGroup, s.device_platform AS devicePlatform`;
/** Of a cell, but for its place and its body. */
export const COUNT_COLUMNS = 'c.count AS count, c.first_at AS firstAt, c.last_at AS lastAt';
/** Of a cell, as `c`. */
const CELL_COLUMNS = `c.series_id AS seriesId, c.granularity AS granularity, c.bucket AS bucket, ${COUNT_COLUMNS},
  c.body AS body`;

export function decoded<Row extends StoredCell>({
  body,
  ...row
}: Row): Omit<Row, 'body'> & Pick<Cell, 'body'> {
  return { ...row, body: decodeBody(body) };
}

export const summaryRepository = {
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
      `SELECT ${CELL_COLUMNS}, s.org_id AS orgId, s.device_group AS deviceGroup, s.device_platform AS devicePlatform
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
    member: MemberKey,
  ): AsyncGenerator<{ readonly series: readonly SeriesRow[]; readonly cells: readonly StoredCell[] }> {
    for await (const series of summaryRepository.seriesPagesOf(db, member)) {
      const cells = await db.query<StoredCell>(
        `SELECT ${CELL_COLUMNS} FROM summary_cells c WHERE c.series_id IN ${marksFor(series)}`,
        series.map(({ id }) => id),
      );
      yield { series, cells };
    }
  },

  async *seriesPagesOf(db: Reader, member: MemberKey): AsyncGenerator<readonly SeriesRow[]> {
    for (let behind = ''; ;) {
      const series = await summaryRepository.listSeries(db, member, { behind, limit: SERIES_AT_ONCE });
      if (series.length === 0) return;
      yield series;
      behind = series.at(-1)?.id ?? behind;
    }
  },

  /** Series of a member whose ids come behind one, in their order. */
  listSeries(
    db: Reader,
    { federationId, orgId }: MemberKey,
    { behind, limit }: { readonly behind: string; readonly limit: number },
  ): Promise<SeriesRow[]> {
    return db.query<SeriesRow>(
      `SELECT ${SERIES_COLUMNS} FROM summary_series s WHERE s.federation_id = ? AND s.org_id = ? AND s.id > ?
        ORDER BY s.id LIMIT ${limit}`,
      [federationId, orgId, behind],
    );
  },

  /** What the series have of each day before `firstDay`, unread. */
  listDaysBefore(db: Reader, series: readonly SeriesRow[], firstDay: number): Promise<StoredCell[]> {
    return db.query<StoredCell>(
      `SELECT ${CELL_COLUMNS} FROM summary_cells c WHERE c.series_id IN ${marksFor(series)}
        AND c.granularity = ${GRANULARITY.day} AND c.bucket < ?`,
      [...series.map(({ id }) => id), firstDay],
    );
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
} as const;
