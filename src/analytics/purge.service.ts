import { assertScope, recordAudit } from '../auth/index.js';
import type { Clock } from '../core/clock.js';
import type { CallContext } from '../db/call-context.js';
import type { Transaction } from '../db/database.js';
import type { FederationService, MemberKey, RosterService } from '../federations/index.js';
import { startOfDay } from './buckets.js';
import { horizonRepository } from './horizon.repository.js';
import { observationRepository } from './observation.repository.js';
import { queryRepository } from './queries/query.repository.js';
import { rebuildQueueRepository } from './rebuild-queue.repository.js';
import { memberSummaryRepository } from './member-summary.repository.js';
import { summaryRepository } from './summary.repository.js';

/** The audit's name of a purge. */
export const PURGE = 'observations.purge';

/** Removes what a member sent. The ids of its batches stay, so that a late repeat stores nothing. */
export class PurgeService {
  constructor(
    private readonly clock: Clock,
    private readonly federations: FederationService,
    private readonly rosters: RosterService,
  ) {}

  /**
   * Removes all observations of one member, and what they were summarized to. By the owner, or by that member itself
   * while it is active. @returns how many there were, expired ones included; again it is 0.
   */
  async purge(
    ctx: CallContext,
    target: { readonly federationId: string; readonly orgId: string },
  ): Promise<number> {
    assertScope(ctx.viewer, 'federations:admin');
    const now = this.clock.now();
    return ctx.db.transaction(async (tx) => {
      // Who keeps an answer holds the federation's row (by its foreign key): it is kept before this, and found below, or
      // after the commit, and finds the entry of the audit.
      await this.federations.lock(tx, target.federationId);
      const member = await this.rosters.lockManagedOrOwn(tx, ctx, target);
      const purged = await removeAll(tx, member);
      await queryRepository.dropResultsOf(tx, member, now);
      if (purged > 0)
        await recordAudit(tx, ctx, now, {
          action: PURGE,
          resourceId: member.federationId,
          details: { org_id: member.orgId, purged },
        });
      return purged;
    });
  }
}

async function removeAll(tx: Transaction, member: MemberKey): Promise<number> {
  const firstDay = await horizonRepository.firstDayOf(tx, member.federationId);
  const expired = await summaryRepository.countBefore(tx, member, firstDay);
  const kept = await observationRepository.deleteOf(tx, member, startOfDay(firstDay));
  // Then nobody adds to days that are made anew, which go with their series.
  await rebuildQueueRepository.delete(tx, member);
  await memberSummaryRepository.deleteOf(tx, member);
  return expired + kept;
}
