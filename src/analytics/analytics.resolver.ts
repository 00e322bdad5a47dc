import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { CalledDirectly } from '../core/graphql/called-directly.js';
import { decideFederation, Federation, type FederationView } from '../federations/index.js';
import type { AnalyticsContext } from './analytics.context.js';
import {
  Analytics,
  Disclosure,
  DisclosurePayload,
  Group,
  GroupByEnum,
  SetDisclosurePolicyInput,
  Variable,
} from './analytics.types.js';
import type { DiscoveryService, GroupView, VariableView } from './discovery.service.js';
import type { GroupBy } from './group-by.js';
import type { Disclosure as DisclosureView, DisclosureService } from './disclosure.service.js';

/** Where questions are asked: the federation that they are about. */
interface AnalyticsView {
  readonly federationId: string;
}

@Resolver(() => Federation)
export class FederationAnalyticsResolver {
  constructor(private readonly discovery: DiscoveryService) {}

  @Query(() => Analytics, {
    name: 'analytics',
    nullable: true,
    description:
      'Questions about a federation, also for keys that may read nothing else of it; null when the caller may not know of it.',
  })
  async findAnalytics(
    @Ctx() ctx: AnalyticsContext,
    @Arg('federationId', () => ID, {
      nullable: true,
      description:
        "The federation; when absent, the one that the key is bound to, else the only one in which the key's organization takes part.",
    })
    federationId: string | null | undefined,
  ): Promise<AnalyticsView | null> {
    const federation = await this.discovery.find(ctx, federationId ?? null);
    return federation === null ? null : { federationId: federation.id };
  }

  @FieldResolver(() => Analytics, {
    nullable: true,
    description: 'Statistical questions; null, without an error, for an invited caller.',
  })
  analytics(@Root() { id, viewerRole }: FederationView): AnalyticsView | null {
    return decideFederation(viewerRole, 'participate') === 'allowed' ? { federationId: id } : null;
  }
}

@Resolver(() => Analytics)
export class AnalyticsResolver {
  constructor(private readonly discovery: DiscoveryService) {}

  @CalledDirectly()
  @FieldResolver(() => Disclosure, { description: 'What is withheld.' })
  disclosure(@Root() { federationId }: AnalyticsView, @Ctx() ctx: AnalyticsContext): Promise<DisclosureView> {
    return ctx.loaders.analytics.disclosure.load(federationId);
  }

  @FieldResolver(() => [Variable], {
    name: 'variables',
    description: 'What can be asked about, by name, over the device groups that may be shown.',
  })
  async listVariables(
    @Root() { federationId }: AnalyticsView,
    @Ctx() ctx: AnalyticsContext,
  ): Promise<VariableView[]> {
    const disclosure = await ctx.loaders.analytics.disclosure.load(federationId);
    return this.discovery.listVariables(ctx, federationId, disclosure);
  }

  @FieldResolver(() => [Group], { name: 'groups', description: 'The groups that may be shown, by id.' })
  async listGroups(
    @Root() { federationId }: AnalyticsView,
    @Ctx() ctx: AnalyticsContext,
    @Arg('by', () => GroupByEnum, { defaultValue: 'device_group', description: 'What makes a group.' })
    by: GroupBy,
  ): Promise<GroupView[]> {
    const disclosure = await ctx.loaders.analytics.disclosure.load(federationId);
    return this.discovery.listGroups(ctx, federationId, { by, disclosure });
  }
}

/** What the mutation answers; the federation is loaded only when it is selected. */
interface PolicySet extends AnalyticsView {
  readonly disclosure: DisclosureView;
}

@Resolver(() => DisclosurePayload)
export class DisclosureResolver {
  constructor(private readonly disclosures: DisclosureService) {}

  @Mutation(() => DisclosurePayload, {
    description: "Sets how much a federation withholds, the operator's minimum or more. Owner only.",
  })
  async setDisclosurePolicy(
    @Ctx() ctx: AnalyticsContext,
    @Arg('input', () => SetDisclosurePolicyInput, { description: 'The policy.' })
    input: SetDisclosurePolicyInput,
  ): Promise<PolicySet> {
    const disclosure = await this.disclosures.set(ctx, input);
    ctx.refreshLoaders();
    return { federationId: input.federationId, disclosure };
  }

  @FieldResolver(() => Federation, { description: 'The federation.' })
  federation(
    @Root() { federationId }: PolicySet,
    @Ctx() ctx: AnalyticsContext,
  ): Promise<FederationView | null> {
    return ctx.loaders.federations.federation.load(federationId);
  }
}
