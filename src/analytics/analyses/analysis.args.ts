import { ArgsType, Field, ID } from 'type-graphql';
import { GroupByEnum } from '../analytics.types.js';
import type { GroupBy } from '../group-by.js';
import { AnalyticsFilters } from './analysis.types.js';

/** What every question takes. */
@ArgsType()
export abstract class FilteredArgs {
  @Field(() => AnalyticsFilters, { nullable: true, description: 'Which observations.' })
  readonly filters?: AnalyticsFilters | null;
}

/** Of a question about a metric in any number of groups. */
@ArgsType()
export abstract class GroupsArgs extends FilteredArgs {
  @Field(() => String, { description: 'A numeric variable.' })
  readonly variable!: string;

  @Field(() => GroupByEnum, { defaultValue: 'device_group', description: 'What makes a group.' })
  readonly groupBy!: GroupBy;

  @Field(() => [ID], { nullable: true, description: 'These groups; all of them when absent.' })
  readonly groupIds?: readonly string[] | null;
}
