import type { Reader, Transaction } from '../db/database.js';
import type { MemberKey } from '../federations/index.js';
import { SummaryRebuildEntity } from './summary-rebuild.entity.js';

/** A member in the queue (summary-rebuild.entity.ts). */
export interface QueuedMember extends MemberKey {
  readonly nonce: string;
  readonly lastId: number;
  readonly lastSeries: string;
  readonly createdAt: number;
  readonly finishedAt: number | null;
}

const COLUMNS = `r.federation_id AS federationId, r.org_id AS orgId, r.nonce AS nonce, r.last_id AS lastId,
  r.last_series AS lastSeries, r.created_at AS createdAt, r.finished_at AS finishedAt`;

/** Members whose summaries are made anew, and how far each of them is. */
export const rebuildQueueRepository = {
  /** @param federationId null for those of all federations. */
  list(db: Reader, federationId: string | null): Promise<QueuedMember[]> {
    const ofOne = federationId === null ? '' : 'WHERE r.federation_id = ?';
    return db.query<QueuedMember>(
      `SELECT ${COLUMNS} FROM summary_rebuilds r ${ofOne} ORDER BY r.federation_id, r.org_id`,
      federationId === null ? [] : [federationId],
    );
  },

  async find(db: Reader, { federationId, orgId }: MemberKey): Promise<QueuedMember | null> {
    const [row] = await db.query<QueuedMember>(
      `SELECT ${COLUMNS} FROM summary_rebuilds r WHERE r.federation_id = ? AND r.org_id = ?`,
      [federationId, orgId],
    );
    return row ?? null;
  },

  /** Where a transaction locks both, the membership comes before this. */
  async lock(tx: Transaction, { federationId, orgId }: MemberKey): Promise<QueuedMember | null> {
    const [row] = await tx.query<QueuedMember>(
      `SELECT ${COLUMNS} FROM summary_rebuilds r WHERE r.federation_id = ? AND r.org_id = ? ${tx.forUpdate}`,
      [federationId, orgId],
    );
    return row ?? null;
  },

  async insert(tx: Transaction, row: QueuedMember): Promise<void> {
    await tx.manager.insert(SummaryRebuildEntity, { ...row });
  },

  async update(tx: Transaction, { federationId, orgId, ...state }: QueuedMember): Promise<void> {
    await tx.manager.update(SummaryRebuildEntity, { federationId, orgId }, state);
  },

  async delete(tx: Transaction, { federationId, orgId }: MemberKey): Promise<void> {
    await tx.manager.delete(SummaryRebuildEntity, { federationId, orgId });
  },

  /** Unless it was begun anew meanwhile. */
  async deleteUnchanged(tx: Transaction, { federationId, orgId, nonce }: QueuedMember): Promise<void> {
    await tx.manager.delete(SummaryRebuildEntity, { federationId, orgId, nonce });
  },
} as const;
