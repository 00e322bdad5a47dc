import { Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import { DateTimeScalar } from '../core/graphql/date-time.scalar.js';
import { JsonScalar } from '../core/graphql/json.scalar.js';

@InputType({ description: 'What a device measured at one moment: at least one metric or attribute.' })
export class ObservationInput {
  @Field(() => DateTimeScalar, { description: 'When; at most a day ahead.' })
  readonly recordedAt!: number;

  @Field(() => String, { description: 'Group of the device, 1 to 128 characters.' })
  readonly deviceGroup!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The device, at most 128 characters. Kept, and never shown.',
  })
  readonly deviceId?: string | null;

  @Field(() => String, { nullable: true, description: 'Platform of the device, at most 128 characters.' })
  readonly devicePlatform?: string | null;

  @Field(() => JsonScalar, {
    nullable: true,
    description:
      'Numbers by name: at most 64, of at most 1e150. A name is numeric in the whole federation or nowhere.',
  })
  readonly metrics?: unknown;

  @Field(() => JsonScalar, {
    nullable: true,
    description:
      'Texts by name: at most 8, of at most 128 characters. A name is categorical in the whole federation or nowhere.',
  })
  readonly attributes?: unknown;
}

@InputType({ description: 'A batch of observations.' })
export class RecordObservationsInput {
  @Field(() => ID, { description: 'The federation.' })
  readonly federationId!: string;

  @Field(() => ID, {
    nullable: true,
    description: 'The member that they are of; the own organization when absent.',
  })
  readonly orgId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'An id of the sender: the same batch again is stored once. Made when absent.',
  })
  readonly batchId?: string | null;

  @Field(() => [ObservationInput], { description: '1 to 10,000 observations; all are stored or none.' })
  readonly observations!: readonly ObservationInput[];
}

@ObjectType({ simpleResolvers: true, description: 'A batch that is stored.' })
export class RecordObservationsPayload {
  @Field(() => ID, { description: 'Id of the batch.' })
  readonly batchId!: string;

  @Field(() => Int, { description: 'Observations in it.' })
  readonly accepted!: number;

  @Field(() => Boolean, { description: 'Whether it was stored before; nothing was written now.' })
  readonly duplicate!: boolean;
}

@InputType({ description: 'Whose observations to remove.' })
export class PurgeObservationsInput {
  @Field(() => ID, { description: 'The federation.' })
  readonly federationId!: string;

  @Field(() => ID, { description: 'The member; `default` is the own organization.' })
  readonly orgId!: string;
}

@ObjectType({ simpleResolvers: true, description: 'Observations that were removed.' })
export class PurgeObservationsPayload {
  @Field(() => Float, { description: 'How many there were, an exact integer.' })
  readonly purged!: number;
}
