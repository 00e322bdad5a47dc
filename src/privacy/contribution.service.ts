import type { CallContext } from '../db/call-context.js';
import { decideFederation, keyOfMember, type FederationView, type MemberKey } from '../federations/index.js';
import {
  contributionRepository,
  type ContributionRow,
  type ContributionSummary,
} from './contribution.repository.js';

export type { ContributionRow };

export type ContributionTotals = Omit<ContributionSummary, 'federationId' | 'orgId'>;

/** Of a newcomer, and of everybody to an organization that is only invited. */
export const NO_CONTRIBUTION: ContributionTotals = {
  roundsContributed: 0,
  totalSamples: 0,
  avgAccuracy: null,
  avgLoss: null,
  lastContributionAt: null,
};

/** What members gave to training rounds. */
export class ContributionService {
  /** Of rounds that the viewer sees, in the order asked. */
  async listByRounds(ctx: CallContext, roundIds: readonly string[]): Promise<(readonly ContributionRow[])[]> {
    const byRound = new Map<string, ContributionRow[]>(roundIds.map((id) => [id, []]));
    for (const row of await contributionRepository.listByRound(ctx.db, roundIds))
      byRound.get(row.roundId)?.push(row);
    return roundIds.map((id) => byRound.get(id) ?? []);
  }

  /**
   * Totals of members by {@link keyOfMember}, in one grouped query for all of them.
   * @param federations those of the members, as the viewer sees them; where it does not take part, nothing is told.
   */
  async summarize(
    ctx: CallContext,
    keys: readonly MemberKey[],
    federations: readonly (FederationView | null)[],
  ): Promise<Map<string, ContributionTotals>> {
    const seen = federations.flatMap((view) =>
      view !== null && decideFederation(view.viewerRole, 'participate') === 'allowed' ? [view.id] : [],
    );
    if (seen.length === 0) return new Map();
    const orgIds = [...new Set(keys.map(({ orgId }) => orgId))];
    const rows = await contributionRepository.summarize(ctx.db, seen, orgIds);
    return new Map(
      rows.map(({ federationId, orgId, ...totals }) => [keyOfMember({ federationId, orgId }), totals]),
    );
  }
}
