import type { PageRequest } from '../core/page.js';
import type { Viewer } from '../core/viewer.js';
import { unionAll } from '../db/union.js';
import type { Reader, SqlValue, Transaction } from '../db/database.js';
import { SharedModelEntity } from './shared-model.entity.js';

export interface SharedModelRow {
  readonly id: string;
  readonly federationId: string;
  readonly modelId: string;
  readonly name: string;
  readonly framework: string | null;
  readonly useCase: string | null;
  readonly description: string | null;
  readonly version: string | null;
  /** The organization that shared it. */
  readonly orgId: string;
  readonly sharedAt: number;
  readonly unsharedAt: number | null;
}

const COLUMNS = `s.id AS id, s.federation_id AS federationId, s.model_id AS modelId, s.name AS name, s.framework AS framework,
  s.use_case AS useCase, s.description AS description, s.version AS version, s.shared_by AS orgId, s.shared_at AS sharedAt,
  s.unshared_at AS unsharedAt`;

export const SHARED_MODEL_KEY_SHAPE = ['number', /^shm_/] as const;

export interface SharedModelFilter {
  /** Models of this organization's federations; null for all that the viewer takes part in. */
  readonly orgId: string | null;
  readonly framework: string | null;
  readonly useCase: string | null;
}

function fromVisible(viewer: Viewer, filter: SharedModelFilter): { text: string; parameters: SqlValue[] } {
  const subject = filter.orgId ?? (viewer.isOperator ? null : viewer.orgId);
  const conditions: [string, SqlValue | null][] = [
    ['s.framework = ?', filter.framework],
    ['s.use_case = ?', filter.useCase],
    ['s.federation_id = ?', viewer.federationId],
  ];
  const asked = conditions.filter(([, value]) => value !== null);
  const membership =
    subject === null
      ? ''
      : `JOIN members m ON m.federation_id = s.federation_id AND m.org_id = ? AND m.status = 'active'`;
  return {
    text: `FROM shared_models s ${membership} WHERE s.unshared_at IS NULL ${asked.map(([sql]) => `AND ${sql}`).join(' ')}`,
    parameters: [...(subject === null ? [] : [subject]), ...asked.map(([, value]) => value)],
  };
}

export const sharedModelRepository = {
  async find(db: Reader, id: string): Promise<SharedModelRow | null> {
    const [row] = await db.query<SharedModelRow>(
      `SELECT ${COLUMNS} FROM shared_models s WHERE s.id = ? AND s.unshared_at IS NULL`,
      [id],
    );
    return row ?? null;
  },

  /** The same page of several federations' models in one statement, each with its own limit; in the order of sharing. */
  listByFederation(
    db: Reader,
    federationIds: readonly string[],
    page: PageRequest,
  ): Promise<SharedModelRow[]> {
    const after = page.after === null ? '' : 'AND (s.shared_at, s.id) > (?, ?)';
    const one = `SELECT ${COLUMNS} FROM shared_models s WHERE s.federation_id = ? AND s.unshared_at IS NULL ${after}
      ORDER BY s.shared_at, s.id LIMIT ? OFFSET ?`;
    return db.query(
      unionAll(one, federationIds.length),
      federationIds.flatMap((id) => [id, ...(page.after ?? []), page.first + 1, page.offset]),
    );
  },

  countByFederation(
    db: Reader,
    federationIds: readonly string[],
  ): Promise<{ federationId: string; count: number }[]> {
    return db.query(
      `SELECT s.federation_id AS federationId, COUNT(*) AS count FROM shared_models s
        WHERE s.unshared_at IS NULL AND s.federation_id IN (${federationIds.map(() => '?').join(', ')}) GROUP BY s.federation_id`,
      federationIds,
    );
  },

  listVisible(
    db: Reader,
    viewer: Viewer,
    filter: SharedModelFilter,
    page: PageRequest,
  ): Promise<SharedModelRow[]> {
    const source = fromVisible(viewer, filter);
    const after = page.after === null ? '' : 'AND (s.shared_at, s.id) > (?, ?)';
    return db.query(`SELECT ${COLUMNS} ${source.text} ${after} ORDER BY s.shared_at, s.id LIMIT ? OFFSET ?`, [
      ...source.parameters,
      ...(page.after ?? []),
      page.first + 1,
      page.offset,
    ]);
  },

  async countVisible(db: Reader, viewer: Viewer, filter: SharedModelFilter): Promise<number> {
    const source = fromVisible(viewer, filter);
    const [row] = await db.query<{ count: number }>(
      `SELECT COUNT(*) AS count ${source.text}`,
      source.parameters,
    );
    return row?.count ?? 0;
  },

  async lock(tx: Transaction, federationId: string, modelId: string): Promise<SharedModelRow | null> {
    const [row] = await tx.query<SharedModelRow>(
      `SELECT ${COLUMNS} FROM shared_models s WHERE s.federation_id = ? AND s.model_id = ? ${tx.forUpdate}`,
      [federationId, modelId],
    );
    return row ?? null;
  },

  async insert(tx: Transaction, row: SharedModelRow): Promise<void> {
    const { orgId, ...rest } = row;
    await tx.manager.insert(SharedModelEntity, { ...rest, sharedBy: orgId });
  },

  async update(tx: Transaction, row: SharedModelRow): Promise<void> {
    const { orgId, ...rest } = row;
    await tx.manager.update(SharedModelEntity, { id: row.id }, { ...rest, sharedBy: orgId });
  },
} as const;
