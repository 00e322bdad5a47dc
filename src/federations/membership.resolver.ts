import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { FederationView } from './federation.service.js';
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

interface Moved {
  readonly member: MemberRow;
  /** A method, so that it is loaded only when it is selected. */
  federation(): Promise<FederationView | null>;
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
  ): Promise<{ members: readonly MemberRow[]; federation(): Promise<FederationView | null> }> {
    const members = await this.memberships.invite(ctx, input.federationId, input.orgIds);
    return { members, federation: federationAfterWrite(ctx, input.federationId) };
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
  return { member, federation: federationAfterWrite(ctx, member.federationId) };
}

function federationAfterWrite(ctx: FederationsContext, id: string): () => Promise<FederationView | null> {
  ctx.refreshLoaders();
  return () => ctx.loaders.federations.federation.load(id);
}
