import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { connectionType } from '../core/graphql/connection.types.js';
import { DateTimeScalar } from '../core/graphql/date-time.scalar.js';
import { Node } from '../core/graphql/node.types.js';

const MemberRole = { OWNER: 'owner', MEMBER: 'member' } as const;

export const MemberStatusEnum = {
  ACTIVE: 'active',
  INVITED: 'invited',
  DECLINED: 'declined',
  LEFT: 'left',
  REMOVED: 'removed',
  EXPIRED: 'expired',
} as const;

registerEnumType(MemberRole, {
  name: 'MemberRole',
  description: 'What an organization is in a federation.',
  valuesConfig: {
    OWNER: { description: 'It owns the federation.' },
    MEMBER: { description: 'It takes part.' },
  },
});

registerEnumType(MemberStatusEnum, {
  name: 'MemberStatus',
  description: 'Where a membership is in its life.',
  valuesConfig: {
    ACTIVE: { description: 'It takes part.' },
    INVITED: { description: 'It may join until the invitation expires.' },
    DECLINED: { description: 'It declined the invitation.' },
    LEFT: { description: 'It left.' },
    REMOVED: { description: 'The owner removed it or withdrew the invitation.' },
    EXPIRED: { description: 'The invitation was not accepted in time.' },
  },
});

@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: 'The membership of one organization in one federation.',
})
export class Member implements Node {
  readonly id!: string;

  @Field(() => ID, { description: 'Id of the federation.' })
  readonly federationId!: string;

  @Field(() => ID, { description: 'Id of the organization.' })
  readonly orgId!: string;

  @Field(() => MemberRole, { description: 'What the organization is in the federation.' })
  readonly role!: string;

  @Field(() => MemberStatusEnum, { description: 'Where the membership is in its life.' })
  readonly status!: string;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When it was last invited; null for the owner.',
  })
  readonly invitedAt!: number | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it last joined.' })
  readonly joinedAt!: number | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When the pending or expired invitation ends.',
  })
  readonly expiresAt!: number | null;

  @Field(() => DateTimeScalar, { description: 'When the organization was first invited.' })
  readonly createdAt!: number;

  @Field(() => DateTimeScalar, { description: 'When the membership last changed.' })
  readonly updatedAt!: number;
}

export const MemberConnection = connectionType('Member', () => Member);

@InputType({ description: 'Whom to invite.' })
export class InviteMembersInput {
  @Field(() => ID, { description: 'The federation.' })
  readonly federationId!: string;

  @Field(() => [ID], {
    description: '1 to 1,000 organizations. One that the gateway does not know yet is registered by its id.',
  })
  readonly orgIds!: readonly string[];
}

@InputType({ description: 'Which invitation to accept.' })
export class JoinFederationInput {
  @Field(() => ID, { description: 'The federation.' })
  readonly federationId!: string;

  @Field(() => ID, { description: 'The organization that joins; `default` is the own one.' })
  readonly orgId!: string;
}

@InputType({ description: 'Which membership.' })
export class MembershipInput {
  @Field(() => ID, { description: 'The federation.' })
  readonly federationId!: string;

  @Field(() => ID, { description: 'The organization; `default` is the own one.' })
  readonly orgId!: string;
}

@ObjectType({ simpleResolvers: true, description: 'What inviteMembers did.' })
export class InviteMembersPayload {
  @Field(() => [Member], { description: 'The members in the order asked, duplicates once.' })
  readonly members!: readonly Member[];
}

@ObjectType({ simpleResolvers: true, description: 'A membership that took a step.' })
export class MemberPayload {
  @Field(() => Member, { description: 'The membership.' })
  readonly member!: Member;
}
