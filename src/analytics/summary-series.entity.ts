import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { FederationEntity } from '../federations/index.js';

/**
 * What a row of summaries is over: a variable, or a pair of categorical ones, of one member's devices of one group and
 * platform.
 */
@Entity('summary_series')
@Index('ix_summary_series_variable', ['federationId', 'variable', 'otherVariable'])
@Index('ix_summary_series_org', ['federationId', 'orgId'])
export class SummarySeriesEntity {
  /** A hash of everything below, so that it is known before it is looked for. */
  @PrimaryColumn({ name: 'id', type: 'varchar', length: 22, primaryKeyConstraintName: 'pk_summary_series' })
  id!: string;

  @ForeignKey(() => FederationEntity, {
    name: 'fk_summary_series_federation',
    onDelete: 'CASCADE',
    onUpdate: 'RESTRICT',
  })
  @Column({ name: 'federation_id', type: 'varchar', length: 40 })
  federationId!: string;

  @Column({ type: 'varchar', length: 64 })
  variable!: string;

  /** The second of a pair, in the order of their names; empty for a variable alone. */
  @Column({ name: 'other_variable', type: 'varchar', length: 64 })
  otherVariable!: string;

  @ForeignKey('organizations', { name: 'fk_summary_series_org', onDelete: 'RESTRICT', onUpdate: 'RESTRICT' })
  @Column({ name: 'org_id', type: 'varchar', length: 64 })
  orgId!: string;

  @Column({ name: 'device_group', type: 'varchar', length: 128 })
  deviceGroup!: string;

  /** Empty where the observations name none. */
  @Column({ name: 'device_platform', type: 'varchar', length: 128 })
  devicePlatform!: string;
}
