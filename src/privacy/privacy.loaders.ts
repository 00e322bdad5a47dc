import DataLoader from 'dataloader';
import type { PageRequest } from '../core/page.js';
import type { CallContext } from '../db/call-context.js';
import {
  keyOfMember,
  listsByFederation,
  MAX_PARENTS,
  type FederationsLoaders,
  type MemberKey,
} from '../federations/index.js';
import {
  NO_CONTRIBUTION,
  type ContributionRow,
  type ContributionService,
  type ContributionTotals,
} from './contribution.service.js';
import type { RoundFigures } from './figures.js';
import type { LedgerRow, LedgerService } from './ledger.service.js';
import type { RoundRow, RoundService } from './round.service.js';

interface Services {
  readonly ledgers: LedgerService;
  readonly rounds: RoundService;
  readonly contributions: ContributionService;
}

interface RoundsKey {
  readonly federationId: string;
  readonly page: PageRequest;
}

const NO_FIGURES: RoundFigures = { epsilonCost: null, cumulativeEpsilon: null };

/** What the fields of a list load, one statement for the whole list. Fresh for each request and after each write. */
export class PrivacyLoaders {
  readonly ledger: DataLoader<string, LedgerRow>;
  readonly rounds: DataLoader<RoundsKey, readonly RoundRow[], string>;
  readonly roundCount: DataLoader<string, number>;
  readonly figures: DataLoader<string, RoundFigures>;
  /** Of rounds. */
  readonly contributions: DataLoader<string, readonly ContributionRow[]>;
  /** Of members. */
  readonly contribution: DataLoader<MemberKey, ContributionTotals, string>;

  /** @param federations which the request knows mostly already when members are listed. */
  constructor(
    ctx: CallContext,
    { ledgers, rounds, contributions }: Services,
    federations: FederationsLoaders,
  ) {
    this.ledger = new DataLoader((federationIds) => ledgers.findMany(ctx, federationIds));
    this.rounds = new DataLoader<RoundsKey, readonly RoundRow[], string>(
      listsByFederation((federationIds, { page }) => rounds.listByFederation(ctx, federationIds, page)),
      { cacheKeyFn: (key) => JSON.stringify(key), maxBatchSize: MAX_PARENTS },
    );
    this.roundCount = new DataLoader(async (federationIds) => {
      const counts = await rounds.countByFederation(ctx, federationIds);
      return federationIds.map((id) => counts.get(id) ?? 0);
    });
    this.figures = new DataLoader(async (ids) => {
      const figures = await rounds.figuresOf(ctx, ids);
      return ids.map((id) => figures.get(id) ?? NO_FIGURES);
    });
    this.contributions = new DataLoader((roundIds) => contributions.listByRounds(ctx, roundIds));
    this.contribution = new DataLoader<MemberKey, ContributionTotals, string>(
      async (keys) => {
        const ids = [...new Set(keys.map(({ federationId }) => federationId))];
        const views = await Promise.all(ids.map((id) => federations.federation.load(id)));
        const totals = await contributions.summarize(ctx, keys, views);
        return keys.map((key) => totals.get(keyOfMember(key)) ?? NO_CONTRIBUTION);
      },
      { cacheKeyFn: keyOfMember },
    );
  }
}
