import {
  Arg,
  Args,
  Ctx,
  Extensions,
  FieldResolver,
  Float,
  ID,
  Mutation,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { Connection } from '../core/graphql/connection.types.js';
import { PageArgs } from '../core/graphql/page.args.js';
import { decideFederation, Federation, type FederationView } from '../federations/index.js';
import type { RoundFigures } from './figures.js';
import type {
  LedgerRow,
  LedgerService,
  PrivacyEstimate as Estimate,
  PrivacyStatus,
} from './ledger.service.js';
import type { PrivacyContext } from './privacy.context.js';
import {
  EstimateArgs,
  Privacy,
  PrivacyEstimate,
  PrivacyHistoryConnection,
  PrivacyHistoryEntry,
  PrivacyPayload,
  SetPrivacyBudgetInput,
} from './privacy.types.js';
import type { RoundRow } from './round.service.js';
import { TrainingRound } from './round.types.js';

/** A ledger as GraphQL shows it: its status, and itself for the fields that ask further. */
interface PrivacyView extends PrivacyStatus {
  readonly ledger: LedgerRow;
}

@Resolver(() => Privacy)
export class PrivacyResolver {
  constructor(private readonly ledgers: LedgerService) {}

  @Query(() => Privacy, {
    name: 'privacy',
    nullable: true,
    description:
      'The privacy ledger of a federation, also for keys that may read nothing else of it; null when the caller may not know of it.',
  })
  async findPrivacy(
    @Ctx() ctx: PrivacyContext,
    @Arg('federationId', () => ID, { description: 'The federation.' }) federationId: string,
  ): Promise<PrivacyView | null> {
    const ledger = await this.ledgers.find(ctx, federationId);
    return ledger === null ? null : viewOf(this.ledgers, ledger);
  }

  @Mutation(() => PrivacyPayload, { description: 'Sets the privacy budget of a federation. Owner only.' })
  async setPrivacyBudget(
    @Ctx() ctx: PrivacyContext,
    @Arg('input', () => SetPrivacyBudgetInput, { description: 'The budget.' }) input: SetPrivacyBudgetInput,
  ): Promise<{ privacy: PrivacyView }> {
    const { federationId, totalEpsilonBudget, totalDeltaBudget } = input;
    const ledger = await this.ledgers.setBudget(ctx, {
      federationId,
      totalEpsilonBudget,
      totalDeltaBudget: totalDeltaBudget ?? 1e-5,
    });
    ctx.refreshLoaders();
    return { privacy: viewOf(this.ledgers, ledger) };
  }

  @FieldResolver(() => Float, {
    nullable: true,
    description:
      'Epsilon spent by the tighter accountant (PLD), never above `currentEpsilonSpent`; it informs and decides nothing. Null while it is being computed, and when infinite.',
  })
  tightEpsilonSpent(@Root() { ledger }: PrivacyView): number | null {
    return this.ledgers.tightEpsilonOf(ledger);
  }

  // A millisecond of computing: as much as twenty rows.
  @Extensions({ cost: 20 })
  @FieldResolver(() => PrivacyEstimate, { description: 'What a round would cost. Nothing is recorded.' })
  estimate(
    @Root() { ledger }: PrivacyView,
    @Ctx() ctx: PrivacyContext,
    @Args(() => EstimateArgs) args: EstimateArgs,
  ): Estimate {
    return this.ledgers.estimate(ctx, ledger, { ...args, numSteps: args.numSteps ?? 1 });
  }

  @FieldResolver(() => PrivacyHistoryConnection, {
    name: 'history',
    description: 'The rounds of the sum, oldest first. A cancelled one is left out.',
  })
  async listHistory(
    @Root() { ledger }: PrivacyView,
    @Ctx() ctx: PrivacyContext,
    @Args(() => PageArgs) args: PageArgs,
  ): Promise<Connection<RoundRow>> {
    const { page, request } = await this.ledgers.listHistory(ctx, ledger.federationId, args);
    return new Connection(
      page,
      request,
      ({ roundNumber }) => [roundNumber],
      () => Promise.resolve(ledger.roundsTracked),
    );
  }
}

@Resolver(() => PrivacyHistoryEntry)
export class PrivacyHistoryEntryResolver {
  @FieldResolver(() => TrainingRound, { description: 'The round.' })
  round(@Root() round: RoundRow): RoundRow {
    return round;
  }

  @FieldResolver(() => Float, {
    nullable: true,
    description: 'What it added to epsilon; null when infinite.',
  })
  async epsilonCost(@Root() { id }: RoundRow, @Ctx() ctx: PrivacyContext): Promise<number | null> {
    return (await figuresOf(ctx, id)).epsilonCost;
  }

  @FieldResolver(() => Float, { nullable: true, description: 'Epsilon behind it; null when infinite.' })
  async cumulativeEpsilon(@Root() { id }: RoundRow, @Ctx() ctx: PrivacyContext): Promise<number | null> {
    return (await figuresOf(ctx, id)).cumulativeEpsilon;
  }
}

function figuresOf(ctx: PrivacyContext, roundId: string): Promise<RoundFigures> {
  return ctx.loaders.privacy.figures.load(roundId);
}

@Resolver(() => Federation)
export class FederationPrivacyResolver {
  constructor(private readonly ledgers: LedgerService) {}

  @FieldResolver(() => Privacy, {
    nullable: true,
    description: 'The privacy ledger; null, without an error, for an invited caller.',
  })
  async privacy(
    @Root() { id, viewerRole }: FederationView,
    @Ctx() ctx: PrivacyContext,
  ): Promise<PrivacyView | null> {
    if (decideFederation(viewerRole, 'participate') !== 'allowed') return null;
    return viewOf(this.ledgers, await ctx.loaders.privacy.ledger.load(id));
  }
}

@Resolver(() => PrivacyPayload)
export class PrivacyPayloadResolver {
  @FieldResolver(() => Federation, { description: 'The federation.' })
  federation(
    @Root() { privacy }: { readonly privacy: PrivacyView },
    @Ctx() ctx: PrivacyContext,
  ): Promise<FederationView | null> {
    return ctx.loaders.federations.federation.load(privacy.federationId);
  }
}

function viewOf(ledgers: LedgerService, ledger: LedgerRow): PrivacyView {
  return { ...ledgers.status(ledger), ledger };
}
