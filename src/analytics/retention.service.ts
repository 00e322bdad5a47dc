import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../core/clock.js';
import type { Database } from '../db/database.js';
import { isUniqueViolation } from '../db/dialect.js';
import { startOfDay } from './buckets.js';
import { horizonRepository, type Horizon } from './horizon.repository.js';
import { observationRepository } from './observation.repository.js';
import { firstKeptDay } from './retention.policy.js';

/** Rows that are dropped in one transaction. */
export const DROPPED_AT_ONCE = 1_000;
/** Between two of them, so that whoever waits for the database, or for this process, has its turn. */
const PAUSE_MS = 10;

/** Of an AbortSignal, what a sweep looks at. */
type Stop = Pick<AbortSignal, 'aborted'>;

/** What went wrong in one federation: the next sweep tries again. */
interface SweepFailure {
  readonly federationId: string;
  readonly error: unknown;
}

type MovingHorizon = Horizon & { readonly movedAt: number };

export interface Swept {
  /** So many federations have a later first day than before. */
  readonly horizons: number;
  /** So many rows were dropped. */
  readonly observations: number;
  readonly failures: readonly SweepFailure[];
}

/**
 * Drops observations that have grown too old; what they were summarized to stays. A federation's horizon moves first, in
 * a transaction of its own, and from then on nobody reads what is behind it; then the rows go in short transactions.
 * Wherever that ends, the next sweep goes on, and several processes may do it at once.
 */
export class RetentionService {
  /** @param retentionDays at least 1; null keeps what no horizon has passed yet. */
  constructor(
    private readonly clock: Clock,
    private readonly db: Database,
    private readonly retentionDays: number | null,
  ) {}

  /**
   * Moves each horizon to its day, and drops what is behind it. What fails in one federation keeps no other waiting.
   * @param signal ends it between two transactions.
   */
  async sweep(signal: Stop): Promise<Swept> {
    const failures: SweepFailure[] = [];
    const attempt = async (federationId: string, step: () => Promise<number>): Promise<number> => {
      try {
        return await step();
      } catch (error) {
        failures.push({ federationId, error });
        return 0;
      }
    };
    let [horizons, observations] = [0, 0];
    for (const horizon of await this.listDue())
      if (!signal.aborted) horizons += await attempt(horizon.federationId, () => this.move(horizon));
    for (const horizon of await horizonRepository.list(this.db))
      observations += await attempt(horizon.federationId, () => this.dropBehind(horizon, signal));
    return { horizons, observations, failures };
  }

  private async listDue(): Promise<MovingHorizon[]> {
    if (this.retentionDays === null) return [];
    const movedAt = this.clock.now();
    const firstDay = firstKeptDay(movedAt, this.retentionDays);
    const due = await horizonRepository.listBehind(this.db, firstDay);
    return due.map((federationId) => ({ federationId, firstDay, movedAt }));
  }

  /** @returns 1, for the one that has moved. */
  private async move(horizon: MovingHorizon): Promise<number> {
    const write = () => this.db.transaction((tx) => horizonRepository.moveForward(tx, horizon));
    try {
      await write();
    } catch (error) {
      // Another process wrote the first one at the same moment: now there is one to move.
      if (!isUniqueViolation(error)) throw error;
      await write();
    }
    return 1;
  }

  private async dropBehind({ federationId, firstDay }: Horizon, signal: Stop): Promise<number> {
    const time = startOfDay(firstDay);
    let dropped = 0;
    while (!signal.aborted && (await observationRepository.hasBefore(this.db, federationId, time))) {
      dropped += await this.db.transaction(async (tx) => {
        await horizonRepository.lock(tx, federationId);
        return observationRepository.deleteBefore(tx, federationId, { time, limit: DROPPED_AT_ONCE });
      });
      await sleep(PAUSE_MS);
    }
    return dropped;
  }
}
