import { Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { DateTimeScalar } from '../core/graphql/date-time.scalar.js';

const VariableKindEnum = { NUMERIC: 'numeric', CATEGORICAL: 'categorical' } as const;

registerEnumType(VariableKindEnum, {
  name: 'VariableKind',
  description: 'What the values of a variable are; its first use says it.',
  valuesConfig: {
    NUMERIC: { description: 'Numbers: a metric of observations.' },
    CATEGORICAL: { description: 'Texts: an attribute of observations.' },
  },
});

export const GroupByEnum = {
  DEVICE_GROUP: 'device_group',
  FEDERATION_MEMBER: 'federation_member',
} as const;

registerEnumType(GroupByEnum, {
  name: 'GroupBy',
  description: 'What makes a group.',
  valuesConfig: {
    DEVICE_GROUP: { description: 'The device group of the observations, across members.' },
    FEDERATION_MEMBER: { description: 'The member that sent them.' },
  },
});

@ObjectType({ simpleResolvers: true, description: 'What a federation withholds.' })
export class Disclosure {
  @Field(() => Int, { description: 'Observations that a group must have to be shown; 1 withholds nothing.' })
  readonly minGroupSize!: number;

  @Field(() => Boolean, { description: 'Whether smallest and largest values may be told.' })
  readonly allowExtremes!: boolean;
}

@ObjectType({
  simpleResolvers: true,
  description: 'Something that was observed, over the groups that may be shown.',
})
export class Variable {
  @Field(() => String, { description: 'Its name in the observations.' })
  readonly name!: string;

  @Field(() => VariableKindEnum, { description: 'What its values are.' })
  readonly kind!: string;

  @Field(() => Float, { description: 'Observations that have it, an exact integer.' })
  readonly observationCount!: number;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Time of the earliest of them.' })
  readonly firstRecordedAt!: number | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Time of the latest of them.' })
  readonly lastRecordedAt!: number | null;
}

@ObjectType({ simpleResolvers: true, description: 'A group that may be shown.' })
export class Group {
  @Field(() => ID, { description: 'The device group, or the id of the member.' })
  readonly id!: string;

  @Field(() => Float, { description: 'Its observations, an exact integer.' })
  readonly observationCount!: number;
}

@ObjectType({
  simpleResolvers: true,
  description: 'Statistical questions across the members of a federation.',
})
export class Analytics {
  @Field(() => ID, { description: 'Id of the federation.' })
  readonly federationId!: string;
}

@InputType({ description: 'How much a federation withholds.' })
export class SetDisclosurePolicyInput {
  @Field(() => ID, { description: 'The federation.' })
  readonly federationId!: string;

  @Field(() => Int, {
    description: "Observations that a group must have to be shown: the operator's minimum or more.",
  })
  readonly minGroupSize!: number;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Whether smallest and largest values, which are those of single observations, may be told.',
  })
  readonly allowExtremes!: boolean;
}

@ObjectType({ simpleResolvers: true, description: 'A disclosure policy that was set.' })
export class DisclosurePayload {
  @Field(() => Disclosure, { description: 'What is withheld now.' })
  readonly disclosure!: Disclosure;
}
