import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { connectionType } from '../core/graphql/connection.types.js';
import { DateTimeScalar } from '../core/graphql/date-time.scalar.js';
import { Node } from '../core/graphql/node.types.js';

@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: 'A hospital, bank, manufacturer: a party that federations are made of.',
})
export class Organization implements Node {
  readonly id!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Display name; null while the organization is known by an invitation alone.',
  })
  readonly name!: string | null;

  @Field(() => DateTimeScalar, { description: 'When the gateway first heard of it.' })
  readonly createdAt!: number;
}

export const OrganizationConnection = connectionType('Organization', () => Organization);

@InputType({ description: 'A new organization, or the completion of one that an invitation registered.' })
export class CreateOrganizationInput {
  @Field(() => ID, {
    nullable: true,
    description: '1 to 64 characters of A-Z, a-z, 0-9 and . _ : -; made by the gateway when absent.',
  })
  readonly id?: string | null;

  @Field(() => String, { description: 'Display name, 1 to 128 characters.' })
  readonly name!: string;
}

@ObjectType({ simpleResolvers: true, description: 'What createOrganization did.' })
export class OrganizationPayload {
  @Field(() => Organization, { description: 'The organization.' })
  readonly organization!: Organization;

  @Field(() => Boolean, { description: 'False when it stood there already, with the same name.' })
  readonly created!: boolean;
}
