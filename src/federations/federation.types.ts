import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { connectionType } from '../core/graphql/connection.types.js';
import { DateTimeScalar } from '../core/graphql/date-time.scalar.js';
import { Node } from '../core/graphql/node.types.js';

const FederationStatus = { ACTIVE: 'active' } as const;
const FederationRole = {
  OWNER: 'owner',
  MEMBER: 'member',
  INVITED: 'invited',
  OPERATOR: 'operator',
} as const;

registerEnumType(FederationStatus, {
  name: 'FederationStatus',
  description: 'The life of a federation.',
  valuesConfig: { ACTIVE: { description: 'It is in use.' } },
});

registerEnumType(FederationRole, {
  name: 'FederationRole',
  description: 'What the caller is in a federation.',
  valuesConfig: {
    OWNER: { description: 'It owns the federation.' },
    MEMBER: { description: 'It is an active member.' },
    INVITED: { description: 'It is invited and has not joined yet.' },
    OPERATOR: { description: 'It calls with an operator key.' },
  },
});

@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: 'Organizations that train models together without sharing raw data.',
})
export class Federation implements Node {
  readonly id!: string;

  @Field(() => String, { description: 'Name, unique among the federations of its owner.' })
  readonly name!: string;

  @Field(() => String, { nullable: true, description: 'What it is for.' })
  readonly description!: string | null;

  @Field(() => ID, { description: 'Id of the owner.' })
  readonly orgId!: string;

  @Field(() => FederationStatus, { description: 'In use; there is no other status for now.' })
  readonly status!: 'active';

  @Field(() => FederationRole, { description: 'What the caller is in it.' })
  readonly viewerRole!: string;

  @Field(() => DateTimeScalar, { description: 'When it was created.' })
  readonly createdAt!: number;

  @Field(() => DateTimeScalar, { description: 'When it was last changed.' })
  readonly updatedAt!: number;
}

export const FederationConnection = connectionType('Federation', () => Federation);

@InputType({ description: 'Which federations to list; absent members do not filter.' })
export class FederationFilter {
  @Field(() => ID, {
    nullable: true,
    description: 'Those in which this organization is owner, active or invited; `default` is the own one.',
  })
  readonly orgId?: string | null;

  @Field(() => String, { nullable: true, description: 'The one with exactly this name.' })
  readonly name?: string | null;
}

@InputType({ description: 'A new federation.' })
export class CreateFederationInput {
  @Field(() => String, {
    description: 'Name, 1 to 128 characters, unique among the federations of its owner.',
  })
  readonly name!: string;

  @Field(() => ID, { description: 'The owner; `default` is the own organization.' })
  readonly orgId!: string;

  @Field(() => String, { nullable: true, description: 'What it is for, at most 512 characters.' })
  readonly description?: string | null;
}

@ObjectType({ simpleResolvers: true, description: 'What createFederation did.' })
export class CreateFederationPayload {
  @Field(() => Federation, { description: 'The federation.' })
  readonly federation!: Federation;
}
