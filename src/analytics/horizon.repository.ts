import type { Reader, Transaction } from '../db/database.js';
import { FIRST_DAY } from './buckets.js';
import { ObservationHorizonEntity } from './observation-horizon.entity.js';

export interface Horizon {
  readonly federationId: string;
  /** The first day (buckets.ts) whose observations are in the record. */
  readonly firstDay: number;
}

const COLUMNS = 'h.federation_id AS federationId, h.first_day AS firstDay';

export const horizonRepository = {
  /** The first day of a federation's record; FIRST_DAY where nothing has expired. */
  async firstDayOf(db: Reader, federationId: string): Promise<number> {
    const [row] = await db.query<Horizon>(
      `SELECT ${COLUMNS} FROM observation_horizons h WHERE h.federation_id = ?`,
      [federationId],
    );
    return row?.firstDay ?? FIRST_DAY;
  },

  list(db: Reader): Promise<Horizon[]> {
    return db.query<Horizon>(`SELECT ${COLUMNS} FROM observation_horizons h ORDER BY h.federation_id`);
  },

  /** Federations whose record begins before that day. */
  async listBehind(db: Reader, firstDay: number): Promise<string[]> {
    const rows = await db.query<Pick<Horizon, 'federationId'>>(
      `SELECT f.id AS federationId FROM federations f
        LEFT JOIN observation_horizons h ON h.federation_id = f.id
        WHERE h.first_day IS NULL OR h.first_day < ? ORDER BY f.id`,
      [firstDay],
    );
    return rows.map(({ federationId }) => federationId);
  },

  /** Of several processes that drop rows of one federation, one at a time does. */
  async lock(tx: Transaction, federationId: string): Promise<Horizon | null> {
    const [row] = await tx.query<Horizon>(
      `SELECT ${COLUMNS} FROM observation_horizons h WHERE h.federation_id = ? ${tx.forUpdate}`,
      [federationId],
    );
    return row ?? null;
  },

  /** Never back. @throws a unique violation where another process wrote the federation's first at this moment. */
  async moveForward(tx: Transaction, horizon: Horizon & { readonly movedAt: number }): Promise<void> {
    const { federationId, firstDay } = horizon;
    const known = await horizonRepository.lock(tx, federationId);
    if (known === null) await tx.manager.insert(ObservationHorizonEntity, { ...horizon });
    else if (known.firstDay < firstDay)
      await tx.manager.update(ObservationHorizonEntity, { federationId }, { ...horizon });
  },
} as const;
