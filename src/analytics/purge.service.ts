import { assertScope, recordAudit } from '../auth/index.js';
import type { Clock } from '../core/clock.js';
import type { CallContext } from '../db/call-context.js';
import type { FederationService, RosterService } from '../federations/index.js';
import { observationRepository } from './observation.repository.js';
import { queryRepository } from './queries/query.repository.js';
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
   * while it is active. @returns how many there were; again it is 0.
   */
  async purge(
    ctx: CallContext,
    target: { readonly federationId: string; readonly orgId: string },
  ): Promise<number> {
    assertScope(ctx.viewer, 'federations:admin');
    const now = this.clock.now();
    return ctx.db.transaction(async (tx) => {
      const { federationId, orgId } = await this.rosters.lockManagedOrOwn(tx, ctx, target);
      const purged = await observationRepository.deleteOf(tx, federationId, orgId);
      await summaryRepository.deleteOf(tx, federationId, orgId);
      // Who keeps an answer holds the federation's row (by its foreign key): it is kept before this, and found here, or
      // after the commit, and finds the entry of the audit.
      await this.federations.lock(tx, federationId);
      await queryRepository.dropResultsOf(tx, { federationId, orgId }, now);
      if (purged > 0)
        await recordAudit(tx, ctx, now, {
          action: PURGE,
          resourceId: federationId,
          details: { org_id: orgId, purged },
        });
      return purged;
    });
  }
}
