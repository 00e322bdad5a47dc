import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('organizations')
export class OrganizationEntity {
  @PrimaryColumn({ type: 'varchar', length: 64, primaryKeyConstraintName: 'pk_organizations' })
  id!: string;

  /** Null while the organization is known by an invitation alone. */
  @Column({ type: 'varchar', length: 128, nullable: true })
  name!: string | null;

  @Column({ name: 'created_at', type: 'bigint' })
  createdAt!: number;
}
