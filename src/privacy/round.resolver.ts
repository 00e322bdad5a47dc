import { Arg, Args, Ctx, Extensions, FieldResolver, Float, Mutation, Resolver, Root } from 'type-graphql';
import { CalledDirectly } from '../core/graphql/called-directly.js';
import { Connection } from '../core/graphql/connection.types.js';
import { PageArgs } from '../core/graphql/page.args.js';
import { toPage } from '../core/page.js';
import { decideFederation, Federation, type FederationView } from '../federations/index.js';
import type { ContributionRow } from './contribution.service.js';
import type { PrivacyContext } from './privacy.context.js';
import type { RoundStep, RoundStepService } from './round-step.service.js';
import type { RoundRow, RoundService } from './round.service.js';
import {
  CancelTrainingRoundInput,
  CompleteTrainingRoundInput,
  RecordTrainingRoundInput,
  ReserveTrainingRoundInput,
  RoundContribution,
  TrainingRound,
  TrainingRoundConnection,
  TrainingRoundPayload,
} from './round.types.js';

@Resolver(() => TrainingRound)
export class RoundResolver {
  constructor(private readonly steps: RoundStepService) {}

  @Mutation(() => TrainingRoundPayload, {
    description:
      'Records a round that ran. Owner only. Refused with PRIVACY_BUDGET_EXCEEDED when it does not fit the budget, unless it had run already.',
  })
  recordTrainingRound(
    @Ctx() ctx: PrivacyContext,
    @Arg('input', () => RecordTrainingRoundInput, { description: 'The round.' })
    input: RecordTrainingRoundInput,
  ): Promise<RoundStep> {
    return after(ctx, this.steps.record(ctx, input));
  }

  @Mutation(() => TrainingRoundPayload, {
    description: 'Charges the budget before a round runs. Owner only. It is then completed or cancelled.',
  })
  reserveTrainingRound(
    @Ctx() ctx: PrivacyContext,
    @Arg('input', () => ReserveTrainingRoundInput, { description: 'The round.' })
    input: ReserveTrainingRoundInput,
  ): Promise<RoundStep> {
    return after(ctx, this.steps.reserve(ctx, input));
  }

  @Mutation(() => TrainingRoundPayload, {
    description:
      'Ends a reserved round with what came of it. Owner only; the same again is the first answer.',
  })
  completeTrainingRound(
    @Ctx() ctx: PrivacyContext,
    @Arg('input', () => CompleteTrainingRoundInput, { description: 'What came of it.' })
    input: CompleteTrainingRoundInput,
  ): Promise<RoundStep> {
    return after(ctx, this.steps.complete(ctx, input));
  }

  @Mutation(() => TrainingRoundPayload, {
    description:
      'Ends a reservation. Owner only: by cancelling, the owner states that nothing was released. Its cost leaves the sum.',
  })
  cancelTrainingRound(
    @Ctx() ctx: PrivacyContext,
    @Arg('input', () => CancelTrainingRoundInput, { description: 'Which one.' })
    input: CancelTrainingRoundInput,
  ): Promise<RoundStep> {
    return after(ctx, this.steps.cancel(ctx, input));
  }

  @CalledDirectly()
  @FieldResolver(() => Float, {
    nullable: true,
    description: 'What it added to epsilon; null when infinite, untracked or cancelled.',
  })
  async epsilonCost(@Root() { id }: RoundRow, @Ctx() ctx: PrivacyContext): Promise<number | null> {
    return (await ctx.loaders.privacy.figures.load(id)).epsilonCost;
  }

  @CalledDirectly()
  @FieldResolver(() => Float, {
    nullable: true,
    description: 'Epsilon of the federation behind it; null when infinite, untracked or cancelled.',
  })
  async cumulativeEpsilon(@Root() { id }: RoundRow, @Ctx() ctx: PrivacyContext): Promise<number | null> {
    return (await ctx.loaders.privacy.figures.load(id)).cumulativeEpsilon;
  }

  @CalledDirectly()
  @Extensions({ listSize: 10 })
  @FieldResolver(() => [RoundContribution], {
    description: "Who gave what, in the order of the organizations' ids.",
  })
  contributions(@Root() { id }: RoundRow, @Ctx() ctx: PrivacyContext): Promise<readonly ContributionRow[]> {
    return ctx.loaders.privacy.contributions.load(id);
  }
}

async function after(ctx: PrivacyContext, step: Promise<RoundStep>): Promise<RoundStep> {
  const taken = await step;
  ctx.refreshLoaders();
  return taken;
}

@Resolver(() => Federation)
export class FederationRoundsResolver {
  constructor(private readonly rounds: RoundService) {}

  @FieldResolver(() => TrainingRoundConnection, {
    name: 'rounds',
    nullable: true,
    description: 'Training rounds, newest first; null, without an error, for an invited caller.',
  })
  async listRounds(
    @Root() { id, viewerRole }: FederationView,
    @Ctx() ctx: PrivacyContext,
    @Args(() => PageArgs) args: PageArgs,
  ): Promise<Connection<RoundRow> | null> {
    const page = this.rounds.parsePage(ctx, args);
    if (decideFederation(viewerRole, 'participate') !== 'allowed') return null;
    const { privacy: loaders } = ctx.loaders;
    const rows = await loaders.rounds.load({ federationId: id, page });
    return new Connection(
      toPage(rows, page.first),
      page,
      ({ roundNumber }) => [roundNumber],
      () => loaders.roundCount.load(id),
    );
  }
}

@Resolver(() => TrainingRoundPayload)
export class TrainingRoundPayloadResolver {
  @FieldResolver(() => Federation, { description: 'The federation.' })
  federation(@Root() { round }: RoundStep, @Ctx() ctx: PrivacyContext): Promise<FederationView | null> {
    return ctx.loaders.federations.federation.load(round.federationId);
  }
}
