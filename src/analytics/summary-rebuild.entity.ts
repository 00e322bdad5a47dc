import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { FederationEntity } from '../federations/index.js';

/**
 * A member whose summaries are being made anew, or have been while those of others still are. Whoever has this row's lock
 * may write the member's rebuilt days.
 */
@Entity('summary_rebuilds')
@Check('ck_summary_rebuilds_last_id', 'last_id >= 0')
export class SummaryRebuildEntity {
  @ForeignKey(() => FederationEntity, {
    name: 'fk_summary_rebuilds_federation',
    onDelete: 'CASCADE',
    onUpdate: 'RESTRICT',
  })
  @PrimaryColumn({
    name: 'federation_id',
    type: 'varchar',
    length: 40,
    primaryKeyConstraintName: 'pk_summary_rebuilds',
  })
  federationId!: string;

  @ForeignKey('organizations', {
    name: 'fk_summary_rebuilds_org',
    onDelete: 'RESTRICT',
    onUpdate: 'RESTRICT',
  })
  @PrimaryColumn({
    name: 'org_id',
    type: 'varchar',
    length: 64,
    primaryKeyConstraintName: 'pk_summary_rebuilds',
  })
  orgId!: string;

  /** Tells this row from one that was here before: the days that were counted for that one are not this one's. */
  @Column({ type: 'varchar', length: 32 })
  nonce!: string;

  /** Observations up to this one are counted in the rebuilt days; 0 for none. */
  @Column({ name: 'last_id', type: 'integer' })
  lastId!: number;

  /** Series up to this one have their new summaries, and are ingestion's again; empty for none. */
  @Column({ name: 'last_series', type: 'varchar', length: 22 })
  lastSeries!: string;

  @Column({ name: 'created_at', type: 'bigint' })
  createdAt!: number;

  @Column({ name: 'finished_at', type: 'bigint', nullable: true })
  finishedAt!: number | null;
}
