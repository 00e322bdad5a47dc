import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { FederationEntity } from '../federations/index.js';

/** A part of a batch that is stored: sent again, it counts once. It stays when its observations are purged. */
@Entity('ingested_chunks')
@Check('ck_ingested_chunks_accepted', 'accepted > 0 and chunk >= 0')
export class IngestedChunkEntity {
  @ForeignKey(() => FederationEntity, {
    name: 'fk_ingested_chunks_federation',
    onDelete: 'CASCADE',
    onUpdate: 'RESTRICT',
  })
  @PrimaryColumn({
    name: 'federation_id',
    type: 'varchar',
    length: 40,
    primaryKeyConstraintName: 'pk_ingested_chunks',
  })
  federationId!: string;

  @ForeignKey('organizations', { name: 'fk_ingested_chunks_org', onDelete: 'RESTRICT', onUpdate: 'RESTRICT' })
  @PrimaryColumn({
    name: 'org_id',
    type: 'varchar',
    length: 64,
    primaryKeyConstraintName: 'pk_ingested_chunks',
  })
  orgId!: string;

  @PrimaryColumn({
    name: 'batch_id',
    type: 'varchar',
    length: 64,
    primaryKeyConstraintName: 'pk_ingested_chunks',
  })
  batchId!: string;

  @PrimaryColumn({ type: 'integer', primaryKeyConstraintName: 'pk_ingested_chunks' })
  chunk!: number;

  @Column({ name: 'content_hash', type: 'varchar', length: 64 })
  contentHash!: string;

  @Column({ type: 'integer' })
  accepted!: number;

  @Column({ name: 'created_at', type: 'bigint' })
  createdAt!: number;
}
