import type { Clock } from '../core/clock.js';
import type { Database } from '../db/database.js';
import type { RosterService } from '../federations/index.js';
import { MemberRebuild, type RebuildBounds } from './member-rebuild.js';
import type { RebuildEvent, RebuildListener } from './rebuild-event.js';
import { RebuildQueue } from './rebuild-queue.js';
import { summaryRepository } from './summary.repository.js';

export type { RebuildBounds, RebuildEvent, RebuildListener };

export interface Rebuilt {
  readonly members: number;
  /** So many cells they have. */
  readonly summaries: number;
}

export interface RebuildOptions {
  /** Begin with every member, also where an earlier rebuild did not come to its end. */
  readonly restart?: boolean;
  readonly tell?: RebuildListener;
}

const BOUNDS: RebuildBounds = {
  part: { rows: 50_000, days: 20_000 },
  tail: { rows: 10_000, days: 5_000 },
  page: { series: 50, bytes: 4_000_000 },
  pauseMs: 20,
};

/** Makes summaries anew from the record, in the place of whatever is stored. For an operator's command. */
export class SummaryRebuild {
  private readonly queue: RebuildQueue;

  constructor(
    private readonly clock: Clock,
    private readonly db: Database,
    private readonly rosters: RosterService,
    private readonly bounds = BOUNDS,
  ) {
    this.queue = new RebuildQueue(clock, db, rosters);
  }

  /**
   * Those of every member, or of the members of one federation, while members send and questions are asked: of a series
   * everybody sees old summaries or new ones, all of them. Where an earlier run was ended before its end, this goes on with
   * it: members that were finished are not looked at again, and of the others no step is taken twice.
   *
   * Days whose observations have expired are kept as they are; the months and all time that they are part of are made of
   * them and of the record. @throws CONFLICT for such a day that cannot be read, if possible before anything is written.
   */
  async rebuild(
    federationId: string | null,
    { restart = false, tell = () => undefined }: RebuildOptions = {},
  ): Promise<Rebuilt> {
    const { clock, db, rosters } = this;
    const members = await this.queue.open(federationId, restart, tell);
    const rebuild = new MemberRebuild({ clock, db, rosters }, this.bounds, tell);
    let summaries = 0;
    for (const member of members) {
      await rebuild.run(member);
      summaries += await summaryRepository.countOf(db, member);
    }
    await this.queue.close(federationId);
    return { members: members.length, summaries };
  }
}
