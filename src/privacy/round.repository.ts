import type { PageRequest } from '../core/page.js';
import type { Reader, Transaction } from '../db/database.js';
import { unionAll } from '../db/union.js';
import { TrainingRoundEntity, type RoundStatus } from './training-round.entity.js';

export interface RoundRow {
  readonly id: string;
  readonly federationId: string;
  readonly roundNumber: number;
  readonly status: RoundStatus;
  readonly modelId: string | null;
  /** Null for an untracked round, as the two that follow. */
  readonly noiseMultiplier: number | null;
  readonly sampleRate: number | null;
  readonly numSteps: number | null;
  readonly targetDelta: number | null;
  readonly overdrawn: boolean;
  readonly isCounted: boolean;
  readonly contentHash: string;
  readonly completionHash: string | null;
  readonly recordedAt: number;
  readonly completedAt: number | null;
}

/** A round with the ledger's sums before it and with it. */
export interface StoredRound extends RoundRow {
  readonly previousRdp: Buffer | null;
  readonly cumulativeRdp: Buffer | null;
}

export interface RoundVectors {
  readonly id: string;
  readonly federationId: string;
  readonly previousRdp: Buffer | null;
  readonly cumulativeRdp: Buffer | null;
}

const COLUMNS = `r.id AS id, r.federation_id AS federationId, r.round_number AS roundNumber, r.status AS status,
  r.model_id AS modelId, r.noise_multiplier AS noiseMultiplier, r.sample_rate AS sampleRate, r.num_steps AS numSteps,
  r.target_delta AS targetDelta, r.overdrawn AS overdrawn, r.is_counted AS isCounted, r.content_hash AS contentHash,
  r.completion_hash AS completionHash, r.recorded_at AS recordedAt, r.completed_at AS completedAt`;

/** A list of rounds is sorted by their numbers alone. */
export const ROUND_KEY_SHAPE = ['number'] as const;

/** Booleans come as 0 and 1 from both databases. */
interface Flags {
  readonly overdrawn: number | boolean;
  readonly isCounted: number | boolean;
}

function read<Row extends Flags>(row: Row): Omit<Row, keyof Flags> & Record<keyof Flags, boolean> {
  return { ...row, overdrawn: Boolean(row.overdrawn), isCounted: Boolean(row.isCounted) };
}

type Raw<Row extends RoundRow> = Omit<Row, keyof Flags> & Flags;

export const roundRepository = {
  async find(db: Reader, id: string): Promise<RoundRow | null> {
    const [row] = await db.query<Raw<RoundRow>>(`SELECT ${COLUMNS} FROM training_rounds r WHERE r.id = ?`, [
      id,
    ]);
    return row === undefined ? null : read(row);
  },

  /** The same page of several federations' rounds in one statement, newest first, each with its own limit. */
  async listByFederation(
    db: Reader,
    federationIds: readonly string[],
    page: PageRequest,
  ): Promise<RoundRow[]> {
    const after = page.after === null ? '' : 'AND n.round_number < ?';
    // Places are found in the index alone, so that an offset reads no rows.
    const one = `SELECT ${COLUMNS} FROM (SELECT n.round_number AS place FROM training_rounds n
      WHERE n.federation_id = ? ${after} ORDER BY n.round_number DESC LIMIT ? OFFSET ?) page
      JOIN training_rounds r ON r.federation_id = ? AND r.round_number = page.place ORDER BY page.place DESC`;
    const rows = await db.query<Raw<RoundRow>>(
      unionAll(one, federationIds.length),
      federationIds.flatMap((id) => [id, ...(page.after ?? []), page.first + 1, page.offset, id]),
    );
    return rows.map(read);
  },

  /** The counted rounds, oldest first. Places are found in the index alone, so that an offset reads no rows. */
  async listCounted(db: Reader, federationId: string, page: PageRequest): Promise<RoundRow[]> {
    const after = page.after === null ? '' : 'AND c.round_number > ?';
    const rows = await db.query<Raw<RoundRow>>(
      `SELECT ${COLUMNS} FROM (SELECT c.round_number AS n FROM training_rounds c
        WHERE c.federation_id = ? AND c.is_counted = 1 ${after} ORDER BY c.round_number LIMIT ? OFFSET ?) place
        JOIN training_rounds r ON r.federation_id = ? AND r.round_number = place.n ORDER BY place.n`,
      [federationId, ...(page.after ?? []), page.first + 1, page.offset, federationId],
    );
    return rows.map(read);
  },

  /** What the figures of rounds are computed from. */
  findVectors(db: Reader, ids: readonly string[]): Promise<RoundVectors[]> {
    return db.query<RoundVectors>(
      `SELECT r.id AS id, r.federation_id AS federationId, r.previous_rdp AS previousRdp,
        r.cumulative_rdp AS cumulativeRdp FROM training_rounds r WHERE r.id IN (${ids.map(() => '?').join(', ')})`,
      ids,
    );
  },

  /** Rounds with their vectors behind a number, in order; for recomputing. */
  async listBehind(
    db: Reader,
    federationId: string,
    roundNumber: number,
    limit: number,
  ): Promise<StoredRound[]> {
    const rows = await db.query<Raw<StoredRound>>(
      `SELECT ${COLUMNS}, r.previous_rdp AS previousRdp, r.cumulative_rdp AS cumulativeRdp FROM training_rounds r
        WHERE r.federation_id = ? AND r.round_number > ? ORDER BY r.round_number LIMIT ?`,
      [federationId, roundNumber, limit],
    );
    return rows.map(read);
  },

  /** Steps by what they cost each: all that the tighter accountant needs to know. */
  sumSteps(
    db: Reader,
    federationId: string,
    limit: number,
  ): Promise<{ noiseMultiplier: number; sampleRate: number; steps: number }[]> {
    return db.query(
      `SELECT r.noise_multiplier AS noiseMultiplier, r.sample_rate AS sampleRate, SUM(r.num_steps) * 1.0E0 AS steps
        FROM training_rounds r WHERE r.federation_id = ? AND r.is_counted = 1
        GROUP BY r.noise_multiplier, r.sample_rate LIMIT ?`,
      [federationId, limit],
    );
  },

  async insert(tx: Transaction, row: StoredRound): Promise<void> {
    await tx.manager.insert(TrainingRoundEntity, { ...row });
  },

  /** Other sums for counted rounds, in one statement. */
  async putSums(
    tx: Transaction,
    rows: readonly Pick<StoredRound, 'id' | 'previousRdp' | 'cumulativeRdp'>[],
  ): Promise<void> {
    if (rows.length === 0) return;
    const cases = `CASE id ${rows.map(() => 'WHEN ? THEN ?').join(' ')} END`;
    await tx.query(
      `UPDATE training_rounds SET previous_rdp = ${cases}, cumulative_rdp = ${cases} WHERE id IN (${rows.map(() => '?').join(', ')})`,
      [
        ...rows.flatMap(({ id, previousRdp }) => [id, previousRdp]),
        ...rows.flatMap(({ id, cumulativeRdp }) => [id, cumulativeRdp]),
        ...rows.map(({ id }) => id),
      ],
    );
  },

  async update(
    tx: Transaction,
    id: string,
    change: Partial<
      Pick<
        StoredRound,
        'status' | 'isCounted' | 'previousRdp' | 'cumulativeRdp' | 'completionHash' | 'completedAt'
      >
    >,
  ): Promise<void> {
    await tx.manager.update(TrainingRoundEntity, { id }, change);
  },
} as const;
