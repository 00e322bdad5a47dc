import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, Extensions, FieldResolver, Info, Resolver, Root } from 'type-graphql';
import type { AnalyticsContext } from '../analytics.context.js';
import { Analytics } from '../analytics.types.js';
import type { Analysis } from './analysis.js';
import type { AnalysisService } from './analysis.service.js';
import { anova } from './anova.js';
import { AnovaArgs, AnovaResult } from './anova.types.js';
import { chiSquare } from './chi-square.js';
import { ChiSquareArgs, ChiSquareResult } from './chi-square.types.js';
import { descriptive } from './descriptive.js';
import { DescriptiveArgs, DescriptiveResult } from './descriptive.types.js';
import { givenIn } from './given.js';
import type { ComparePairs } from './post-hoc.js';
import { tTest } from './t-test.js';
import { TTestArgs, TTestResult } from './t-test.types.js';

/** An analysis reads summaries and writes a record: as much as twenty objects. */
const COST = { cost: 20 } as const;

@Resolver(() => Analytics)
export class AnalysisResolver {
  constructor(
    private readonly analyses: AnalysisService,
    private readonly comparePairs: ComparePairs,
  ) {}

  @Extensions(COST)
  @FieldResolver(() => DescriptiveResult, {
    description: 'Count, mean, median, standard deviation and quartiles by group. It is kept on record.',
  })
  descriptive(
    @Root() root: Analytics,
    @Ctx() ctx: AnalyticsContext,
    @Args(() => DescriptiveArgs) args: DescriptiveArgs,
    @Info() info: GraphQLResolveInfo,
  ): Promise<DescriptiveResult> {
    return this.run(root, ctx, descriptive(args), info);
  }

  @Extensions(COST)
  @FieldResolver(() => TTestResult, {
    description: 'Whether the means of two groups differ. It is kept on record.',
  })
  tTest(
    @Root() root: Analytics,
    @Ctx() ctx: AnalyticsContext,
    @Args(() => TTestArgs) args: TTestArgs,
    @Info() info: GraphQLResolveInfo,
  ): Promise<TTestResult> {
    return this.run(root, ctx, tTest(args), info);
  }

  @Extensions(COST)
  @FieldResolver(() => AnovaResult, {
    description: 'Whether the means of several groups differ, and which of them. It is kept on record.',
  })
  anova(
    @Root() root: Analytics,
    @Ctx() ctx: AnalyticsContext,
    @Args(() => AnovaArgs) args: AnovaArgs,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AnovaResult> {
    const { names } = givenIn(info);
    const isDemanded = names.has('postHoc') || names.has('postHocMethod');
    return this.run(root, ctx, anova(args, { comparePairs: this.comparePairs, isDemanded }), info);
  }

  @Extensions(COST)
  @FieldResolver(() => ChiSquareResult, {
    description: 'Whether two categorical variables depend on each other. It is kept on record.',
  })
  chiSquare(
    @Root() root: Analytics,
    @Ctx() ctx: AnalyticsContext,
    @Args(() => ChiSquareArgs) args: ChiSquareArgs,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ChiSquareResult> {
    return this.run(root, ctx, chiSquare(args), info);
  }

  private async run<Result>(
    { federationId }: Analytics,
    ctx: AnalyticsContext,
    analysis: Analysis<Result>,
    info: GraphQLResolveInfo,
  ): Promise<Result & { readonly queryId: string }> {
    const disclosure = await ctx.loaders.analytics.disclosure.load(federationId);
    return this.analyses.run(ctx, { federationId, disclosure }, analysis, givenIn(info));
  }
}
