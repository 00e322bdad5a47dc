import { Field, Int, ObjectType } from 'type-graphql';
import { DateTimeScalar } from '../core/graphql/date-time.scalar.js';

@ObjectType({ simpleResolvers: true, description: 'What is left of the minute of the calling key.' })
export class RateLimit {
  @Field(() => Int, { description: 'Requests a minute; 0 means that nothing is limited.' })
  readonly limit!: number;

  @Field(() => Int, { description: 'Requests that are left of this minute.' })
  readonly remaining!: number;

  @Field(() => DateTimeScalar, { description: 'When the minute begins anew.' })
  readonly resetAt!: number;

  @Field(() => Int, { description: 'Cost points of this operation.' })
  readonly cost!: number;
}

@ObjectType({ simpleResolvers: true, description: 'Who calls.' })
export class Viewer {
  @Field(() => String, { description: 'The first characters of the key, to tell keys apart.' })
  readonly keyPrefix!: string;

  @Field(() => [String], { description: 'The scopes of the key with all that they imply.' })
  readonly scopes!: readonly string[];

  @Field(() => Boolean, { description: 'True for an operator key, which may act for every organization.' })
  readonly isOperator!: boolean;
}
