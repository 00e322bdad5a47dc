import type { PageRequest } from '../core/page.js';
import type { Viewer } from '../core/viewer.js';
import type { Reader, SqlValue, Transaction } from '../db/database.js';
import { FederationEntity } from './federation.entity.js';
import type { FederationRole } from './federation.policy.js';

/** A federation as one viewer sees it. */
export interface FederationView {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly orgId: string;
  readonly status: 'active';
  readonly viewerRole: FederationRole;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface ListedFederation extends FederationView {
  /** Place in the list: owned 0, active 1, invited 2. */
  readonly listRank: number;
}

export interface FederationRow {
  readonly id: string;
  readonly orgId: string;
  readonly name: string;
  readonly description: string | null;
  readonly createdByKey: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

const COLUMNS = `f.id AS id, f.name AS name, f.description AS description, f.org_id AS orgId, 'active' AS status,
  f.created_at AS createdAt, f.updated_at AS updatedAt`;

interface Sql {
  readonly text: string;
  readonly parameters: readonly SqlValue[];
}

/**
 * The federations that a viewer sees, as FROM and WHERE, and the viewer's role in them.
 * @param subjectOrgId the organization whose membership decides; for an operator null means all federations.
 */
function visible(
  viewer: Viewer,
  subjectOrgId: string | null,
  now: number,
): Sql & { readonly role: string; readonly rank: string } {
  const bound = viewer.federationId === null ? '' : 'AND f.id = ?';
  const boundParameters = viewer.federationId === null ? [] : [viewer.federationId];
  if (viewer.isOperator && subjectOrgId === null) {
    return {
      role: `'operator'`,
      rank: '0',
      text: `FROM federations f WHERE 1 = 1 ${bound}`,
      parameters: boundParameters,
    };
  }
  const role = `CASE WHEN m.role = 'owner' THEN 'owner' WHEN m.status = 'active' THEN 'member' ELSE 'invited' END`;
  return {
    role: viewer.isOperator ? `'operator'` : role,
    rank: `CASE WHEN m.role = 'owner' THEN 0 WHEN m.status = 'active' THEN 1 ELSE 2 END`,
    text: `FROM federations f JOIN members m ON m.federation_id = f.id AND m.org_id = ?
      WHERE (m.status = 'active' OR (m.status = 'invited' AND m.expires_at > ?)) ${bound}`,
    parameters: [subjectOrgId, now, ...boundParameters],
  };
}

export interface FederationFilter {
  readonly orgId: string | null;
  readonly name: string | null;
}

function listed(viewer: Viewer, filter: FederationFilter, now: number): Sql & { readonly rank: string } {
  const source = visible(viewer, filter.orgId ?? subjectOf(viewer), now);
  const name = filter.name === null ? '' : 'AND f.name = ?';
  return {
    rank: source.rank,
    text: `SELECT ${COLUMNS}, ${source.role} AS viewerRole, ${source.rank} AS listRank ${source.text} ${name}`,
    parameters: [...source.parameters, ...(filter.name === null ? [] : [filter.name])],
  };
}

export const federationRepository = {
  findVisible(db: Reader, viewer: Viewer, ids: readonly string[], now: number): Promise<FederationView[]> {
    const source = visible(viewer, subjectOf(viewer), now);
    return db.query(
      `SELECT ${COLUMNS}, ${source.role} AS viewerRole ${source.text} AND f.id IN (${ids.map(() => '?').join(', ')})`,
      [...source.parameters, ...ids],
    );
  },

  async roleOf(db: Reader, viewer: Viewer, id: string, now: number): Promise<FederationRole | null> {
    const [row] = await federationRepository.findVisible(db, viewer, [id], now);
    return row?.viewerRole ?? null;
  },

  /** Owned, then active, then invited; then by creation. */
  list(
    db: Reader,
    viewer: Viewer,
    query: { readonly filter: FederationFilter; readonly page: PageRequest },
    now: number,
  ): Promise<ListedFederation[]> {
    const { filter, page } = query;
    const source = listed(viewer, filter, now);
    const after = page.after === null ? '' : `AND (${source.rank}, f.created_at, f.id) > (?, ?, ?)`;
    return db.query(`${source.text} ${after} ORDER BY listRank, f.created_at, f.id LIMIT ? OFFSET ?`, [
      ...source.parameters,
      ...(page.after ?? []),
      page.first + 1,
      page.offset,
    ]);
  },

  async count(db: Reader, viewer: Viewer, filter: FederationFilter, now: number): Promise<number> {
    const source = listed(viewer, filter, now);
    const [row] = await db.query<{ count: number }>(
      `SELECT COUNT(*) AS count FROM (${source.text}) t`,
      source.parameters,
    );
    return row?.count ?? 0;
  },

  /** Federations in which an organization takes part, by creation. */
  listActive(
    db: Reader,
    orgId: string,
    limit: number,
  ): Promise<{ readonly id: string; readonly name: string }[]> {
    return db.query(
      `SELECT f.id AS id, f.name AS name FROM members m JOIN federations f ON f.id = m.federation_id
        WHERE m.org_id = ? AND m.status = 'active' ORDER BY f.created_at, f.id LIMIT ?`,
      [orgId, limit],
    );
  },

  async findByName(db: Reader, orgId: string, name: string): Promise<FederationRow | null> {
    const [row] = await db.query<FederationRow>(
      `SELECT f.id AS id, f.org_id AS orgId, f.name AS name, f.description AS description, f.created_by_key AS createdByKey,
        f.created_at AS createdAt, f.updated_at AS updatedAt FROM federations f WHERE f.org_id = ? AND f.name = ?`,
      [orgId, name],
    );
    return row ?? null;
  },

  async insert(tx: Transaction, row: FederationRow): Promise<void> {
    await tx.manager.insert(FederationEntity, { ...row });
  },

  /** Serializes what changes the federation as a whole: invitations (their number is bounded) and its models. */
  async lock(tx: Transaction, id: string): Promise<void> {
    await tx.query(`SELECT f.id AS id FROM federations f WHERE f.id = ? ${tx.forUpdate}`, [id]);
  },

  async lockShared(tx: Transaction, id: string): Promise<void> {
    await tx.query(`SELECT f.id AS id FROM federations f WHERE f.id = ? ${tx.forShare}`, [id]);
  },
} as const;

/** An operator sees federations as such; everybody else through a membership. */
function subjectOf(viewer: Viewer): string | null {
  return viewer.isOperator ? null : viewer.orgId;
}
