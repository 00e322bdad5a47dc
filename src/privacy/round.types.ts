import { Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { connectionType } from '../core/graphql/connection.types.js';
import { DateTimeScalar } from '../core/graphql/date-time.scalar.js';
import { Node } from '../core/graphql/node.types.js';

const RoundStatusEnum = { RESERVED: 'reserved', COMPLETED: 'completed', CANCELLED: 'cancelled' } as const;

registerEnumType(RoundStatusEnum, {
  name: 'RoundStatus',
  description: 'Where a training round is in its life.',
  valuesConfig: {
    RESERVED: { description: 'Its cost is charged; what comes of it is awaited.' },
    COMPLETED: { description: 'It ran.' },
    CANCELLED: { description: 'It released nothing, as its owner stated; its cost is not in the sum.' },
  },
});

@ObjectType({ simpleResolvers: true, description: 'What one organization gave to a round.' })
export class RoundContribution {
  @Field(() => ID, { description: 'Id of the organization.' })
  readonly orgId!: string;

  @Field(() => Float, { description: 'Samples that it trained on, an exact integer.' })
  readonly samples!: number;

  @Field(() => Float, { nullable: true, description: 'Accuracy that it reported.' })
  readonly accuracy!: number | null;

  @Field(() => Float, { nullable: true, description: 'Loss that it reported.' })
  readonly loss!: number | null;
}

@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: 'A round of training the shared model, and what it cost.',
})
export class TrainingRound implements Node {
  readonly id!: string;

  @Field(() => ID, { description: 'Id of the federation.' })
  readonly federationId!: string;

  @Field(() => Int, { description: 'Consecutive in the federation, from 1; never used again.' })
  readonly roundNumber!: number;

  @Field(() => RoundStatusEnum, { description: 'Where it is in its life.' })
  readonly status!: string;

  @Field(() => ID, { nullable: true, description: 'Id of the trained model.' })
  readonly modelId!: string | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Noise multiplier of each step; null for an untracked round.',
  })
  readonly noiseMultiplier!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Probability of each client to take part in a step; null for an untracked round.',
  })
  readonly sampleRate!: number | null;

  @Field(() => Int, { nullable: true, description: 'Number of steps; null for an untracked round.' })
  readonly numSteps!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'The delta that it was checked at; null for that of the budget.',
  })
  readonly targetDelta!: number | null;

  @Field(() => Boolean, { description: 'It had run already and no longer fitted the budget.' })
  readonly overdrawn!: boolean;

  @Field(() => DateTimeScalar, { description: 'When it was recorded or reserved.' })
  readonly recordedAt!: number;
}

export const TrainingRoundConnection = connectionType('TrainingRound', () => TrainingRound);

@InputType({ description: 'What one organization gave to a round.' })
export class RoundContributionInput {
  @Field(() => ID, { description: 'An active member; `default` is the own organization.' })
  readonly orgId!: string;

  @Field(() => Float, { description: 'Samples that it trained on: an integer, 0 to 2^53 - 1.' })
  readonly samples!: number;

  @Field(() => Float, { nullable: true, description: 'Accuracy that it reports.' })
  readonly accuracy?: number | null;

  @Field(() => Float, { nullable: true, description: 'Loss that it reports.' })
  readonly loss?: number | null;
}

const ROUND_ID =
  "An id of the caller's, rnd_ and 12 to 32 of 0-9 and a-z: the same again with the same content is one round.";
const TARGET_DELTA =
  'The delta to check the budget at, in (0, that of the budget]; null for that of the budget.';

@InputType({ description: 'A round that ran, or ends with this.' })
export class RecordTrainingRoundInput {
  @Field(() => ID, { description: 'The federation.' })
  readonly federationId!: string;

  @Field(() => ID, { nullable: true, description: ROUND_ID })
  readonly roundId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Id of the trained model.' })
  readonly modelId?: string | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'Noise multiplier, > 0. With `sampleRate` and `numSteps`, or none of the three: then it is not tracked.',
  })
  readonly noiseMultiplier?: number | null;

  @Field(() => Float, { nullable: true, description: 'Sample rate, in (0, 1].' })
  readonly sampleRate?: number | null;

  @Field(() => Int, { nullable: true, description: 'Number of steps, 1 to 2^31 - 1.' })
  readonly numSteps?: number | null;

  @Field(() => Float, { nullable: true, description: TARGET_DELTA })
  readonly targetDelta?: number | null;

  @Field(() => Boolean, {
    defaultValue: false,
    description:
      'It ran before it was asked for: recorded whatever it costs, and marked as overdrawn above the budget.',
  })
  readonly alreadyExecuted!: boolean;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it ended; now when absent.' })
  readonly completedAt?: number | null;

  @Field(() => [RoundContributionInput], {
    defaultValue: [],
    description: 'Who gave what; each organization once.',
  })
  readonly contributions!: readonly RoundContributionInput[];
}

@InputType({ description: 'A round that is to run.' })
export class ReserveTrainingRoundInput {
  @Field(() => ID, { description: 'The federation.' })
  readonly federationId!: string;

  @Field(() => ID, { nullable: true, description: ROUND_ID })
  readonly roundId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Id of the model to train.' })
  readonly modelId?: string | null;

  @Field(() => Float, { description: 'Noise multiplier, > 0.' })
  readonly noiseMultiplier!: number;

  @Field(() => Float, { description: 'Sample rate, in (0, 1].' })
  readonly sampleRate!: number;

  @Field(() => Int, { description: 'Number of steps, 1 to 2^31 - 1.' })
  readonly numSteps!: number;

  @Field(() => Float, { nullable: true, description: TARGET_DELTA })
  readonly targetDelta?: number | null;
}

@InputType({ description: 'What came of a reserved round.' })
export class CompleteTrainingRoundInput {
  @Field(() => ID, { description: 'The federation.' })
  readonly federationId!: string;

  @Field(() => ID, { description: 'The reserved round.' })
  readonly roundId!: string;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it ended; now when absent.' })
  readonly completedAt?: number | null;

  @Field(() => [RoundContributionInput], { description: 'Who gave what; each organization once.' })
  readonly contributions!: readonly RoundContributionInput[];
}

@InputType({ description: 'Which reservation released nothing.' })
export class CancelTrainingRoundInput {
  @Field(() => ID, { description: 'The federation.' })
  readonly federationId!: string;

  @Field(() => ID, { description: 'The reserved round.' })
  readonly roundId!: string;
}

@ObjectType({ simpleResolvers: true, description: 'A round that took a step.' })
export class TrainingRoundPayload {
  @Field(() => TrainingRound, { description: 'The round.' })
  readonly round!: TrainingRound;

  @Field(() => Boolean, { description: 'Whether this was a repeat, which wrote nothing.' })
  readonly duplicate!: boolean;
}
