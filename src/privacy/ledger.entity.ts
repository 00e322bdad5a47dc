import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { FederationEntity } from '../federations/index.js';

/**
 * What a federation may spend and has spent. Its row is locked by whoever changes the ledger, so that what was checked
 * still holds when it is written.
 */
@Entity('privacy_ledgers')
@Check('ck_privacy_ledgers_budget', 'total_epsilon > 0 and total_delta > 0 and total_delta < 1')
@Check(
  'ck_privacy_ledgers_counts',
  'rounds_tracked >= 0 and rounds_untracked >= 0 and rounds_tracked + rounds_untracked <= last_round_number',
)
@Check(
  'ck_privacy_ledgers_rdp',
  '(rdp is null and rounds_tracked = 0) or (rdp is not null and rounds_tracked > 0)',
)
export class LedgerEntity {
  @ForeignKey(() => FederationEntity, {
    name: 'fk_privacy_ledgers_federation',
    onDelete: 'CASCADE',
    onUpdate: 'RESTRICT',
  })
  @PrimaryColumn({
    name: 'federation_id',
    type: 'varchar',
    length: 40,
    primaryKeyConstraintName: 'pk_privacy_ledgers',
  })
  federationId!: string;

  @Column({ name: 'total_epsilon', type: 'double' })
  totalEpsilon!: number;

  @Column({ name: 'total_delta', type: 'double' })
  totalDelta!: number;

  /** Which list of Rényi orders `rdp` is over. */
  @Column({ name: 'orders_version', type: 'integer' })
  ordersVersion!: number;

  /** The sum over the counted rounds (rdp-vector.ts); null while there is none. */
  @Column({ type: 'mediumblob', nullable: true })
  rdp!: Buffer | null;

  /** Rounds in the sum: tracked and not cancelled. */
  @Column({ name: 'rounds_tracked', type: 'integer' })
  roundsTracked!: number;

  @Column({ name: 'rounds_untracked', type: 'integer' })
  roundsUntracked!: number;

  @Column({ name: 'last_round_number', type: 'integer' })
  lastRoundNumber!: number;

  /** Rises with every change of the sum or the budget. */
  @Column({ type: 'integer' })
  version!: number;

  /** Epsilon by the tighter accountant for `tightVersion`; null for infinity. */
  @Column({ name: 'tight_epsilon', type: 'double', nullable: true })
  tightEpsilon!: number | null;

  /** The version that `tightEpsilon` was computed for. */
  @Column({ name: 'tight_version', type: 'integer', nullable: true })
  tightVersion!: number | null;
}
