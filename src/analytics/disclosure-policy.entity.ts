import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { FederationEntity } from '../federations/index.js';

/** What a federation withholds beyond the operator's minimum. Without a row: nothing more. */
@Entity('disclosure_policies')
@Check('ck_disclosure_policies_size', 'min_group_size >= 1')
export class DisclosurePolicyEntity {
  @ForeignKey(() => FederationEntity, {
    name: 'fk_disclosure_policies_federation',
    onDelete: 'CASCADE',
    onUpdate: 'RESTRICT',
  })
  @PrimaryColumn({
    name: 'federation_id',
    type: 'varchar',
    length: 40,
    primaryKeyConstraintName: 'pk_disclosure_policies',
  })
  federationId!: string;

  @Column({ name: 'min_group_size', type: 'integer' })
  minGroupSize!: number;

  @Column({ name: 'allow_extremes', type: 'boolean' })
  allowExtremes!: boolean;

  @Column({ name: 'updated_at', type: 'bigint' })
  updatedAt!: number;
}
