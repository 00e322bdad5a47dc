import { Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';
import { FederationEntity } from './federation.entity.js';

/** A model shared in a federation. Unsharing keeps the row, so that the repeat of it has an answer. */
@Entity('shared_models')
@Unique('uq_shared_models_federation_model', ['federationId', 'modelId'])
export class SharedModelEntity {
  @PrimaryColumn({ type: 'varchar', length: 40, primaryKeyConstraintName: 'pk_shared_models' })
  id!: string;

  @ForeignKey(() => FederationEntity, {
    name: 'fk_shared_models_federation',
    onDelete: 'CASCADE',
    onUpdate: 'RESTRICT',
  })
  @Column({ name: 'federation_id', type: 'varchar', length: 40 })
  federationId!: string;

  @Column({ name: 'model_id', type: 'varchar', length: 64 })
  modelId!: string;

  @Column({ type: 'varchar', length: 128 })
  name!: string;

  @Column({ type: 'varchar', length: 128, nullable: true })
  framework!: string | null;

  @Column({ name: 'use_case', type: 'varchar', length: 128, nullable: true })
  useCase!: string | null;

  @Column({ type: 'varchar', length: 512, nullable: true })
  description!: string | null;

  @Column({ type: 'varchar', length: 128, nullable: true })
  version!: string | null;

  @ForeignKey('organizations', { name: 'fk_shared_models_org', onDelete: 'RESTRICT', onUpdate: 'RESTRICT' })
  @Column({ name: 'shared_by', type: 'varchar', length: 64 })
  sharedBy!: string;

  @Column({ name: 'shared_at', type: 'bigint' })
  sharedAt!: number;

  @Column({ name: 'unshared_at', type: 'bigint', nullable: true })
  unsharedAt!: number | null;
}
