import { GraphQLFloat, GraphQLList, GraphQLNonNull } from 'graphql';
import { ArgsType, Extensions, Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { ExactType } from '../../core/graphql/exact-type.js';
import { GroupByEnum } from '../analytics.types.js';
import type { GroupBy } from '../group-by.js';
import type { DisclosedTable } from '../disclosed-table.js';
import { FilteredArgs } from './analysis.args.js';
import { SuppressedGroup } from './analysis.types.js';

@ArgsType()
export class ChiSquareArgs extends FilteredArgs {
  @Field(() => String, { description: 'A categorical variable: the rows.' })
  readonly variable1!: string;

  @Field(() => String, { description: 'Another one: the columns.' })
  readonly variable2!: string;

  @Field(() => GroupByEnum, {
    nullable: true,
    description: 'What makes a group; when absent, device groups, or members where `groupIds` name those.',
  })
  readonly groupBy?: GroupBy | null;

  @Field(() => [ID], {
    nullable: true,
    description: 'Over these groups; when absent, over all that may be shown.',
  })
  readonly groupIds?: readonly string[] | null;

  @Field(() => Float, { defaultValue: 0.95, description: 'The level of confidence, in (0, 1).' })
  readonly confidenceLevel!: number;
}

@ObjectType({ simpleResolvers: true, description: 'A test that two categorical variables are independent.' })
export class ChiSquareResult {
  @Field(() => ID, { description: 'Id of the record of this question.' })
  readonly queryId!: string;

  @Field(() => String, { description: 'The variable of the rows.' })
  readonly variable1!: string;

  @Field(() => String, { description: 'The variable of the columns.' })
  readonly variable2!: string;

  @Field(() => Float, { description: "Pearson's statistic, without a continuity correction." })
  readonly chiSquareStatistic!: number;

  @Field(() => Float, { description: 'That independence gives such a statistic or a larger one.' })
  readonly pValue!: number;

  @Field(() => Int, { description: '(rows - 1) (columns - 1).' })
  readonly degreesOfFreedom!: number;

  @Field(() => Boolean, { description: 'Whether p is below 1 - level.' })
  readonly significant!: boolean;

  @Field(() => Float, {
    nullable: true,
    description: "Cramér's V: 0 for independence, 1 for the strongest association.",
  })
  readonly cramersV!: number | null;

  @Field(() => Float, { description: 'Observations that have both variables, an exact integer.' })
  readonly sampleSize!: number;

  @Field(() => Int, { description: 'Rows that are not empty.' })
  readonly rows!: number;

  @Field(() => Int, { description: 'Columns that are not empty.' })
  readonly columns!: number;

  @Field(() => Float, { description: 'The smallest count that independence would give.' })
  readonly minExpectedCount!: number;

  @Field(() => Float, { nullable: true, description: "Yates' corrected statistic, for two by two." })
  readonly yatesStatistic!: number | null;

  @Field(() => Float, { nullable: true, description: 'Its p value.' })
  readonly yatesPValue!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: "Fisher's exact two-sided p, for two by two and at most 20,000 observations.",
  })
  readonly fisherExactP!: number | null;

  @Field(() => [String], {
    description: 'What the rows are, in their order; a value with few observations is null.',
    nullable: 'items',
  })
  readonly rowValues!: readonly (string | null)[];

  @Field(() => [String], {
    description: 'What the columns are, in their order; a value with few observations is null.',
    nullable: 'items',
  })
  readonly columnValues!: readonly (string | null)[];

  @ExactType(new GraphQLList(new GraphQLNonNull(new GraphQLList(GraphQLFloat))))
  @Field(() => [[Float]], {
    nullable: true,
    description: 'The counts by row; null where a count is small, or would give a small one away.',
  })
  readonly table!: DisclosedTable | null;

  @Extensions({ listSize: 20 })
  @Field(() => [SuppressedGroup], { description: 'The groups that are left out of the table, by id.' })
  readonly suppressedGroups!: readonly SuppressedGroup[];

  @Field(() => [String], { description: 'What to keep in mind.' })
  readonly warnings!: readonly string[];
}
