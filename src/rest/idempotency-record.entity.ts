import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** The first answer to a request that carried an `Idempotency-Key`, written in the transaction of its writes. */
@Entity('idempotency_records')
@Index('ix_idempotency_records_created', ['createdAt'])
export class IdempotencyRecordEntity {
  /** The calling API key: records belong to it. */
  @PrimaryColumn({
    name: 'key_id',
    type: 'varchar',
    length: 40,
    primaryKeyConstraintName: 'pk_idempotency_records',
  })
  keyId!: string;

  @PrimaryColumn({
    name: 'idempotency_key',
    type: 'varchar',
    length: 255,
    primaryKeyConstraintName: 'pk_idempotency_records',
  })
  idempotencyKey!: string;

  /** SHA-256 of method, path, query and body: the same key with another one is refused. */
  @Column({ type: 'varchar', length: 64 })
  fingerprint!: string;

  @Column({ type: 'int' })
  status!: number;

  @Column({ type: 'mediumtext' })
  body!: string;

  @Column({ name: 'created_at', type: 'bigint' })
  createdAt!: number;
}
