import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { FederationEntity } from '../federations/index.js';

export type RoundStatus = 'reserved' | 'completed' | 'cancelled';

/** A training round. Rows are never removed; of a row only the way from reserved to completed or cancelled is changed. */
@Entity('training_rounds')
@Unique('uq_training_rounds_number', ['federationId', 'roundNumber'])
@Index('ix_training_rounds_counted', ['federationId', 'isCounted', 'roundNumber'])
@Check('ck_training_rounds_status', `status in ('reserved', 'completed', 'cancelled')`)
@Check('ck_training_rounds_number', 'round_number > 0')
@Check(
  'ck_training_rounds_parameters',
  `(noise_multiplier is null and sample_rate is null and num_steps is null and target_delta is null and status = 'completed') or (noise_multiplier is not null and sample_rate is not null and num_steps is not null and noise_multiplier > 0 and sample_rate > 0 and sample_rate <= 1 and num_steps > 0)`,
)
@Check(
  'ck_training_rounds_counted',
  `(is_counted = 1 and cumulative_rdp is not null and noise_multiplier is not null and status <> 'cancelled') or (is_counted = 0 and cumulative_rdp is null and previous_rdp is null and (noise_multiplier is null or status = 'cancelled'))`,
)
@Check(
  'ck_training_rounds_completed',
  `(status = 'completed' and completed_at is not null) or (status <> 'completed' and completed_at is null)`,
)
export class TrainingRoundEntity {
  @PrimaryColumn({ type: 'varchar', length: 40, primaryKeyConstraintName: 'pk_training_rounds' })
  id!: string;

  @ForeignKey(() => FederationEntity, {
    name: 'fk_training_rounds_federation',
    onDelete: 'CASCADE',
    onUpdate: 'RESTRICT',
  })
  @Column({ name: 'federation_id', type: 'varchar', length: 40 })
  federationId!: string;

  /** Consecutive in the order of the commits, from 1; never used again. */
  @Column({ name: 'round_number', type: 'integer' })
  roundNumber!: number;

  @Column({ type: 'varchar', length: 9 })
  status!: RoundStatus;

  @Column({ name: 'model_id', type: 'varchar', length: 64, nullable: true })
  modelId!: string | null;

  @Column({ name: 'noise_multiplier', type: 'double', nullable: true })
  noiseMultiplier!: number | null;

  @Column({ name: 'sample_rate', type: 'double', nullable: true })
  sampleRate!: number | null;

  @Column({ name: 'num_steps', type: 'integer', nullable: true })
  numSteps!: number | null;

  @Column({ name: 'target_delta', type: 'double', nullable: true })
  targetDelta!: number | null;

  /** It had run already when it was recorded, and no longer fitted the budget. */
  @Column({ type: 'boolean' })
  overdrawn!: boolean;

  /** Whether its cost is in the ledger's sum. */
  @Column({ name: 'is_counted', type: 'boolean' })
  isCounted!: boolean;

  /** The ledger's sum before this round; null for the first counted one, and for one that is not counted. */
  @Column({ name: 'previous_rdp', type: 'mediumblob', nullable: true })
  previousRdp!: Buffer | null;

  /** The sum up to and with this round; null for one that is not counted. */
  @Column({ name: 'cumulative_rdp', type: 'mediumblob', nullable: true })
  cumulativeRdp!: Buffer | null;

  /** Of what was asked: the same id with other content is no repeat. */
  @Column({ name: 'content_hash', type: 'varchar', length: 64 })
  contentHash!: string;

  /** Of what a reservation was completed with. */
  @Column({ name: 'completion_hash', type: 'varchar', length: 64, nullable: true })
  completionHash!: string | null;

  @Column({ name: 'recorded_at', type: 'bigint' })
  recordedAt!: number;

  @Column({ name: 'completed_at', type: 'bigint', nullable: true })
  completedAt!: number | null;
}
