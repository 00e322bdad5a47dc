import type { Reader, Transaction } from '../db/database.js';
import type { PageRequest } from '../core/page.js';
import { OrganizationEntity } from './organization.entity.js';

export interface OrganizationRow {
  readonly id: string;
  readonly name: string | null;
  readonly createdAt: number;
}

const COLUMNS = 'o.id AS id, o.name AS name, o.created_at AS createdAt';

export const organizationRepository = {
  findMany(db: Reader, ids: readonly string[]): Promise<OrganizationRow[]> {
    return db.query(
      `SELECT ${COLUMNS} FROM organizations o WHERE o.id IN (${ids.map(() => '?').join(', ')})`,
      ids,
    );
  },

  async find(db: Reader, id: string): Promise<OrganizationRow | null> {
    const [row] = await organizationRepository.findMany(db, [id]);
    return row ?? null;
  },

  async exists(db: Reader, id: string): Promise<boolean> {
    return (await organizationRepository.find(db, id)) !== null;
  },

  async lock(tx: Transaction, id: string): Promise<OrganizationRow | null> {
    const [row] = await tx.query<OrganizationRow>(
      `SELECT ${COLUMNS} FROM organizations o WHERE o.id = ? ${tx.forUpdate}`,
      [id],
    );
    return row ?? null;
  },

  /** Ordered by creation. */
  list(db: Reader, page: PageRequest): Promise<OrganizationRow[]> {
    const after = page.after === null ? '' : 'WHERE (o.created_at, o.id) > (?, ?)';
    return db.query(
      `SELECT ${COLUMNS} FROM organizations o ${after} ORDER BY o.created_at, o.id LIMIT ? OFFSET ?`,
      [...(page.after ?? []), page.first + 1, page.offset],
    );
  },

  async count(db: Reader): Promise<number> {
    const [row] = await db.query<{ count: number }>('SELECT COUNT(*) AS count FROM organizations');
    return row?.count ?? 0;
  },

  async insert(tx: Transaction, rows: readonly OrganizationRow[]): Promise<void> {
    if (rows.length > 0)
      await tx.manager.insert(
        OrganizationEntity,
        rows.map((row) => ({ ...row })),
      );
  },

  async rename(tx: Transaction, id: string, name: string): Promise<void> {
    await tx.manager.update(OrganizationEntity, { id }, { name });
  },

  /**
   * True when both belong to one federation, as far as the viewer may know: the viewer's organization is active or
   * invited there, and the other one is on its roster.
   */
  async shareFederation(
    db: Reader,
    viewer: { readonly orgId: string; readonly federationId: string | null },
    otherOrgId: string,
    now: number,
  ): Promise<boolean> {
    const live = (alias: string) =>
      `(${alias}.status = 'active' OR (${alias}.status = 'invited' AND ${alias}.expires_at > ?))`;
    const bound = viewer.federationId === null ? '' : 'AND v.federation_id = ?';
    const rows = await db.query(
      `SELECT 1 AS found FROM members v JOIN members m ON m.federation_id = v.federation_id
        WHERE v.org_id = ? AND ${live('v')} AND m.org_id = ? AND ${live('m')} ${bound} LIMIT 1`,
      [viewer.orgId, now, otherOrgId, now, ...(viewer.federationId === null ? [] : [viewer.federationId])],
    );
    return rows.length > 0;
  },
} as const;
