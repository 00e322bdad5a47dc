import { Arg, Args, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Organization, type OrganizationRow } from '../auth/index.js';
import { CalledDirectly } from '../core/graphql/called-directly.js';
import { Connection } from '../core/graphql/connection.types.js';
import { PageArgs } from '../core/graphql/page.args.js';
import { toPage } from '../core/page.js';
import type { FederationService, FederationView, ListedFederation } from './federation.service.js';
import {
  CreateFederationInput,
  CreateFederationPayload,
  Federation,
  FederationConnection,
  FederationFilter,
} from './federation.types.js';
import type { FederationsContext } from './federations.context.js';
import { decideFederation } from './federation.policy.js';
import type { SharedModelRow, SharedModelService } from './shared-model.service.js';
import { SharedModelConnection } from './shared-model.types.js';

@Resolver(() => Federation)
export class FederationResolver {
  constructor(
    private readonly federations: FederationService,
    private readonly models: SharedModelService,
  ) {}

  @Query(() => Federation, {
    nullable: true,
    description: 'A federation; null when it does not exist or the caller may not know of it.',
  })
  async federation(
    @Ctx() ctx: FederationsContext,
    @Arg('id', () => ID, { description: 'Id of the federation.' }) id: string,
  ): Promise<FederationView | null> {
    const federation = await this.federations.find(ctx, id);
    if (federation !== null) ctx.loaders.federations.federation.prime(id, federation);
    return federation;
  }

  @Query(() => FederationConnection, {
    name: 'federations',
    description: 'What the caller owns, takes part in or is invited to, in this order, then by creation.',
  })
  async listFederations(
    @Ctx() ctx: FederationsContext,
    @Arg('filter', () => FederationFilter, { nullable: true, description: 'Which ones.' })
    filter: FederationFilter | null | undefined,
    @Args(() => PageArgs) args: PageArgs,
  ): Promise<Connection<ListedFederation>> {
    const list = await this.federations.list(ctx, { ...filter, ...args });
    for (const row of list.page.rows) ctx.loaders.federations.federation.prime(row.id, row);
    return new Connection(
      list.page,
      list.request,
      (row) => [row.listRank, row.createdAt, row.id],
      () => this.federations.count(ctx, list.filter),
    );
  }

  @Mutation(() => CreateFederationPayload, {
    description:
      'Creates a federation and makes its owner the first member. The same again within ten minutes is the same answer.',
  })
  async createFederation(
    @Ctx() ctx: FederationsContext,
    @Arg('input', () => CreateFederationInput, { description: 'The federation.' })
    input: CreateFederationInput,
  ): Promise<{ federation: FederationView }> {
    const federation = await this.federations.create(ctx, input);
    ctx.refreshLoaders();
    return { federation };
  }

  @CalledDirectly()
  @FieldResolver(() => Organization, { description: 'The organization that owns it.' })
  owner(@Root() federation: FederationView, @Ctx() ctx: FederationsContext): Promise<OrganizationRow> {
    return ctx.loaders.auth.organization.load(federation.orgId);
  }

  @CalledDirectly()
  @FieldResolver(() => Int, { description: 'Number of active members, the owner included.' })
  memberCount(@Root() federation: FederationView, @Ctx() ctx: FederationsContext): Promise<number> {
    return ctx.loaders.federations.memberCount.load(federation.id);
  }

  @FieldResolver(() => SharedModelConnection, {
    name: 'models',
    nullable: true,
    description: 'Shared models in the order of sharing; null, without an error, for an invited caller.',
  })
  async listModels(
    @Root() federation: FederationView,
    @Ctx() ctx: FederationsContext,
    @Args(() => PageArgs) args: PageArgs,
  ): Promise<Connection<SharedModelRow> | null> {
    const page = this.models.parsePage(ctx, args);
    if (decideFederation(federation.viewerRole, 'participate') !== 'allowed') return null;
    const { federations: loaders } = ctx.loaders;
    const rows = await loaders.models.load({ federationId: federation.id, page });
    return new Connection(
      toPage(rows, page.first),
      page,
      (row) => [row.sharedAt, row.id],
      () => loaders.modelCount.load(federation.id),
    );
  }
}
