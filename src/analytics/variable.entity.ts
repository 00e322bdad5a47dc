import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { FederationEntity } from '../federations/index.js';

export type VariableKind = 'numeric' | 'categorical';

/** A name that observations of a federation use. Its first use says its kind, for good. */
@Entity('variables')
@Check('ck_variables_kind', `kind in ('numeric', 'categorical')`)
export class VariableEntity {
  @ForeignKey(() => FederationEntity, {
    name: 'fk_variables_federation',
    onDelete: 'CASCADE',
    onUpdate: 'RESTRICT',
  })
  @PrimaryColumn({
    name: 'federation_id',
    type: 'varchar',
    length: 40,
    primaryKeyConstraintName: 'pk_variables',
  })
  federationId!: string;

  @PrimaryColumn({ name: 'name', type: 'varchar', length: 64, primaryKeyConstraintName: 'pk_variables' })
  name!: string;

  @Column({ type: 'varchar', length: 11 })
  kind!: VariableKind;

  @Column({ name: 'created_at', type: 'bigint' })
  createdAt!: number;
}
