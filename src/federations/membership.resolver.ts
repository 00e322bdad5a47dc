import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import type { FederationView } from './federation.service.js';
import { Federation } from './federation.types.js';
import type { FederationsContext } from './federations.context.js';
import {
  InviteMembersInput,
  InviteMembersPayload,
  JoinFederationInput,
  MemberPayload,
  MembershipInput,
} from './member.types.js';
import type { MembershipService } from './membership.service.js';
import type { MemberRow } from './roster.service.js';

/** What the steps answer; the federation is loaded only when it is selected. */
interface Moved {
  readonly member: MemberRow;
}

interface Invited {
  readonly federationId: string;
  readonly members: readonly MemberRow[];
}

@Resolver()
export class MembershipResolver {
  constructor(private readonly memberships: MembershipService) {}

  @Mutation(() => InviteMembersPayload, {
    description:
      'Invites organizations, or invites them anew. Owner only; an invited or active one stays as it is.',
  })
  async inviteMembers(
    @Ctx() ctx: FederationsContext,
    @Arg('input', () => InviteMembersInput, { description: 'Whom to invite.' }) input: InviteMembersInput,
  ): Promise<Invited> {
    const members = await this.memberships.invite(ctx, input.federationId, input.orgIds);
    ctx.refreshLoaders();
    return { federationId: input.federationId, members };
  }

  @Mutation(() => MemberPayload, { description: 'Accepts an invitation.' })
  async joinFederation(
    @Ctx() ctx: FederationsContext,
    @Arg('input', () => JoinFederationInput, { description: 'Which invitation.' }) input: JoinFederationInput,
  ): Promise<Moved> {
    return moved(ctx, await this.memberships.join(ctx, input));
  }

  @Mutation(() => MemberPayload, { description: 'Declines an invitation.' })
  async declineInvitation(
    @Ctx() ctx: FederationsContext,
    @Arg('input', () => MembershipInput, { description: 'Which invitation.' }) input: MembershipInput,
  ): Promise<Moved> {
    return moved(ctx, await this.memberships.decline(ctx, input));
  }

  @Mutation(() => MemberPayload, { description: 'Ends the own membership. The owner cannot leave.' })
  async leaveFederation(
    @Ctx() ctx: FederationsContext,
    @Arg('input', () => MembershipInput, { description: 'Which membership.' }) input: MembershipInput,
  ): Promise<Moved> {
    return moved(ctx, await this.memberships.leave(ctx, input));
  }

  @Mutation(() => MemberPayload, {
    description: 'Ends the membership of another organization or withdraws its invitation. Owner only.',
  })
  async removeMember(
    @Ctx() ctx: FederationsContext,
    @Arg('input', () => MembershipInput, { description: 'Which membership.' }) input: MembershipInput,
  ): Promise<Moved> {
    return moved(ctx, await this.memberships.remove(ctx, input));
  }
}

function moved(ctx: FederationsContext, member: MemberRow): Moved {
  ctx.refreshLoaders();
  return { member };
}

@Resolver(() => MemberPayload)
export class MemberPayloadResolver {
  @FieldResolver(() => Federation, {
    nullable: true,
    description: 'The federation; null once the caller no longer sees it.',
  })
  federation(@Root() { member }: Moved, @Ctx() ctx: FederationsContext): Promise<FederationView | null> {
    return ctx.loaders.federations.federation.load(member.federationId);
  }
}

@Resolver(() => InviteMembersPayload)
export class InviteMembersPayloadResolver {
  @FieldResolver(() => Federation, { description: 'The federation.' })
  federation(
    @Root() { federationId }: Invited,
    @Ctx() ctx: FederationsContext,
  ): Promise<FederationView | null> {
    return ctx.loaders.federations.federation.load(federationId);
  }
}
