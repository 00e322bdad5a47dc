import { Args, Arg, Ctx, FieldResolver, ID, Resolver, Root } from 'type-graphql';
import { Organization, type OrganizationRow } from '../auth/index.js';
import { CalledDirectly } from '../core/graphql/called-directly.js';
import { Connection } from '../core/graphql/connection.types.js';
import { PageArgs } from '../core/graphql/page.args.js';
import { notFound } from '../core/errors.js';
import { toPage } from '../core/page.js';
import type { FederationView } from './federation.service.js';
import { Federation } from './federation.types.js';
import type { FederationsContext } from './federations.context.js';
import { Member, MemberConnection, MemberStatusEnum } from './member.types.js';
import type { MemberStatus } from './membership.js';
import { rosterKey, type MemberRow, type RosterRow, type RosterService } from './roster.service.js';

@Resolver(() => Member)
export class MemberResolver {
  @CalledDirectly()
  @FieldResolver(() => Federation, { description: 'The federation.' })
  async federation(@Root() member: MemberRow, @Ctx() ctx: FederationsContext): Promise<FederationView> {
    const federation = await ctx.loaders.federations.federation.load(member.federationId);
    // Hidden from whoever just left or declined, though the answer to that step shows the membership.
    if (federation === null) throw notFound('federation');
    return federation;
  }

  @CalledDirectly()
  @FieldResolver(() => Organization, { description: 'The organization.' })
  organization(
    @Root() member: MemberRow | RosterRow,
    @Ctx() ctx: FederationsContext,
  ): Promise<OrganizationRow> | OrganizationRow {
    // A roster brings its organizations along.
    if ('orgName' in member)
      return { id: member.orgId, name: member.orgName, createdAt: member.orgCreatedAt };
    return ctx.loaders.auth.organization.load(member.orgId);
  }
}

@Resolver(() => Federation)
export class RosterResolver {
  constructor(private readonly rosters: RosterService) {}

  @FieldResolver(() => MemberConnection, {
    name: 'members',
    description:
      'The memberships, active before invited, then by creation. Without `status`, the active and invited ones.',
  })
  async listMembers(
    @Root() federation: FederationView,
    @Ctx() ctx: FederationsContext,
    @Arg('status', () => [MemberStatusEnum], {
      nullable: true,
      description: 'Only memberships of these statuses.',
    })
    statuses: readonly MemberStatus[] | null | undefined,
    @Args(() => PageArgs) args: PageArgs,
  ): Promise<Connection<RosterRow>> {
    const query = this.rosters.parseQuery(ctx, args, statuses ?? []);
    const { federations: loaders } = ctx.loaders;
    const rows = await loaders.roster.load({ federationId: federation.id, query });
    const count = () => loaders.rosterCount.load({ federationId: federation.id, statuses: query.statuses });
    return new Connection(toPage(rows, query.page.first), query.page, rosterKey, count);
  }

  @FieldResolver(() => Member, {
    nullable: true,
    description: 'The membership of one organization; null when it never had one.',
  })
  member(
    @Root() federation: FederationView,
    @Ctx() ctx: FederationsContext,
    @Arg('orgId', () => ID, { description: 'The organization; `default` is the own one.' }) orgId: string,
  ): Promise<MemberRow | null> {
    const wanted = orgId === 'default' ? (ctx.viewer.orgId ?? orgId) : orgId;
    return ctx.loaders.federations.member.load({ federationId: federation.id, orgId: wanted });
  }
}
