import { ArgsType, Extensions, Field, ID, ObjectType } from 'type-graphql';
import { GroupByEnum } from '../analytics.types.js';
import type { GroupBy } from '../group-by.js';
import { AnalyticsFilters, GroupStatistics, SuppressedGroup } from './analysis.types.js';

@ArgsType()
export class DescriptiveArgs {
  @Field(() => String, { description: 'A numeric variable.' })
  readonly variable!: string;

  @Field(() => GroupByEnum, { defaultValue: 'device_group', description: 'What makes a group.' })
  readonly groupBy!: GroupBy;

  @Field(() => [ID], { nullable: true, description: 'These groups; all of them when absent.' })
  readonly groupIds?: readonly string[] | null;

  @Field(() => Boolean, { defaultValue: true, description: 'Whether to compute the quartiles.' })
  readonly includePercentiles!: boolean;

  @Field(() => AnalyticsFilters, { nullable: true, description: 'Which observations.' })
  readonly filters?: AnalyticsFilters | null;
}

@ObjectType({ simpleResolvers: true, description: 'Descriptive statistics by group.' })
export class DescriptiveResult {
  @Field(() => ID, { description: 'Id of the record of this question.' })
  readonly queryId!: string;

  @Field(() => String, { description: 'The variable.' })
  readonly variable!: string;

  @Field(() => GroupByEnum, { description: 'What makes a group.' })
  readonly groupBy!: GroupBy;

  @Extensions({ listSize: 20 })
  @Field(() => [GroupStatistics], { description: 'The groups that may be shown, by id.' })
  readonly groups!: readonly GroupStatistics[];

  @Extensions({ listSize: 20 })
  @Field(() => [SuppressedGroup], { description: 'The groups that are withheld, by id.' })
  readonly suppressedGroups!: readonly SuppressedGroup[];
}
