import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Organization, type OrganizationRow } from '../auth/index.js';
import { CalledDirectly } from '../core/graphql/called-directly.js';
import { Member, type MemberRow } from '../federations/index.js';
import type { ContributionTotals } from './contribution.service.js';
import { Contribution } from './contribution.types.js';
import type { PrivacyContext } from './privacy.context.js';
import { RoundContribution } from './round.types.js';

@Resolver(() => Member)
export class MemberContributionResolver {
  @CalledDirectly()
  @FieldResolver(() => Contribution, {
    description: 'What it gave to training; zero and null for an invited caller.',
  })
  contribution(
    @Root() { federationId, orgId }: MemberRow,
    @Ctx() ctx: PrivacyContext,
  ): Promise<ContributionTotals> {
    return ctx.loaders.privacy.contribution.load({ federationId, orgId });
  }
}

@Resolver(() => RoundContribution)
export class RoundContributionResolver {
  @CalledDirectly()
  @FieldResolver(() => Organization, { description: 'The organization.' })
  organization(
    @Root() { orgId }: { readonly orgId: string },
    @Ctx() ctx: PrivacyContext,
  ): Promise<OrganizationRow> {
    return ctx.loaders.auth.organization.load(orgId);
  }
}
