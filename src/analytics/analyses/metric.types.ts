import { Field, ID, ObjectType } from 'type-graphql';
import { GroupByEnum } from '../analytics.types.js';
import type { GroupBy } from '../group-by.js';

/** What every answer about a metric says of its question. */
@ObjectType({ simpleResolvers: true })
export abstract class MetricResult {
  @Field(() => ID, { description: 'Id of the record of this question.' })
  readonly queryId!: string;

  @Field(() => String, { description: 'The variable.' })
  readonly variable!: string;

  @Field(() => GroupByEnum, { description: 'What makes a group.' })
  readonly groupBy!: GroupBy;
}
