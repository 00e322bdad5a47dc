import type { PageRequest } from '../../core/page.js';
import type { Reader, Transaction } from '../../db/database.js';
import type { MemberKey } from '../../federations/index.js';
import type { AnalysisType } from '../analyses/analysis.js';
import type { GroupBy } from '../group-by.js';
import { AnalyticsQueryEntity, type QueryStatus } from './query.entity.js';

export interface QueryRow {
  readonly id: string;
  readonly federationId: string;
  readonly queryType: AnalysisType;
  readonly status: QueryStatus;
  readonly variable: string;
  readonly groupBy: GroupBy;
  readonly parameters: string;
  readonly result: string | null;
  readonly basis: string | null;
  readonly sources: string | null;
  readonly reason: string | null;
  readonly errorMessage: string | null;
  readonly requestedBy: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** Why a result is gone: a member's observations in it were purged. */
export const PURGED = 'purged';

/** Newest first. */
export const QUERY_KEY_SHAPE = ['number', /^qry_/] as const;

const COLUMNS = `q.id AS id, q.federation_id AS federationId, q.query_type AS queryType, q.status AS status,
  q.variable AS variable, q.group_by AS groupBy, q.parameters AS parameters, q.result AS result, q.basis AS basis,
  q.sources AS sources, q.reason AS reason, q.error_message AS errorMessage, q.requested_by AS requestedBy, q.created_at AS createdAt,
  q.updated_at AS updatedAt`;

export const queryRepository = {
  async insert(tx: Transaction, row: QueryRow): Promise<void> {
    await tx.manager.insert(AnalyticsQueryEntity, { ...row });
  },

  async remove(tx: Transaction, id: string): Promise<void> {
    await tx.query('DELETE FROM analytics_queries WHERE id = ?', [id]);
  },

  async find(db: Reader, id: string): Promise<QueryRow | null> {
    const [row] = await db.query<QueryRow>(`SELECT ${COLUMNS} FROM analytics_queries q WHERE q.id = ?`, [id]);
    return row ?? null;
  },

  /** Newest first: one more than the page holds. Places are found in the index alone, so that an offset reads no rows. */
  list(db: Reader, federationId: string, page: PageRequest): Promise<QueryRow[]> {
    const after = page.after === null ? '' : 'AND (n.created_at, n.id) < (?, ?)';
    return db.query<QueryRow>(
      `SELECT ${COLUMNS} FROM (SELECT n.id AS id FROM analytics_queries n WHERE n.federation_id = ? ${after}
        ORDER BY n.created_at DESC, n.id DESC LIMIT ? OFFSET ?) page
        JOIN analytics_queries q ON q.id = page.id ORDER BY q.created_at DESC, q.id DESC`,
      [federationId, ...(page.after ?? []), page.first + 1, page.offset],
    );
  },

  async count(db: Reader, federationId: string): Promise<number> {
    const [row] = await db.query<{ count: number }>(
      'SELECT COUNT(*) AS count FROM analytics_queries q WHERE q.federation_id = ?',
      [federationId],
    );
    return row?.count ?? 0;
  },

  /** Results that a member's observations went into are dropped. */
  async dropResultsOf(tx: Transaction, { federationId, orgId }: MemberKey, now: number): Promise<void> {
    await tx.query(
      `UPDATE analytics_queries SET result = NULL, basis = NULL, sources = NULL, reason = ?, error_message = ?,
        updated_at = ? WHERE federation_id = ? AND sources IS NOT NULL AND INSTR(sources, ?) > 0`,
      [PURGED, PURGED, now, federationId, JSON.stringify(orgId)],
    );
  },
} as const;
