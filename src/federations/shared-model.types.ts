import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { connectionType } from '../core/graphql/connection.types.js';
import { DateTimeScalar } from '../core/graphql/date-time.scalar.js';
import { Node } from '../core/graphql/node.types.js';

@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: 'A model that the owner shares in a federation.',
})
export class SharedModel implements Node {
  readonly id!: string;

  @Field(() => ID, { description: 'Id of the federation.' })
  readonly federationId!: string;

  @Field(() => ID, { description: 'Id of the model in its registry, which is another system.' })
  readonly modelId!: string;

  @Field(() => String, { description: 'Display name; the model id when none was given.' })
  readonly name!: string;

  @Field(() => String, { nullable: true, description: 'The framework, for example pytorch.' })
  readonly framework!: string | null;

  @Field(() => String, { nullable: true, description: 'What it is used for.' })
  readonly useCase!: string | null;

  @Field(() => String, { nullable: true, description: 'What it is.' })
  readonly description!: string | null;

  @Field(() => String, { nullable: true, description: 'Version of the model.' })
  readonly version!: string | null;

  @Field(() => ID, { description: 'Id of the organization that shared it.' })
  readonly orgId!: string;

  @Field(() => DateTimeScalar, { description: 'When it was shared.' })
  readonly sharedAt!: number;
}

export const SharedModelConnection = connectionType('SharedModel', () => SharedModel);

@InputType({ description: 'Which models to list; absent members do not filter.' })
export class SharedModelFilter {
  @Field(() => ID, {
    nullable: true,
    description: 'Those of the federations in which this organization takes part; `default` is the own one.',
  })
  readonly orgId?: string | null;

  @Field(() => String, { nullable: true, description: 'Those of exactly this framework.' })
  readonly framework?: string | null;

  @Field(() => String, { nullable: true, description: 'Those of exactly this use case.' })
  readonly useCase?: string | null;
}

@InputType({ description: 'A model to share.' })
export class ShareModelInput {
  @Field(() => ID, { description: 'The federation.' })
  readonly federationId!: string;

  @Field(() => ID, { description: 'Id of the model: 1 to 64 characters of A-Z, a-z, 0-9 and . _ : -' })
  readonly modelId!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Display name, at most 128 characters; the id when absent.',
  })
  readonly name?: string | null;

  @Field(() => String, { nullable: true, description: 'The framework, at most 128 characters.' })
  readonly framework?: string | null;

  @Field(() => String, { nullable: true, description: 'What it is used for, at most 128 characters.' })
  readonly useCase?: string | null;

  @Field(() => String, { nullable: true, description: 'What it is, at most 512 characters.' })
  readonly description?: string | null;

  @Field(() => String, { nullable: true, description: 'Version, at most 128 characters.' })
  readonly version?: string | null;
}

@InputType({ description: 'Which model to stop sharing.' })
export class UnshareModelInput {
  @Field(() => ID, { description: 'The federation.' })
  readonly federationId!: string;

  @Field(() => ID, { description: 'Id of the model.' })
  readonly modelId!: string;
}

@ObjectType({ simpleResolvers: true, description: 'A model whose sharing changed.' })
export class SharedModelPayload {
  @Field(() => SharedModel, { description: 'The model.' })
  readonly model!: SharedModel;
}
