import { Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { OrganizationEntity } from './organization.entity.js';

@Entity('api_keys')
@Unique('uq_api_keys_secret_hash', ['secretHash'])
@Index('ix_api_keys_org', ['orgId', 'createdAt', 'id'])
@Index('ix_api_keys_federation', ['federationId'])
@ForeignKey('federations', ['federationId'], ['id'], {
  name: 'fk_api_keys_federation',
  onDelete: 'CASCADE',
  onUpdate: 'RESTRICT',
})
export class ApiKeyEntity {
  @PrimaryColumn({ type: 'varchar', length: 40, primaryKeyConstraintName: 'pk_api_keys' })
  id!: string;

  @ForeignKey(() => OrganizationEntity, {
    name: 'fk_api_keys_org',
    onDelete: 'RESTRICT',
    onUpdate: 'RESTRICT',
  })
  @Column({ name: 'org_id', type: 'varchar', length: 64 })
  orgId!: string;

  @Column({ type: 'varchar', length: 128 })
  name!: string;

  /** The first twelve characters of the secret, for people to tell keys apart. */
  @Column({ type: 'varchar', length: 12 })
  prefix!: string;

  /** HMAC-SHA256 of the secret under the pepper, hexadecimal. The secret itself is never stored. */
  @Column({ name: 'secret_hash', type: 'varchar', length: 64 })
  secretHash!: string;

  /** Granted scopes, separated by spaces. */
  @Column({ type: 'varchar', length: 255 })
  scopes!: string;

  @Column({ name: 'is_operator', type: 'boolean' })
  isOperator!: boolean;

  @Column({ name: 'federation_id', type: 'varchar', length: 40, nullable: true })
  federationId!: string | null;

  @Column({ name: 'rate_limit_rpm', type: 'int', nullable: true })
  rateLimitRpm!: number | null;

  @Column({ name: 'created_at', type: 'bigint' })
  createdAt!: number;

  @Column({ name: 'last_used_at', type: 'bigint', nullable: true })
  lastUsedAt!: number | null;

  @Column({ name: 'expires_at', type: 'bigint', nullable: true })
  expiresAt!: number | null;

  @Column({ name: 'revoked_at', type: 'bigint', nullable: true })
  revokedAt!: number | null;
}
