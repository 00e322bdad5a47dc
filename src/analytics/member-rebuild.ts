import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../core/clock.js';
import type { Database, Transaction } from '../db/database.js';
import type { MemberKey, RosterService } from '../federations/index.js';
import { foldsOf, type RecordPart, type RecordRange } from './member-record.js';
import { horizonRepository } from './horizon.repository.js';
import { memberSummaryRepository } from './member-summary.repository.js';
import { publishSeries } from './publish-series.js';
import type { RebuildListener } from './rebuild-event.js';
import { rebuildQueueRepository, type QueuedMember } from './rebuild-queue.repository.js';
import type { SeriesRow } from './series.js';
import { addToRebuilt } from './summary-update.js';

export interface RebuildBounds {
  /** What is counted in one transaction. But on SQLite, where it takes a second or two, no sender waits for it. */
  readonly part: Required<Pick<RecordRange, 'rows' | 'days'>>;
  /** What is counted while senders wait; what has come meanwhile and is more is counted beforehand. */
  readonly tail: Required<Pick<RecordRange, 'rows' | 'days'>>;
  /** What gets its new summaries in one transaction; a series that has more bytes does so alone. */
  readonly page: { readonly series: number; readonly bytes: number };
  /** Between two transactions: on SQLite, a process that waits to write looks every 10 ms whether it may. */
  readonly pauseMs: number;
}

/**
 * Makes the summaries of one member anew, in steps that each are a short transaction. How far it is stands in the
 * queue: whoever finds the row as it was when the step was prepared may take it, so that several processes may work on one
 * member, each may end at any time, and none takes a step twice.
 *
 * First the record is counted into days that nobody sees. Senders do not wait: the ids of one member's observations are
 * committed in their order, since whoever stores some holds the member's lock, so what has come meanwhile has larger ids
 * than what was read. Then, under that lock, the rest is counted, and one page of series after the other gets its
 * new summaries in the place of the old ones, days, months and all time at once. Until then ingestion adds to the old ones,
 * which go, and from then on to the new ones, which is why the rest is no longer counted for series of earlier pages.
 */
export class MemberRebuild {
  constructor(
    private readonly services: {
      readonly clock: Clock;
      readonly db: Database;
      readonly rosters: RosterService;
    },
    private readonly bounds: RebuildBounds,
    private readonly tell: RebuildListener,
  ) {}

  /** @throws CONFLICT for an expired day that cannot be read; what was done stays done. */
  async run(member: MemberKey): Promise<void> {
    for (let patience = 1; ;) {
      const queued = await rebuildQueueRepository.find(this.services.db, member);
      // Who purged it left nothing that could be wrong, and what has come since was summarized when it came.
      if (queued?.finishedAt !== null) break;
      const counted = await this.count(queued);
      if (counted === null) continue;
      // Of a member that never rests more is counted under its lock each time, until that is all.
      if ((await this.publish(counted, patience)) === 'behind') patience *= 2;
    }
    await this.tell({ kind: 'finished', member: memberOf(member) });
  }

  /** Counts what there is. @returns how far it is then; null where somebody else took a step. */
  private async count(from: QueuedMember): Promise<QueuedMember | null> {
    const { db } = this.services;
    const firstDay = await horizonRepository.firstDayOf(db, from.federationId);
    const range = { firstDay, after: from.lastId, ...this.bounds.part };
    let state = from;
    for await (const part of foldsOf(db, from, range)) {
      if (!(await this.prepareSeries(state, part))) return null;
      const counted = { ...state, lastId: part.lastId };
      if (!(await this.add(state, part, counted))) return null;
      state = counted;
      await this.tell({ kind: 'counted', member: memberOf(state), observations: part.rows });
      await sleep(this.bounds.pauseMs);
    }
    return state;
  }

  /** Series are what ingestion makes as well, so they are made under its lock, and for that moment alone. */
  private async prepareSeries(state: QueuedMember, part: RecordPart): Promise<boolean> {
    const { db, rosters } = this.services;
    const series = seriesBehind(state, part);
    if ((await memberSummaryRepository.listUnlike(db, series)).length === 0) return true;
    return db.transaction(async (tx) => {
      await rosters.lockAny(tx, state);
      if (!(await lockUnchanged(tx, state))) return false;
      await memberSummaryRepository.restoreSeries(tx, series);
      return true;
    });
  }

  private async add(state: QueuedMember, { fold }: RecordPart, counted: QueuedMember): Promise<boolean> {
    return this.services.db.transaction(async (tx) => {
      if (!(await lockUnchanged(tx, state))) return false;
      await addToRebuilt(tx, fold, state.lastSeries);
      await rebuildQueueRepository.update(tx, counted);
      return true;
    });
  }

  /** Page by page, to the end, unless too much has come or somebody else took a step. */
  private async publish(from: QueuedMember, patience: number): Promise<'finished' | Hindrance> {
    for (let state = from; state.finishedAt === null;) {
      const page = await this.services.db.transaction((tx) => this.publishPage(tx, state, patience));
      if (typeof page === 'string') return page;
      state = page.state;
      if (page.series > 0)
        await this.tell({ kind: 'published', member: memberOf(state), series: page.series });
      await sleep(this.bounds.pauseMs);
    }
    return 'finished';
  }

  private async publishPage(
    tx: Transaction,
    state: QueuedMember,
    patience: number,
  ): Promise<{ readonly state: QueuedMember; readonly series: number } | Hindrance> {
    await this.services.rosters.lockAny(tx, state);
    if (!(await lockUnchanged(tx, state))) return 'changed';
    const lastId = await this.countTail(tx, state, patience);
    if (lastId === null) return 'behind';
    const series = await publishSeries(tx, state, { behind: state.lastSeries, ...this.bounds.page });
    const lastSeries = series.at(-1)?.id ?? state.lastSeries;
    const finishedAt = series.length === 0 ? this.services.clock.now() : null;
    const published = { ...state, lastId, lastSeries, finishedAt };
    await rebuildQueueRepository.update(tx, published);
    return { state: published, series: series.length };
  }

  /** Counts what has come since. @returns the last of it; null where it is more than senders are to wait for. */
  private async countTail(tx: Transaction, state: QueuedMember, patience: number): Promise<number | null> {
    const { rows, days } = this.bounds.tail;
    const firstDay = await horizonRepository.firstDayOf(tx, state.federationId);
    const range = { firstDay, after: state.lastId, rows: rows * patience, days: days * patience };
    let tail: RecordPart | null = null;
    for await (const part of foldsOf(tx, state, range)) {
      if (tail !== null) return null;
      tail = part;
    }
    if (tail === null) return state.lastId;
    await memberSummaryRepository.restoreSeries(tx, seriesBehind(state, tail));
    await addToRebuilt(tx, tail.fold, state.lastSeries);
    return tail.lastId;
  }
}

/** Why a page was not published: too much has come, or somebody else took a step. */
type Hindrance = 'behind' | 'changed';

/** Those that do not have their new summaries. */
function seriesBehind({ lastSeries }: QueuedMember, { fold }: RecordPart): SeriesRow[] {
  return fold.series.filter(({ id }) => id > lastSeries);
}

/** Whether the member's row in the queue is as it was, and stays so until the transaction ends. */
async function lockUnchanged(tx: Transaction, state: QueuedMember): Promise<boolean> {
  const row = await rebuildQueueRepository.lock(tx, state);
  return (
    row?.nonce === state.nonce &&
    row.lastId === state.lastId &&
    row.lastSeries === state.lastSeries &&
    row.finishedAt === null
  );
}

function memberOf({ federationId, orgId }: MemberKey): MemberKey {
  return { federationId, orgId };
}
