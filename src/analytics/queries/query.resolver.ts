import { Arg, Args, Ctx, FieldResolver, ID, Resolver, Root } from 'type-graphql';
import { Organization, type OrganizationRow } from '../../auth/index.js';
import { CalledDirectly } from '../../core/graphql/called-directly.js';
import { Connection } from '../../core/graphql/connection.types.js';
import { PageArgs } from '../../core/graphql/page.args.js';
import type { AnalyticsContext } from '../analytics.context.js';
import { Analytics } from '../analytics.types.js';
import type { QueryService, QueryView } from './query.service.js';
import { AnalyticsQuery, AnalyticsQueryConnection } from './query.types.js';

@Resolver(() => Analytics)
export class AnalyticsQueriesResolver {
  constructor(private readonly queries: QueryService) {}

  @FieldResolver(() => AnalyticsQueryConnection, {
    name: 'queries',
    description: 'What was asked, newest first.',
  })
  async listQueries(
    @Root() { federationId }: Analytics,
    @Ctx() ctx: AnalyticsContext,
    @Args(() => PageArgs) args: PageArgs,
  ): Promise<Connection<QueryView>> {
    const { page, request } = await this.queries.list(ctx, federationId, args);
    return new Connection(
      page,
      request,
      ({ createdAt, id }) => [createdAt, id],
      () => this.queries.count(ctx, federationId),
    );
  }

  @FieldResolver(() => AnalyticsQuery, {
    name: 'query',
    nullable: true,
    description: 'One of them; null when there is none of this id in the federation.',
  })
  findQuery(
    @Root() { federationId }: Analytics,
    @Ctx() ctx: AnalyticsContext,
    @Arg('id', () => ID, { description: 'Its id.' }) id: string,
  ): Promise<QueryView | null> {
    return this.queries.find(ctx, federationId, id);
  }
}

@Resolver(() => AnalyticsQuery)
export class QueryResolver {
  @CalledDirectly()
  @FieldResolver(() => Organization, {
    nullable: true,
    description: 'The organization that asked; null for an operator.',
  })
  requestedBy(
    @Root() { requestedByOrgId }: QueryView,
    @Ctx() ctx: AnalyticsContext,
  ): Promise<OrganizationRow> | null {
    return requestedByOrgId === null ? null : ctx.loaders.auth.organization.load(requestedByOrgId);
  }
}
