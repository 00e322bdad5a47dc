import type { Database, Reader } from '../db/database.js';
import type { MemberKey, RosterService } from '../federations/index.js';
import { horizonRepository } from './horizon.repository.js';
import { compareMember, type MemberResult, type SummaryDifference } from './member-comparison.js';
import { listMembers } from './member-record.js';
import { observationRepository } from './observation.repository.js';

export type { SummaryDifference };

/** What was found of all members together. */
export type Verified = MemberResult;

const MAX_ATTEMPTS = 3;

/** Makes summaries anew from the record, in memory. Whatever it finds it tells, and changes nothing. */
export class SummaryVerification {
  constructor(
    private readonly db: Database,
    private readonly rosters: RosterService,
  ) {}

  /** Those of every member, one after the other. */
  async verifyAll(): Promise<Verified> {
    const differences: SummaryDifference[] = [];
    let [summaries, expired] = [0, 0];
    for (const member of await listMembers(this.db)) {
      const found = await this.verify(member);
      summaries += found.summaries;
      expired += found.expired;
      differences.push(...found.differences);
    }
    return { summaries, expired, differences };
  }

  /** A member that sends meanwhile is looked at again; one that never rests, under its lock. */
  private async verify(member: MemberKey): Promise<MemberResult> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const found = await compareAtRest(this.db, member);
      if (found !== null) return found;
    }
    return this.db.transaction(async (tx) => {
      await this.rosters.lockAny(tx, member);
      // Its record may still expire from under it, which is once a day.
      for (;;) {
        const firstDay = await horizonRepository.firstDayOf(tx, member.federationId);
        const found = await compareMember(tx, member, firstDay);
        const isAtRest = (await horizonRepository.firstDayOf(tx, member.federationId)) === firstDay;
        if (isAtRest || found.differences.length === 0) return found;
      }
    });
  }
}

/** Null where something may only seem to differ, because the record changed meanwhile. */
async function compareAtRest(db: Reader, member: MemberKey): Promise<MemberResult | null> {
  const before = await stateOf(db, member);
  const found = await compareMember(db, member, before.firstDay);
  if (found.differences.length === 0) return found;
  const after = await stateOf(db, member);
  return after.lastId === before.lastId && after.firstDay === before.firstDay ? found : null;
}

/** Equal before and after means that nothing has come, been purged or expired. */
async function stateOf(
  db: Reader,
  member: MemberKey,
): Promise<{ readonly lastId: number; readonly firstDay: number }> {
  const firstDay = await horizonRepository.firstDayOf(db, member.federationId);
  const { last: lastId } = await observationRepository.idsOf(db, member);
  return { lastId, firstDay };
}
