import type { Reader, Transaction } from '../db/database.js';
import { LedgerEntity } from './ledger.entity.js';

export interface LedgerRow {
  readonly federationId: string;
  readonly totalEpsilon: number;
  readonly totalDelta: number;
  readonly ordersVersion: number;
  readonly rdp: Buffer | null;
  readonly roundsTracked: number;
  readonly roundsUntracked: number;
  readonly lastRoundNumber: number;
  readonly version: number;
  readonly tightEpsilon: number | null;
  readonly tightVersion: number | null;
}

const COLUMNS = `l.federation_id AS federationId, l.total_epsilon AS totalEpsilon, l.total_delta AS totalDelta,
  l.orders_version AS ordersVersion, l.rdp AS rdp, l.rounds_tracked AS roundsTracked,
  l.rounds_untracked AS roundsUntracked, l.last_round_number AS lastRoundNumber, l.version AS version,
  l.tight_epsilon AS tightEpsilon, l.tight_version AS tightVersion`;

export const ledgerRepository = {
  findMany(db: Reader, federationIds: readonly string[]): Promise<LedgerRow[]> {
    return db.query<LedgerRow>(
      `SELECT ${COLUMNS} FROM privacy_ledgers l WHERE l.federation_id IN (${federationIds.map(() => '?').join(', ')})`,
      federationIds,
    );
  },

  /** Whoever changes anything of a federation's ledger or rounds holds this lock first. */
  async lock(tx: Transaction, federationId: string): Promise<LedgerRow | null> {
    const [row] = await tx.query<LedgerRow>(
      `SELECT ${COLUMNS} FROM privacy_ledgers l WHERE l.federation_id = ? ${tx.forUpdate}`,
      [federationId],
    );
    return row ?? null;
  },

  async insert(tx: Transaction, row: LedgerRow): Promise<void> {
    await tx.manager.insert(LedgerEntity, { ...row });
  },

  async update(tx: Transaction, { federationId, ...row }: LedgerRow): Promise<void> {
    await tx.manager.update(LedgerEntity, { federationId }, row);
  },

  /** Keeps a tight epsilon, unless the ledger has moved on meanwhile. */
  async keepTightEpsilon(
    tx: Transaction,
    kept: { readonly federationId: string; readonly version: number; readonly epsilon: number | null },
  ): Promise<void> {
    const { federationId, version, epsilon } = kept;
    await tx.manager.update(
      LedgerEntity,
      { federationId, version },
      { tightEpsilon: epsilon, tightVersion: version },
    );
  },

  /** Ids of all federations, in pages by id. */
  async listFederationIds(db: Reader, after: string, limit: number): Promise<string[]> {
    const rows = await db.query<{ federationId: string }>(
      'SELECT f.id AS federationId FROM federations f WHERE f.id > ? ORDER BY f.id LIMIT ?',
      [after, limit],
    );
    return rows.map(({ federationId }) => federationId);
  },
} as const;
