import { Extensions, Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { DateTimeScalar } from '../../core/graphql/date-time.scalar.js';
import type { SuppressionReason } from '../disclosure.policy.js';

const PercentileMethodEnum = { EXACT: 'exact', SKETCH: 'sketch' } as const;
type PercentileMethod = (typeof PercentileMethodEnum)[keyof typeof PercentileMethodEnum];

registerEnumType(PercentileMethodEnum, {
  name: 'PercentileMethod',
  description: 'How percentiles and the median were computed.',
  valuesConfig: {
    EXACT: { description: 'From the values: there are at most 256 different ones.' },
    SKETCH: { description: 'From a digest: within 1e-3 in rank between the 1st and the 99th percentile.' },
  },
});

const SuppressionReasonEnum = {
  BELOW_DISCLOSURE_THRESHOLD: 'below_disclosure_threshold',
  BELOW_MIN_SAMPLE_COUNT: 'below_min_sample_count',
  DIFFERENCING: 'differencing',
} as const satisfies Readonly<Record<string, SuppressionReason>>;

registerEnumType(SuppressionReasonEnum, {
  name: 'SuppressionReason',
  description: 'Why a group is withheld.',
  valuesConfig: {
    BELOW_DISCLOSURE_THRESHOLD: {
      description: 'Too few observations, or too few of organizations other than the caller.',
    },
    BELOW_MIN_SAMPLE_COUNT: { description: 'Fewer observations than the caller demands.' },
    DIFFERENCING: {
      description: 'The filters leave out so few observations that two questions would give them away.',
    },
  },
});

@InputType({ description: 'Which observations a question is about.' })
export class AnalyticsFilters {
  @Field(() => DateTimeScalar, { nullable: true, description: 'From this time on, inclusive.' })
  readonly startTime?: number | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Up to this time, exclusive.' })
  readonly endTime?: number | null;

  @Field(() => String, { nullable: true, description: 'Of devices of this platform.' })
  readonly devicePlatform?: string | null;

  @Field(() => Int, { nullable: true, description: 'Leaves out groups with fewer observations; 1 or more.' })
  readonly minSampleCount?: number | null;
}

@ObjectType({ simpleResolvers: true, description: 'A percentile of a group.' })
export class Percentile {
  @Field(() => Float, { description: 'Which one, in percent: 25, 50 or 75.' })
  readonly p!: number;

  @Field(() => Float, { description: 'Its value, between two observations on a line (type 7).' })
  readonly value!: number;
}

@ObjectType({ simpleResolvers: true, description: 'What is told of a group.' })
export class GroupStatistics {
  @Field(() => ID, { description: 'The device group, or the id of the member.' })
  readonly groupId!: string;

  @Field(() => Float, { description: 'Its observations, an exact integer.' })
  readonly count!: number;

  @Field(() => Float, { description: 'The arithmetic mean.' })
  readonly mean!: number;

  @Field(() => Float, { nullable: true, description: 'The median; null where it would tell too much.' })
  readonly median!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'The sample standard deviation (n - 1); null for one observation.',
  })
  readonly stdDev!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'The smallest value; null unless extremes may be told.',
  })
  readonly min!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'The largest value; null unless extremes may be told.',
  })
  readonly max!: number | null;

  @Extensions({ listSize: 3 })
  @Field(() => [Percentile], {
    nullable: true,
    description: 'The quartiles; null where they were not asked for or would tell too much.',
  })
  readonly percentiles!: readonly Percentile[] | null;

  @Field(() => PercentileMethodEnum, {
    nullable: true,
    description: 'How median and percentiles were computed; null where there are none.',
  })
  readonly percentileMethod!: PercentileMethod | null;
}

@ObjectType({ simpleResolvers: true, description: 'A group that is withheld.' })
export class SuppressedGroup {
  @Field(() => ID, { description: 'The device group, or the id of the member.' })
  readonly groupId!: string;

  @Field(() => SuppressionReasonEnum, { description: 'Why.' })
  readonly reason!: SuppressionReason;
}

@ObjectType({ simpleResolvers: true, description: 'Where a difference lies, at a level of confidence.' })
export class ConfidenceInterval {
  @Field(() => Float, { description: 'The lower end.' })
  readonly lower!: number;

  @Field(() => Float, { description: 'The upper end.' })
  readonly upper!: number;

  @Field(() => Float, { description: 'The level, in (0, 1).' })
  readonly level!: number;
}
