import { ArgsType, Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { connectionType } from '../core/graphql/connection.types.js';
import { DateTimeScalar } from '../core/graphql/date-time.scalar.js';

const Accountant = { RDP: 'rdp', PLD: 'pld' } as const;

registerEnumType(Accountant, {
  name: 'Accountant',
  description: 'How privacy losses of rounds are added up.',
  valuesConfig: {
    RDP: { description: 'Rényi differential privacy: decides.' },
    PLD: { description: 'Privacy loss distributions: tighter, and only informs.' },
  },
});

@ObjectType({
  simpleResolvers: true,
  description: 'What a round would do to the budget, at `delta`. Nothing is recorded.',
})
export class PrivacyEstimate {
  @Field(() => Float, { nullable: true, description: 'Epsilon spent so far; null when infinite.' })
  readonly currentEpsilon!: number | null;

  @Field(() => Float, { nullable: true, description: 'Epsilon with the round; null when infinite.' })
  readonly projectedEpsilon!: number | null;

  @Field(() => Float, { nullable: true, description: 'Projected minus current; null when infinite.' })
  readonly roundEpsilonCost!: number | null;

  @Field(() => Boolean, { description: 'Projected > budget: the round would be refused.' })
  readonly wouldExceedBudget!: boolean;

  @Field(() => Float, { description: 'Epsilon of the budget.' })
  readonly budgetEpsilon!: number;

  @Field(() => Float, { description: 'The delta of all figures: `targetDelta`, else that of the budget.' })
  readonly delta!: number;

  @Field(() => Int, {
    description: 'The most steps of this noise and sample rate that fit what remains; at most 2^31 - 1.',
  })
  readonly maxStepsWithinBudget!: number;

  @Field(() => Boolean, { description: 'Whether the projected epsilon is infinite.' })
  readonly isInfinite!: boolean;
}

@ObjectType({
  simpleResolvers: true,
  description: 'A round of the sum, with what the ledger said behind it.',
})
export class PrivacyHistoryEntry {
  @Field(() => Int, { description: 'Number of the round.' })
  readonly roundNumber!: number;

  @Field(() => Float, { description: 'Noise multiplier of each step.' })
  readonly noiseMultiplier!: number;

  @Field(() => Float, { description: 'Probability of each client to take part in a step.' })
  readonly sampleRate!: number;

  @Field(() => Int, { description: 'Number of steps.' })
  readonly numSteps!: number;

  @Field(() => Float, {
    nullable: true,
    description: "The delta that the round was checked at; null for the budget's.",
  })
  readonly targetDelta!: number | null;

  @Field(() => Boolean, { description: 'It had run already and no longer fitted the budget.' })
  readonly overdrawn!: boolean;

  @Field(() => DateTimeScalar, { description: 'When it was recorded or reserved.' })
  readonly recordedAt!: number;
}

export const PrivacyHistoryConnection = connectionType('PrivacyHistory', () => PrivacyHistoryEntry);

@ObjectType({
  simpleResolvers: true,
  description: 'The privacy ledger of a federation. Epsilons are at the delta of the budget, and rounded up.',
})
export class Privacy {
  @Field(() => ID, { description: 'Id of the federation.' })
  readonly federationId!: string;

  @Field(() => Float, { description: 'Epsilon that may be spent.' })
  readonly totalEpsilonBudget!: number;

  @Field(() => Float, { description: 'The delta at which spent and remaining are told.' })
  readonly totalDeltaBudget!: number;

  @Field(() => Float, { nullable: true, description: 'Epsilon spent; null when infinite.' })
  readonly currentEpsilonSpent!: number | null;

  @Field(() => Float, { description: 'What remains of the budget, rounded down; 0 when it is exhausted.' })
  readonly epsilonRemaining!: number;

  @Field(() => Boolean, { description: 'Whether nothing remains.' })
  readonly isExhausted!: boolean;

  @Field(() => Boolean, { description: 'Whether the spend is infinite: a round gave no privacy at all.' })
  readonly isInfinite!: boolean;

  @Field(() => Int, {
    description: 'Rounds in the sum: reserved and completed ones with privacy parameters.',
  })
  readonly roundsTracked!: number;

  @Field(() => Int, {
    description: 'Rounds that came without privacy parameters: what they cost is not known.',
  })
  readonly roundsUntracked!: number;

  @Field(() => Accountant, { description: 'The accountant that decides.' })
  readonly accountant!: string;
}

@ArgsType()
export class EstimateArgs {
  @Field(() => Float, { description: 'Standard deviation of the noise over the clipping bound, > 0.' })
  readonly noiseMultiplier!: number;

  @Field(() => Float, { description: 'Probability of each client to take part in a step, in (0, 1].' })
  readonly sampleRate!: number;

  @Field(() => Int, { nullable: true, defaultValue: 1, description: 'Number of steps, 1 to 2^31 - 1.' })
  readonly numSteps?: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'A delta for all figures, in (0, that of the budget]; null for that of the budget.',
  })
  readonly targetDelta?: number | null;
}

@InputType({ description: 'A new budget.' })
export class SetPrivacyBudgetInput {
  @Field(() => ID, { description: 'The federation.' })
  readonly federationId!: string;

  @Field(() => Float, {
    description: 'Epsilon that may be spent, > 0. Below the spend it is allowed: nothing remains then.',
  })
  readonly totalEpsilonBudget!: number;

  @Field(() => Float, {
    nullable: true,
    defaultValue: 1e-5,
    description: 'The delta at which everything is told, in (0, 1). Another one converts every figure anew.',
  })
  readonly totalDeltaBudget?: number | null;
}

@ObjectType({ simpleResolvers: true, description: 'A ledger whose budget was set.' })
export class PrivacyPayload {
  @Field(() => Privacy, { description: 'The ledger.' })
  readonly privacy!: Privacy;
}
