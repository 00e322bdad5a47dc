import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { connectionType } from '../core/graphql/connection.types.js';
import { DateTimeScalar } from '../core/graphql/date-time.scalar.js';
import { Node } from '../core/graphql/node.types.js';

@ObjectType({ implements: Node, simpleResolvers: true, description: 'A key of the API, without its secret.' })
export class ApiKey implements Node {
  readonly id!: string;

  @Field(() => ID, { description: 'The organization that it acts for.' })
  readonly orgId!: string;

  @Field(() => String, { description: 'What people call it.' })
  readonly name!: string;

  @Field(() => String, { description: 'The first twelve characters of the secret, to tell keys apart.' })
  readonly prefix!: string;

  @Field(() => [String], { description: 'Granted scopes, for example federations:read.' })
  readonly scopes!: readonly string[];

  @Field(() => ID, {
    nullable: true,
    description: 'The one federation that it can see; null for all of its organization.',
  })
  readonly federationId!: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Requests a minute; null means the default of the gateway.',
  })
  readonly rateLimitRpm!: number | null;

  @Field(() => DateTimeScalar, { description: 'When it was made.' })
  readonly createdAt!: number;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was last used, to the minute.' })
  readonly lastUsedAt!: number | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When it stops working by itself; null means never.',
  })
  readonly expiresAt!: number | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was revoked.' })
  readonly revokedAt!: number | null;
}

export const ApiKeyConnection = connectionType('ApiKey', () => ApiKey);

@InputType({ description: 'A new API key. What a key gives to another cannot pass its own limits.' })
export class CreateApiKeyInput {
  @Field(() => ID, { description: 'The organization that it acts for; `default` is the own one.' })
  readonly orgId!: string;

  @Field(() => String, { description: 'What people call it, 1 to 128 characters.' })
  readonly name!: string;

  @Field(() => [String], {
    nullable: true,
    description: 'Scopes; by default federations:admin and ingest:write.',
  })
  readonly scopes?: readonly string[] | null;

  @Field(() => ID, { nullable: true, description: 'Bind the key to this federation.' })
  readonly federationId?: string | null;

  @Field(() => Int, { nullable: true, description: 'Requests a minute, 1 to 1,000,000.' })
  readonly rateLimitRpm?: number | null;

  @Field(() => Int, { nullable: true, description: 'Days until it expires, 1 to 3,650; never when absent.' })
  readonly expiresInDays?: number | null;
}

@InputType({ description: 'Which key to revoke.' })
export class RevokeApiKeyInput {
  @Field(() => ID, { description: 'Id of the key.' })
  readonly id!: string;
}

@ObjectType({ simpleResolvers: true, description: 'A new key with its secret.' })
export class CreateApiKeyPayload {
  @Field(() => ApiKey, { description: 'The key.' })
  readonly apiKey!: ApiKey;

  @Field(() => String, { description: 'The secret. Shown here and never again.' })
  readonly secret!: string;
}

@ObjectType({ simpleResolvers: true, description: 'The key that was changed.' })
export class ApiKeyPayload {
  @Field(() => ApiKey, { description: 'The key.' })
  readonly apiKey!: ApiKey;
}
