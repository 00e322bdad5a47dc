import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Organization } from '../../auth/index.js';
import { connectionType } from '../../core/graphql/connection.types.js';
import { DateTimeScalar } from '../../core/graphql/date-time.scalar.js';
import { JsonScalar } from '../../core/graphql/json.scalar.js';
import { Node } from '../../core/graphql/node.types.js';
import type { AnalysisType } from '../analyses/analysis.js';
import { GroupByEnum } from '../analytics.types.js';
import type { GroupBy } from '../group-by.js';
import type { QueryStatus } from './query.entity.js';

const AnalysisTypeEnum = {
  DESCRIPTIVE: 'descriptive',
  T_TEST: 't_test',
  ANOVA: 'anova',
  CHI_SQUARE: 'chi_square',
} as const satisfies Readonly<Record<string, AnalysisType>>;

registerEnumType(AnalysisTypeEnum, {
  name: 'AnalyticsQueryType',
  description: 'Which analysis.',
  valuesConfig: {
    DESCRIPTIVE: { description: 'Descriptive statistics by group.' },
    T_TEST: { description: 'Whether the means of two groups differ.' },
    ANOVA: { description: 'Whether the means of several groups differ.' },
    CHI_SQUARE: { description: 'Whether two categorical variables depend on each other.' },
  },
});

const QueryStatusEnum = { COMPLETED: 'completed', FAILED: 'failed' } as const satisfies Readonly<
  Record<string, QueryStatus>
>;

registerEnumType(QueryStatusEnum, {
  name: 'QueryStatus',
  description: 'What came of a question.',
  valuesConfig: {
    COMPLETED: { description: 'It was answered.' },
    FAILED: { description: 'It has no answer: the data do not determine one, or it may not be told.' },
  },
});

@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: 'A question that was asked, with the answer as it was sent.',
})
export class AnalyticsQuery extends Node {
  @Field(() => ID, { description: 'Id of the federation.' })
  readonly federationId!: string;

  @Field(() => AnalysisTypeEnum, { description: 'Which analysis.' })
  readonly type!: AnalysisType;

  @Field(() => QueryStatusEnum, { description: 'What came of it.' })
  readonly status!: QueryStatus;

  @Field(() => String, { description: 'The variable; of a table the two, with a comma between them.' })
  readonly variable!: string;

  @Field(() => GroupByEnum, { description: 'What made a group.' })
  readonly groupBy!: GroupBy;

  @Field(() => JsonScalar, {
    description: 'As resolved, defaults filled in; `given` holds those that the caller gave.',
  })
  readonly parameters!: unknown;

  @Field(() => JsonScalar, {
    nullable: true,
    description:
      'The answer as it was sent, in snake_case; null when there was none, after a purge, and while it may not be shown.',
  })
  readonly result!: unknown;

  @Field(() => String, { nullable: true, description: 'Why there is no result.' })
  readonly errorMessage!: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Id of the organization that asked; null for an operator.',
  })
  readonly requestedByOrgId!: string | null;

  @Field(() => Organization, {
    nullable: true,
    description: 'The organization that asked; null for an operator.',
  })
  readonly requestedBy!: Organization | null;

  @Field(() => DateTimeScalar, { description: 'When it was asked.' })
  readonly createdAt!: number;

  @Field(() => DateTimeScalar, { description: 'When it was changed last: by a purge.' })
  readonly updatedAt!: number;
}

export const AnalyticsQueryConnection = connectionType('AnalyticsQuery', () => AnalyticsQuery);
