import type { MigrationInterface, QueryRunner } from 'typeorm';
import { column, createTable, foreignKey, primary } from './support.js';

const TABLES = [
  'idempotency_records',
  'audit_entries',
  'shared_models',
  'members',
  'api_keys',
  'federations',
  'organizations',
] as const;

/** Organizations and their keys, federations with members and shared models, the audit trail, stored answers. */
export class CreateFederations1763942400000 implements MigrationInterface {
  readonly name = 'CreateFederations1763942400000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await createOrganizations(queryRunner);
    await createFederations(queryRunner);
    await createApiKeys(queryRunner);
    await createMembers(queryRunner);
    await createSharedModels(queryRunner);
    await createAuditEntries(queryRunner);
    await createIdempotencyRecords(queryRunner);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of TABLES) await queryRunner.dropTable(table);
  }
}

async function createOrganizations(queryRunner: QueryRunner): Promise<void> {
  await createTable(queryRunner, {
    name: 'organizations',
    columns: [
      primary('id', 64, 'organizations'),
      column.text('name', 128, { nullable: true }),
      column.time('created_at'),
    ],
  });
}

async function createFederations(queryRunner: QueryRunner): Promise<void> {
  await createTable(queryRunner, {
    name: 'federations',
    columns: [
      primary('id', 40, 'federations'),
      column.text('org_id', 64),
      column.text('name', 128),
      column.text('description', 512, { nullable: true }),
      column.text('created_by_key', 40),
      column.time('created_at'),
      column.time('updated_at'),
    ],
    uniques: [{ name: 'uq_federations_owner_name', columnNames: ['org_id', 'name'] }],
    foreignKeys: [foreignKey('fk_federations_org', 'org_id', 'organizations')],
  });
}

async function createApiKeys(queryRunner: QueryRunner): Promise<void> {
  await createTable(queryRunner, {
    name: 'api_keys',
    columns: [
      primary('id', 40, 'api_keys'),
      column.text('org_id', 64),
      column.text('name', 128),
      column.text('prefix', 12),
      column.text('secret_hash', 64),
      column.text('scopes', 255),
      { name: 'is_operator', type: 'boolean' },
      column.text('federation_id', 40, { nullable: true }),
      column.integer('rate_limit_rpm', { nullable: true }),
      column.time('created_at'),
      column.time('last_used_at', { nullable: true }),
      column.time('expires_at', { nullable: true }),
      column.time('revoked_at', { nullable: true }),
    ],
    uniques: [{ name: 'uq_api_keys_secret_hash', columnNames: ['secret_hash'] }],
    indices: [
      { name: 'ix_api_keys_org', columnNames: ['org_id', 'created_at', 'id'] },
      { name: 'ix_api_keys_federation', columnNames: ['federation_id'] },
    ],
    foreignKeys: [
      foreignKey('fk_api_keys_org', 'org_id', 'organizations'),
      foreignKey('fk_api_keys_federation', 'federation_id', 'federations', 'CASCADE'),
    ],
  });
}

async function createMembers(queryRunner: QueryRunner): Promise<void> {
  await createTable(queryRunner, {
    name: 'members',
    columns: [
      primary('id', 40, 'members'),
      column.text('federation_id', 40),
      column.text('org_id', 64),
      column.text('role', 8),
      column.text('status', 8),
      column.time('invited_at', { nullable: true }),
      column.time('joined_at', { nullable: true }),
      column.time('expires_at', { nullable: true }),
      column.time('created_at'),
      column.time('updated_at'),
    ],
    uniques: [{ name: 'uq_members_federation_org', columnNames: ['federation_id', 'org_id'] }],
    indices: [
      { name: 'ix_members_org', columnNames: ['org_id', 'status'] },
      { name: 'ix_members_roster', columnNames: ['federation_id', 'status', 'created_at', 'id'] },
    ],
    checks: [
      { name: 'ck_members_role', expression: `role in ('owner', 'member')` },
      {
        name: 'ck_members_status',
        expression: `status in ('active', 'invited', 'declined', 'left', 'removed')`,
      },
      { name: 'ck_members_owner_active', expression: `role <> 'owner' or status = 'active'` },
      {
        name: 'ck_members_invitation',
        expression: `status <> 'invited' or (invited_at is not null and expires_at is not null)`,
      },
    ],
    foreignKeys: [
      foreignKey('fk_members_federation', 'federation_id', 'federations', 'CASCADE'),
      foreignKey('fk_members_org', 'org_id', 'organizations'),
    ],
  });
}

async function createSharedModels(queryRunner: QueryRunner): Promise<void> {
  await createTable(queryRunner, {
    name: 'shared_models',
    columns: [
      primary('id', 40, 'shared_models'),
      column.text('federation_id', 40),
      column.text('model_id', 64),
      column.text('name', 128),
      column.text('framework', 128, { nullable: true }),
      column.text('use_case', 128, { nullable: true }),
      column.text('description', 512, { nullable: true }),
      column.text('version', 128, { nullable: true }),
      column.text('shared_by', 64),
      column.time('shared_at'),
      column.time('unshared_at', { nullable: true }),
    ],
    uniques: [{ name: 'uq_shared_models_federation_model', columnNames: ['federation_id', 'model_id'] }],
    foreignKeys: [
      foreignKey('fk_shared_models_federation', 'federation_id', 'federations', 'CASCADE'),
      foreignKey('fk_shared_models_org', 'shared_by', 'organizations'),
    ],
  });
}

async function createAuditEntries(queryRunner: QueryRunner): Promise<void> {
  await createTable(queryRunner, {
    name: 'audit_entries',
    columns: [
      primary('id', 40, 'audit_entries'),
      column.time('recorded_at'),
      column.text('request_id', 64),
      column.text('key_id', 40),
      column.text('org_id', 64, { nullable: true }),
      column.text('action', 40),
      column.text('resource_id', 64),
      { name: 'details', type: 'text' },
    ],
    indices: [{ name: 'ix_audit_entries_resource', columnNames: ['resource_id', 'recorded_at'] }],
  });
}

async function createIdempotencyRecords(queryRunner: QueryRunner): Promise<void> {
  await createTable(queryRunner, {
    name: 'idempotency_records',
    columns: [
      primary('key_id', 40, 'idempotency_records'),
      primary('idempotency_key', 255, 'idempotency_records'),
      column.text('fingerprint', 64),
      column.integer('status'),
      { name: 'body', type: 'mediumtext' },
      column.time('created_at'),
    ],
    indices: [{ name: 'ix_idempotency_records_created', columnNames: ['created_at'] }],
  });
}
