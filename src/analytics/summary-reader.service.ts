import type { Reader } from '../db/database.js';
import { planOf, type Plan } from './buckets.js';
import { mergeBodies, type CellBody } from './cell-body.js';
import { GroupFold, type GroupSummary } from './group-fold.js';
import { horizonRepository } from './horizon.repository.js';
import { observationRepository } from './observation.repository.js';
import { assertKept } from './retention.policy.js';
import { summaryRepository, type AskedSeries } from './summary.repository.js';

export interface SummaryQuestion extends AskedSeries {
  /** Inclusive; null for the beginning of all time. */
  readonly start: number | null;
  /** Exclusive; null for the end of all time. */
  readonly end: number | null;
}

/** Answers from summaries what the record would say, at a cost that does not grow with the record. */
export class SummaryReader {
  /**
   * What each group of each member has of a variable, of a pair of categorical ones, or ('' for both) of observations,
   * in a time and on a platform. For whoever has checked that the caller may know.
   *
   * Each moment is read once, so nothing is counted twice.
   * @param db a snapshot (`Db.snapshot`). Inside a request's own transaction on MySQL it is none (NestedDb): there a batch
   *   that is stored meanwhile may be seen in a part of its times, as if its rows had come one by one.
   * @returns by member and group; groups that have none are left out, and others than asked for may be among them.
   * @throws BAD_USER_INPUT (raw_expired) for a time that begins or ends within a day that has expired.
   */
  async read(db: Reader, asked: SummaryQuestion): Promise<GroupSummary[]> {
    const plan = planOf(asked.start, asked.end);
    await refuseExpired(db, asked, plan);
    const groups = new GroupMerge();
    for (const range of plan.buckets)
      for (const cell of await summaryRepository.listCells(db, asked, range)) groups.add(cell);
    for (const range of plan.raw) {
      const fold = new GroupFold(asked);
      for await (const page of observationRepository.pagesBetween(db, asked, range))
        for (const row of page) fold.add(row);
      for (const summary of fold.summaries()) groups.add(summary);
    }
    // Where `db` is no snapshot, rows may have been dropped since the first look; a horizon moves before they are.
    await refuseExpired(db, asked, plan);
    return groups.merged();
  }
}

async function refuseExpired(db: Reader, { federationId }: AskedSeries, plan: Plan): Promise<void> {
  if (plan.raw.length > 0) assertKept(plan, await horizonRepository.firstDayOf(db, federationId));
}

/** Summaries by member and group, merged at once in the end, which is what costs digests the least accuracy. */
class GroupMerge {
  private readonly byKey = new Map<
    string,
    { total: Omit<GroupSummary, 'body'>; bodies: [CellBody, ...CellBody[]] }
  >();

  add({ orgId, deviceGroup, count, firstAt, lastAt, body }: GroupSummary): void {
    const key = `${orgId}\u0000${deviceGroup}`;
    const known = this.byKey.get(key);
    if (known === undefined) {
      this.byKey.set(key, { total: { orgId, deviceGroup, count, firstAt, lastAt }, bodies: [body] });
      return;
    }
    const { total, bodies } = known;
    bodies.push(body);
    known.total = {
      orgId,
      deviceGroup,
      count: total.count + count,
      firstAt: Math.min(total.firstAt, firstAt),
      lastAt: Math.max(total.lastAt, lastAt),
    };
  }

  merged(): GroupSummary[] {
    return [...this.byKey]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, { total, bodies }]) => ({ ...total, body: mergeBodies(bodies) }));
  }
}
