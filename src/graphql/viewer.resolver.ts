import { Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { Organization, type OrganizationRow } from '../auth/index.js';
import type { Clock } from '../core/clock.js';
import type { Viewer as ViewerRow } from '../core/viewer.js';
import { Member, type MemberRow, type RosterService } from '../federations/index.js';
import type { RequestContext } from './context.js';
import { RateLimit, Viewer } from './viewer.types.js';

@Resolver(() => Viewer)
export class ViewerResolver {
  constructor(
    private readonly rosters: RosterService,
    private readonly clock: Clock,
  ) {}

  @Query(() => Viewer, { description: 'Who calls: the organization, the key and what it may do.' })
  viewer(@Ctx() ctx: RequestContext): ViewerRow {
    return ctx.viewer;
  }

  @FieldResolver(() => Organization, {
    nullable: true,
    description: 'The organization of the key; null for the operator key of the configuration.',
  })
  organization(@Root() viewer: ViewerRow, @Ctx() ctx: RequestContext): Promise<OrganizationRow> | null {
    return viewer.orgId === null ? null : ctx.loaders.auth.organization.load(viewer.orgId);
  }

  @FieldResolver(() => RateLimit, { description: 'What is left of the minute.' })
  rateLimit(@Ctx() ctx: RequestContext): RateLimit {
    const { limit = 0, remaining = 0, resetSeconds = 0 } = ctx.allowance ?? {};
    return { limit, remaining, resetAt: this.clock.now() + resetSeconds * 1000, cost: ctx.cost };
  }

  @FieldResolver(() => [Member], {
    description: 'Invitations that the organization can accept now, oldest first, at most 100.',
  })
  invitations(@Ctx() ctx: RequestContext): Promise<MemberRow[]> {
    return this.rosters.listInvitations(ctx);
  }
}
