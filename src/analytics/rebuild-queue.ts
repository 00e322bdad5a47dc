import { randomBytes } from 'node:crypto';
import type { Clock } from '../core/clock.js';
import type { Database, Reader, Transaction } from '../db/database.js';
import { keyOfMember, type MemberKey, type RosterService } from '../federations/index.js';
import { getDays } from './expired-days.js';
import { horizonRepository } from './horizon.repository.js';
import { listMembers } from './member-record.js';
import { memberSummaryRepository } from './member-summary.repository.js';
import type { RebuildListener } from './rebuild-event.js';
import { rebuildQueueRepository, type QueuedMember } from './rebuild-queue.repository.js';
import { rebuiltDayRepository } from './rebuilt-day.repository.js';
import { summaryRepository } from './summary.repository.js';

/** Whose summaries are to be made anew. It is in the database, so that it outlives the process that made it. */
export class RebuildQueue {
  constructor(
    private readonly clock: Clock,
    private readonly db: Database,
    private readonly rosters: RosterService,
  ) {}

  /**
   * Goes on with a queue in which somebody is not finished, and adds who is not in it; else, or if it is to `restart`,
   * begins with every member.
   * @returns those that are not finished.
   * @throws CONFLICT for an expired day that cannot be read, of a member that would begin: then nothing is written.
   */
  async open(
    federationId: string | null,
    restart: boolean,
    tell: RebuildListener,
  ): Promise<readonly QueuedMember[]> {
    const queued = await rebuildQueueRepository.list(this.db, federationId);
    const goesOn = !restart && queued.some(isUnfinished);
    const known = new Set(queued.map(keyOfMember));
    const members = await this.membersOf(federationId);
    const fresh = members.filter((member) => !known.has(keyOfMember(member)));
    for (const member of goesOn ? fresh : members) await assertExpiredReadable(this.db, member);
    if (!goesOn) for (const row of queued) await this.renew(row);
    for (const member of fresh) await this.add(member);
    const open = await rebuildQueueRepository.list(this.db, federationId);
    if (goesOn) {
      const since = Math.min(...queued.map(({ createdAt }) => createdAt));
      const finished = open.filter((row) => !isUnfinished(row)).length;
      await tell({ kind: 'resumed', since, members: open.length, finished });
    }
    return open.filter(isUnfinished);
  }

  /** Forgets who is finished, once everybody is. */
  async close(federationId: string | null): Promise<void> {
    const queued = await rebuildQueueRepository.list(this.db, federationId);
    if (queued.some(isUnfinished)) return;
    for (const row of queued)
      await this.db.transaction((tx) => rebuildQueueRepository.deleteUnchanged(tx, row));
  }

  private async membersOf(federationId: string | null): Promise<MemberKey[]> {
    const members = await listMembers(this.db);
    return members.filter((member) => federationId === null || member.federationId === federationId);
  }

  private async add(member: MemberKey): Promise<void> {
    await this.db.transaction(async (tx) => {
      await this.rosters.lockAny(tx, member);
      if ((await rebuildQueueRepository.lock(tx, member)) !== null) return;
      await dropRebuilt(tx, member);
      await rebuildQueueRepository.insert(tx, this.unbegun(member));
    });
  }

  /** Begins a member anew, unless somebody else just has. */
  private async renew(row: QueuedMember): Promise<void> {
    await this.db.transaction(async (tx) => {
      if ((await rebuildQueueRepository.lock(tx, row))?.nonce !== row.nonce) return;
      await dropRebuilt(tx, row);
      await rebuildQueueRepository.update(tx, this.unbegun(row));
    });
  }

  private unbegun({ federationId, orgId }: MemberKey): QueuedMember {
    const nonce = randomBytes(16).toString('hex');
    const createdAt = this.clock.now();
    return { federationId, orgId, nonce, lastId: 0, lastSeries: '', createdAt, finishedAt: null };
  }
}

/** What was counted for an earlier row in the queue is nothing to this one. */
async function dropRebuilt(tx: Transaction, member: MemberKey): Promise<void> {
  await rebuiltDayRepository.delete(tx, await memberSummaryRepository.seriesIdsOf(tx, member));
}

function isUnfinished({ finishedAt }: QueuedMember): boolean {
  return finishedAt === null;
}

/** What is known before the record is counted, which may take long. @throws CONFLICT */
async function assertExpiredReadable(db: Reader, member: MemberKey): Promise<void> {
  const firstDay = await horizonRepository.firstDayOf(db, member.federationId);
  for await (const series of summaryRepository.seriesPagesOf(db, member)) {
    const days = await summaryRepository.listDaysBefore(db, series, firstDay);
    for (const row of series)
      getDays(
        row,
        days.filter(({ seriesId }) => seriesId === row.id),
        undefined,
      );
  }
}
