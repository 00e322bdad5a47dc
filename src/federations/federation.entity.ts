import { Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';

@Entity('federations')
@Unique('uq_federations_owner_name', ['orgId', 'name'])
export class FederationEntity {
  @PrimaryColumn({ type: 'varchar', length: 40, primaryKeyConstraintName: 'pk_federations' })
  id!: string;

  /** The owner. */
  @ForeignKey('organizations', { name: 'fk_federations_org', onDelete: 'RESTRICT', onUpdate: 'RESTRICT' })
  @Column({ name: 'org_id', type: 'varchar', length: 64 })
  orgId!: string;

  @Column({ type: 'varchar', length: 128 })
  name!: string;

  @Column({ type: 'varchar', length: 512, nullable: true })
  description!: string | null;

  /** The key that created it, by which a repeated creation is known. */
  @Column({ name: 'created_by_key', type: 'varchar', length: 40 })
  createdByKey!: string;

  @Column({ name: 'created_at', type: 'bigint' })
  createdAt!: number;

  @Column({ name: 'updated_at', type: 'bigint' })
  updatedAt!: number;
}
