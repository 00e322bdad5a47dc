import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { FederationEntity } from './federation.entity.js';
import type { MemberRole, StoredStatus } from './membership.js';

/** One row for each organization that was ever invited to a federation; its state moves, the row stays. */
@Entity('members')
@Unique('uq_members_federation_org', ['federationId', 'orgId'])
@Index('ix_members_org', ['orgId', 'status'])
@Index('ix_members_roster', ['federationId', 'status', 'createdAt', 'id'])
@Check('ck_members_role', `role in ('owner', 'member')`)
@Check('ck_members_status', `status in ('active', 'invited', 'declined', 'left', 'removed')`)
@Check('ck_members_owner_active', `role <> 'owner' or status = 'active'`)
@Check('ck_members_invitation', `status <> 'invited' or (invited_at is not null and expires_at is not null)`)
export class MemberEntity {
  @PrimaryColumn({ type: 'varchar', length: 40, primaryKeyConstraintName: 'pk_members' })
  id!: string;

  @ForeignKey(() => FederationEntity, {
    name: 'fk_members_federation',
    onDelete: 'CASCADE',
    onUpdate: 'RESTRICT',
  })
  @Column({ name: 'federation_id', type: 'varchar', length: 40 })
  federationId!: string;

  @ForeignKey('organizations', { name: 'fk_members_org', onDelete: 'RESTRICT', onUpdate: 'RESTRICT' })
  @Column({ name: 'org_id', type: 'varchar', length: 64 })
  orgId!: string;

  @Column({ type: 'varchar', length: 8 })
  role!: MemberRole;

  /** An invitation past its `expiresAt` is still stored as invited and shown as expired. */
  @Column({ type: 'varchar', length: 8 })
  status!: StoredStatus;

  @Column({ name: 'invited_at', type: 'bigint', nullable: true })
  invitedAt!: number | null;

  @Column({ name: 'joined_at', type: 'bigint', nullable: true })
  joinedAt!: number | null;

  @Column({ name: 'expires_at', type: 'bigint', nullable: true })
  expiresAt!: number | null;

  @Column({ name: 'created_at', type: 'bigint' })
  createdAt!: number;

  @Column({ name: 'updated_at', type: 'bigint' })
  updatedAt!: number;
}
