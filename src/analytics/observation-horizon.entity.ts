import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { FederationEntity } from '../federations/index.js';

/** Where a federation's record begins. Without a row nothing of it has expired. */
@Entity('observation_horizons')
export class ObservationHorizonEntity {
  @ForeignKey(() => FederationEntity, {
    name: 'fk_observation_horizons_federation',
    onDelete: 'CASCADE',
    onUpdate: 'RESTRICT',
  })
  @PrimaryColumn({
    name: 'federation_id',
    type: 'varchar',
    length: 40,
    primaryKeyConstraintName: 'pk_observation_horizons',
  })
  federationId!: string;

  /** Days since 1970-01-01. What was observed before is no part of the record, whether its row is still there or not. */
  @Column({ name: 'first_day', type: 'integer' })
  firstDay!: number;

  @Column({ name: 'moved_at', type: 'bigint' })
  movedAt!: number;
}
