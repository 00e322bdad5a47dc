import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * Who did what, when: appended in the transaction of the deed, never changed. It names its subjects without foreign
 * keys, since an entry outlives what it speaks of.
 */
@Entity('audit_entries')
@Index('ix_audit_entries_resource', ['resourceId', 'recordedAt'])
export class AuditEntryEntity {
  @PrimaryColumn({ type: 'varchar', length: 40, primaryKeyConstraintName: 'pk_audit_entries' })
  id!: string;

  @Column({ name: 'recorded_at', type: 'bigint' })
  recordedAt!: number;

  @Column({ name: 'request_id', type: 'varchar', length: 64 })
  requestId!: string;

  @Column({ name: 'key_id', type: 'varchar', length: 40 })
  keyId!: string;

  /** Null for the operator key of the configuration. */
  @Column({ name: 'org_id', type: 'varchar', length: 64, nullable: true })
  orgId!: string | null;

  /** A dotted verb: `federation.create`, `member.join`. */
  @Column({ type: 'varchar', length: 40 })
  action!: string;

  @Column({ name: 'resource_id', type: 'varchar', length: 64 })
  resourceId!: string;

  /** JSON: what changed, old and new. Never a secret. */
  @Column({ type: 'text' })
  details!: string;
}
