import { Arg, Args, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Organization, type OrganizationRow } from '../auth/index.js';
import { Connection } from '../core/graphql/connection.types.js';
import { PageArgs } from '../core/graphql/page.args.js';
import type { FederationView } from './federation.service.js';
import { Federation } from './federation.types.js';
import type { FederationsContext } from './federations.context.js';
import type { SharedModelRow, SharedModelService } from './shared-model.service.js';
import {
  SharedModel,
  SharedModelConnection,
  SharedModelFilter,
  SharedModelPayload,
  ShareModelInput,
  UnshareModelInput,
} from './shared-model.types.js';

/** What the mutations answer; the federation is loaded only when it is selected. */
interface Shared {
  readonly model: SharedModelRow;
}

@Resolver(() => SharedModel)
export class SharedModelResolver {
  constructor(private readonly models: SharedModelService) {}

  @Query(() => SharedModelConnection, {
    name: 'models',
    description:
      'The models shared in all federations that the caller takes part in, in the order of sharing.',
  })
  async listModels(
    @Ctx() ctx: FederationsContext,
    @Arg('filter', () => SharedModelFilter, { nullable: true, description: 'Which ones.' })
    filter: SharedModelFilter | null | undefined,
    @Args(() => PageArgs) args: PageArgs,
  ): Promise<Connection<SharedModelRow>> {
    const list = await this.models.listVisible(ctx, { ...filter, ...args });
    return new Connection(
      list.page,
      list.request,
      (row) => [row.sharedAt, row.id],
      () => this.models.countVisible(ctx, list.filter),
    );
  }

  @Mutation(() => SharedModelPayload, {
    description: 'Shares a model with the federation. Owner only; again is the first answer.',
  })
  async shareModel(
    @Ctx() ctx: FederationsContext,
    @Arg('input', () => ShareModelInput, { description: 'The model.' }) input: ShareModelInput,
  ): Promise<Shared> {
    return sharedAfterWrite(ctx, await this.models.share(ctx, input));
  }

  @Mutation(() => SharedModelPayload, {
    description: 'Ends the sharing of a model. Owner only; again is the same answer.',
  })
  async unshareModel(
    @Ctx() ctx: FederationsContext,
    @Arg('input', () => UnshareModelInput, { description: 'The model.' }) input: UnshareModelInput,
  ): Promise<Shared> {
    return sharedAfterWrite(ctx, await this.models.unshare(ctx, input.federationId, input.modelId));
  }

  @FieldResolver(() => Organization, { description: 'The organization that shared it.' })
  sharedBy(@Root() model: SharedModelRow, @Ctx() ctx: FederationsContext): Promise<OrganizationRow> {
    return ctx.loaders.auth.organization.load(model.orgId);
  }
}

function sharedAfterWrite(ctx: FederationsContext, model: SharedModelRow): Shared {
  ctx.refreshLoaders();
  return { model };
}

@Resolver(() => SharedModelPayload)
export class SharedModelPayloadResolver {
  @FieldResolver(() => Federation, { description: 'The federation.' })
  federation(@Root() { model }: Shared, @Ctx() ctx: FederationsContext): Promise<FederationView | null> {
    return ctx.loaders.federations.federation.load(model.federationId);
  }
}
