import type { Database } from '../db/database.js';
import type { MemberKey, RosterService } from '../federations/index.js';
import { foldsOf, listMembers } from './member-record.js';
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

  private rebuildMember(member: MemberKey): Promise<number> {
    const { federationId, orgId } = member;
    return this.db.transaction(async (tx) => {
      await this.rosters.lockAny(tx, member);
      await summaryRepository.deleteOf(tx, federationId, orgId);
      for await (const fold of foldsOf(tx, member)) await addToSummaries(tx, fold);
      return summaryRepository.countOf(tx, member);
    });
  }
}
