import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';
import { FederationEntity } from '../federations/index.js';

/** The record: what a member sent, once and unchanged until it is purged or its time is over. */
@Entity('observations')
@Index('ix_observations_time', ['federationId', 'recordedAt'])
@Index('ix_observations_org', ['federationId', 'orgId'])
export class ObservationEntity {
  @PrimaryGeneratedColumn('increment', { type: 'integer', primaryKeyConstraintName: 'pk_observations' })
  id!: number;

  @ForeignKey(() => FederationEntity, {
    name: 'fk_observations_federation',
    onDelete: 'CASCADE',
    onUpdate: 'RESTRICT',
  })
  @Column({ name: 'federation_id', type: 'varchar', length: 40 })
  federationId!: string;

  @ForeignKey('organizations', { name: 'fk_observations_org', onDelete: 'RESTRICT', onUpdate: 'RESTRICT' })
  @Column({ name: 'org_id', type: 'varchar', length: 64 })
  orgId!: string;

  @Column({ name: 'recorded_at', type: 'bigint' })
  recordedAt!: number;

  @Column({ name: 'device_group', type: 'varchar', length: 128 })
  deviceGroup!: string;

  @Column({ name: 'device_id', type: 'varchar', length: 128, nullable: true })
  deviceId!: string | null;

  @Column({ name: 'device_platform', type: 'varchar', length: 128, nullable: true })
  devicePlatform!: string | null;

  /** JSON, name to number: the shortest digits that read back as the same double. */
  @Column({ type: 'text' })
  metrics!: string;

  /** JSON, name to text. */
  @Column({ type: 'text' })
  attributes!: string;
}
