import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { FederationEntity } from '../federations/index.js';
import { TrainingRoundEntity } from './training-round.entity.js';

/** What one organization gave to one completed round. */
@Entity('round_contributions')
@Index('ix_round_contributions_member', ['federationId', 'orgId'])
@Check('ck_round_contributions_samples', 'samples >= 0')
export class RoundContributionEntity {
  @ForeignKey(() => TrainingRoundEntity, {
    name: 'fk_round_contributions_round',
    onDelete: 'CASCADE',
    onUpdate: 'RESTRICT',
  })
  @PrimaryColumn({
    name: 'round_id',
    type: 'varchar',
    length: 40,
    primaryKeyConstraintName: 'pk_round_contributions',
  })
  roundId!: string;

  @ForeignKey('organizations', {
    name: 'fk_round_contributions_org',
    onDelete: 'RESTRICT',
    onUpdate: 'RESTRICT',
  })
  @PrimaryColumn({
    name: 'org_id',
    type: 'varchar',
    length: 64,
    primaryKeyConstraintName: 'pk_round_contributions',
  })
  orgId!: string;

  @ForeignKey(() => FederationEntity, {
    name: 'fk_round_contributions_federation',
    onDelete: 'CASCADE',
    onUpdate: 'RESTRICT',
  })
  @Column({ name: 'federation_id', type: 'varchar', length: 40 })
  federationId!: string;

  @Column({ type: 'bigint' })
  samples!: number;

  @Column({ type: 'double', nullable: true })
  accuracy!: number | null;

  @Column({ type: 'double', nullable: true })
  loss!: number | null;

  @Column({ name: 'contributed_at', type: 'bigint' })
  contributedAt!: number;
}
