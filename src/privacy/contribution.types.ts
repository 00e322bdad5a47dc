import { Field, Float, Int, ObjectType } from 'type-graphql';
import { DateTimeScalar } from '../core/graphql/date-time.scalar.js';

@ObjectType({ simpleResolvers: true, description: 'What a member gave to the training of shared models.' })
export class Contribution {
  @Field(() => Int, { description: 'Rounds with a contribution of this member.' })
  readonly roundsContributed!: number;

  @Field(() => Float, { description: 'Samples over all rounds, an exact integer.' })
  readonly totalSamples!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Mean accuracy over the contributions that reported one.',
  })
  readonly avgAccuracy!: number | null;

  @Field(() => Float, { nullable: true, description: 'Mean loss over the contributions that reported one.' })
  readonly avgLoss!: number | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it last contributed.' })
  readonly lastContributionAt!: number | null;
}
