import { assertScope } from '../auth/index.js';
import { isOwnId } from '../core/ids.js';
import { parsePage, type PageArguments, type PageRequest } from '../core/page.js';
import type { CallContext } from '../db/call-context.js';
import type { FederationService } from '../federations/index.js';
import { figuresOf, type RoundFigures } from './figures.js';
import { ledgerRepository } from './ledger.repository.js';
import { ROUND_KEY_SHAPE, roundRepository, type RoundRow } from './round.repository.js';

export type { RoundRow };

/** Reads training rounds. */
export class RoundService {
  constructor(private readonly federations: FederationService) {}

  parsePage(ctx: CallContext, args: PageArguments): PageRequest {
    return parsePage(args, ctx.maxPageSize, ROUND_KEY_SHAPE);
  }

  /** Rounds of federations in which the viewer takes part, newest first: one more than the page holds. */
  listByFederation(
    ctx: CallContext,
    federationIds: readonly string[],
    page: PageRequest,
  ): Promise<RoundRow[]> {
    assertScope(ctx.viewer, 'federations:read');
    return roundRepository.listByFederation(ctx.db, federationIds, page);
  }

  /** Numbers are consecutive and never used again, so the last one is the count. */
  async countByFederation(ctx: CallContext, federationIds: readonly string[]): Promise<Map<string, number>> {
    const ledgers = await ledgerRepository.findMany(ctx.db, federationIds);
    return new Map(ledgers.map(({ federationId, lastRoundNumber }) => [federationId, lastRoundNumber]));
  }

  /** Figures of rounds that the viewer sees, each at the delta of its federation's budget. */
  async figuresOf(ctx: CallContext, ids: readonly string[]): Promise<Map<string, RoundFigures>> {
    const vectors = await roundRepository.findVectors(ctx.db, ids);
    const federationIds = [...new Set(vectors.map(({ federationId }) => federationId))];
    const ledgers = federationIds.length === 0 ? [] : await ledgerRepository.findMany(ctx.db, federationIds);
    const deltas = new Map(ledgers.map(({ federationId, totalDelta }) => [federationId, totalDelta]));
    return new Map(
      vectors.map((row) => {
        const delta = deltas.get(row.federationId);
        if (delta === undefined) throw new Error(`the rounds of ${row.federationId} have no ledger`);
        return [row.id, figuresOf(row, delta)];
      }),
    );
  }

  /** A round by its id; null where the viewer does not take part. */
  async findVisible(ctx: CallContext, id: string): Promise<RoundRow | null> {
    if (!ctx.viewer.scopes.has('federations:read') || !isOwnId(id, 'rnd')) return null;
    const round = await roundRepository.find(ctx.db, id);
    if (round === null) return null;
    const participates = await this.federations.isParticipant(ctx, round.federationId);
    return participates ? round : null;
  }
}
