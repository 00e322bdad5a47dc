import type { Database, Transaction } from '../db/database.js';
import type { MemberKey, RosterService } from '../federations/index.js';
import { summaryCells } from './cell-table.js';
import { getDays } from './expired-days.js';
import { coarserOf } from './fold.js';
import { horizonRepository } from './horizon.repository.js';
import { foldsOf, listMembers } from './member-record.js';
import { memberSummaryRepository } from './member-summary.repository.js';
import { summaryRepository } from './summary.repository.js';
import { addToSummaries } from './summary-update.js';

export interface Rebuilt {
  readonly members: number;
  /** So many cells were made. */
  readonly summaries: number;
}

/** Makes summaries anew from the record, in the place of whatever is stored. For an operator's command. */
export class SummaryRebuild {
  constructor(
    private readonly db: Database,
    private readonly rosters: RosterService,
  ) {}

  /**
   * Those of every member, or of the members of one federation. Each member is one transaction under its lock: what it
   * sends meanwhile waits and is added to the new ones, questions see the old ones until then, and where the command is
   * ended in between, each member has either the old ones or the new ones, all of them.
   *
   * Days whose observations have expired are kept as they are; the months and all time that they are part of are made of
   * them and of the record. @throws CONFLICT for such a day that cannot be read.
   */
  async rebuild(federationId: string | null): Promise<Rebuilt> {
    let [members, summaries] = [0, 0];
    for (const member of await listMembers(this.db)) {
      if (federationId !== null && member.federationId !== federationId) continue;
      summaries += await this.rebuildMember(member);
      members += 1;
    }
    return { members, summaries };
  }

  private async rebuildMember(member: MemberKey): Promise<number> {
    for (;;) {
      try {
        return await this.db.transaction((tx) => this.rebuildIn(tx, member));
      } catch (error) {
        if (!(error instanceof HorizonMoved)) throw error;
      }
    }
  }

  private async rebuildIn(tx: Transaction, member: MemberKey): Promise<number> {
    await this.rosters.lockAny(tx, member);
    const firstDay = await horizonRepository.firstDayOf(tx, member.federationId);
    await memberSummaryRepository.deleteFrom(tx, member, firstDay);
    for await (const { series, cells } of summaryRepository.pagesOf(tx, member)) {
      const days = series.map((row) =>
        getDays(
          row,
          cells.filter(({ seriesId }) => seriesId === row.id),
        ),
      );
      await summaryCells.put(tx, days.flatMap(coarserOf));
    }
    for await (const fold of foldsOf(tx, member, firstDay))
      await addToSummaries(tx, fold.series, fold.cells());
    // Rows that expired while they were read may be missing; once a day this can be.
    if ((await horizonRepository.firstDayOf(tx, member.federationId)) !== firstDay) throw new HorizonMoved();
    return summaryRepository.countOf(tx, member);
  }
}

/** Undoes a transaction that is to be run again. */
class HorizonMoved extends Error {}
