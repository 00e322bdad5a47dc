import { ArgsType, Extensions, Field, ObjectType } from 'type-graphql';
import { GroupsArgs } from './analysis.args.js';
import { GroupStatistics, SuppressedGroup } from './analysis.types.js';
import { MetricResult } from './metric.types.js';

@ArgsType()
export class DescriptiveArgs extends GroupsArgs {
  @Field(() => Boolean, { defaultValue: true, description: 'Whether to compute the quartiles.' })
  readonly includePercentiles!: boolean;
}

@ObjectType({ simpleResolvers: true, description: 'Descriptive statistics by group.' })
export class DescriptiveResult extends MetricResult {
  @Extensions({ listSize: 20 })
  @Field(() => [GroupStatistics], { description: 'The groups that may be shown, by id.' })
  readonly groups!: readonly GroupStatistics[];

  @Extensions({ listSize: 20 })
  @Field(() => [SuppressedGroup], { description: 'The groups that are withheld, by id.' })
  readonly suppressedGroups!: readonly SuppressedGroup[];
}
