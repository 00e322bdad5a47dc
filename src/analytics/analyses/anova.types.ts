import { ArgsType, Extensions, Field, Float, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { GroupsArgs } from './analysis.args.js';
import { ConfidenceInterval, GroupStatistics, SuppressedGroup } from './analysis.types.js';
import { MetricResult } from './metric.types.js';
import type { PostHocMethod } from './post-hoc.js';

const AnovaMethodEnum = { CLASSIC: 'classic', WELCH: 'welch' } as const;
export type AnovaMethod = (typeof AnovaMethodEnum)[keyof typeof AnovaMethodEnum];

registerEnumType(AnovaMethodEnum, {
  name: 'AnovaMethod',
  description: 'How the variances of the groups are taken.',
  valuesConfig: {
    CLASSIC: { description: 'As equal (Fisher 1925).' },
    WELCH: { description: 'Each for itself (Welch 1951).' },
  },
});

const PostHocMethodEnum = {
  TUKEY_KRAMER: 'tukey_kramer',
  GAMES_HOWELL: 'games_howell',
} as const satisfies Readonly<Record<string, PostHocMethod>>;

registerEnumType(PostHocMethodEnum, {
  name: 'PostHocMethod',
  description: 'How all pairs of groups are compared, so that the level holds for all of them together.',
  valuesConfig: {
    TUKEY_KRAMER: { description: 'With a common variance (Kramer 1956).' },
    GAMES_HOWELL: { description: 'With a variance for each group (Games and Howell 1976).' },
  },
});

@ArgsType()
export class AnovaArgs extends GroupsArgs {
  @Field(() => AnovaMethodEnum, { defaultValue: 'classic', description: 'Which test.' })
  readonly method!: AnovaMethod;

  @Field(() => Float, { defaultValue: 0.95, description: 'The level of confidence, in (0, 1).' })
  readonly confidenceLevel!: number;

  @Field(() => Boolean, {
    defaultValue: true,
    description: 'Whether to compare all pairs of groups; by default up to 50 groups.',
  })
  readonly postHoc!: boolean;

  @Field(() => PostHocMethodEnum, { defaultValue: 'tukey_kramer', description: 'How pairs are compared.' })
  readonly postHocMethod!: PostHocMethod;
}

@ObjectType({ simpleResolvers: true, description: 'Two groups, compared.' })
export class PostHocPair {
  @Field(() => ID, { description: 'The first group, by id.' })
  readonly groupA!: string;

  @Field(() => ID, { description: 'The second group.' })
  readonly groupB!: string;

  @Field(() => Float, { description: 'mean(a) - mean(b).' })
  readonly meanDifference!: number;

  @Field(() => Float, { description: 'Adjusted for the number of pairs.' })
  readonly pValue!: number;

  @Field(() => ConfidenceInterval, { description: 'Of the difference; simultaneous over all pairs.' })
  readonly confidenceInterval!: ConfidenceInterval;

  @Field(() => Boolean, { description: 'Whether p is below 1 - level.' })
  readonly significant!: boolean;
}

@ObjectType({ simpleResolvers: true, description: 'A one-way analysis of variance.' })
export class AnovaResult extends MetricResult {
  @Field(() => Float, { description: 'Mean square between the groups over that within.' })
  readonly fStatistic!: number;

  @Field(() => Float, { description: 'That equal means give such an F or a larger one.' })
  readonly pValue!: number;

  @Field(() => Int, { description: 'Groups - 1.' })
  readonly degreesOfFreedomBetween!: number;

  @Field(() => Float, { description: "Observations - groups; by Welch's method no integer." })
  readonly degreesOfFreedomWithin!: number;

  @Field(() => Float, { description: 'Sum of squares between the groups.' })
  readonly sumOfSquaresBetween!: number;

  @Field(() => Float, { description: 'Sum of squares within the groups.' })
  readonly sumOfSquaresWithin!: number;

  @Field(() => Boolean, { description: 'Whether p is below 1 - level.' })
  readonly significant!: boolean;

  @Field(() => Float, { description: 'Share of the variation that lies between the groups.' })
  readonly etaSquared!: number;

  @Field(() => Float, { description: 'The same with less bias; can be negative (Hays 1963).' })
  readonly omegaSquared!: number;

  @Extensions({ listSize: 20 })
  @Field(() => [GroupStatistics], { description: 'The groups that were compared, by id.' })
  readonly groups!: readonly GroupStatistics[];

  @Extensions({ listSize: 20 })
  @Field(() => [SuppressedGroup], { description: 'The groups that are withheld, by id.' })
  readonly suppressedGroups!: readonly SuppressedGroup[];

  @Field(() => String, {
    nullable: true,
    description: '`tukey_kramer` or `games_howell`; null without pairs.',
  })
  readonly postHocMethod!: string | null;

  @Extensions({ listSize: 40 })
  @Field(() => [PostHocPair], {
    nullable: true,
    description: 'All pairs, in the order of the ids; null when not asked for.',
  })
  readonly postHocPairs!: readonly PostHocPair[] | null;
}
