import { ArgsType, Field, Float, ID, ObjectType, registerEnumType } from 'type-graphql';
import { GroupByEnum } from '../analytics.types.js';
import type { GroupBy } from '../group-by.js';
import { FilteredArgs } from './analysis.args.js';
import { ConfidenceInterval, GroupStatistics } from './analysis.types.js';
import { MetricResult } from './metric.types.js';

const TTestMethodEnum = { WELCH: 'welch', POOLED: 'pooled' } as const;
export type TTestMethod = (typeof TTestMethodEnum)[keyof typeof TTestMethodEnum];

registerEnumType(TTestMethodEnum, {
  name: 'TTestMethod',
  description: 'How the variances of the two groups are taken.',
  valuesConfig: {
    WELCH: { description: 'Each for itself (Welch 1947).' },
    POOLED: { description: 'As equal (Student 1908).' },
  },
});

@ArgsType()
export class TTestArgs extends FilteredArgs {
  @Field(() => String, { description: 'A numeric variable.' })
  readonly variable!: string;

  @Field(() => ID, { description: 'The group whose mean stands first in the difference.' })
  readonly groupA!: string;

  @Field(() => ID, { description: 'The other group.' })
  readonly groupB!: string;

  @Field(() => GroupByEnum, {
    nullable: true,
    description: 'What makes a group; when absent, device groups or else members, where both are found.',
  })
  readonly groupBy?: GroupBy | null;

  @Field(() => TTestMethodEnum, { defaultValue: 'welch', description: 'Which test.' })
  readonly method!: TTestMethod;

  @Field(() => Float, { defaultValue: 0.95, description: 'The level of confidence, in (0, 1).' })
  readonly confidenceLevel!: number;
}

@ObjectType({ simpleResolvers: true, description: 'A two-sided t-test of the means of two groups.' })
export class TTestResult extends MetricResult {
  @Field(() => GroupStatistics, { description: 'The first group.' })
  readonly groupA!: GroupStatistics;

  @Field(() => GroupStatistics, { description: 'The second group.' })
  readonly groupB!: GroupStatistics;

  @Field(() => Float, { description: 'The difference of the means over its standard error.' })
  readonly tStatistic!: number;

  @Field(() => Float, { description: 'Two-sided.' })
  readonly pValue!: number;

  @Field(() => Float, { description: "Welch's and Satterthwaite's, or n - 2 for the pooled test." })
  readonly degreesOfFreedom!: number;

  @Field(() => Float, { description: 'mean(a) - mean(b).' })
  readonly meanDifference!: number;

  @Field(() => ConfidenceInterval, { description: 'Of mean(a) - mean(b).' })
  readonly confidenceInterval!: ConfidenceInterval;

  @Field(() => Boolean, { description: 'Whether p is below 1 - level.' })
  readonly significant!: boolean;

  @Field(() => Float, {
    nullable: true,
    description: 'The difference in pooled standard deviations (Cohen 1988).',
  })
  readonly cohensD!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: "Cohen's d without its bias, by the exact factor (Hedges 1981).",
  })
  readonly hedgesG!: number | null;

  @Field(() => String, { description: '`welch` or `pooled`.' })
  readonly method!: string;
}
