import type { MigrationInterface, QueryRunner } from 'typeorm';
import { column, createTable, foreignKey, primary } from './support.js';

const TABLES = [
  'disclosure_policies',
  'ingested_chunks',
  'summary_cells',
  'summary_series',
  'observations',
  'variables',
] as const;

/** What members sent, the variables in it, and the summaries that questions are answered from. */
export class CreateObservations1764100000000 implements MigrationInterface {
  readonly name = 'CreateObservations1764100000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await createVariables(queryRunner);
    await createObservations(queryRunner);
    await createSeries(queryRunner);
    await createCells(queryRunner);
    await createChunks(queryRunner);
    await createPolicies(queryRunner);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of TABLES) await queryRunner.dropTable(table);
  }
}

async function createVariables(queryRunner: QueryRunner): Promise<void> {
  await createTable(queryRunner, {
    name: 'variables',
    columns: [
      primary('federation_id', 40, 'variables'),
      primary('name', 64, 'variables'),
      column.text('kind', 11),
      column.time('created_at'),
    ],
    checks: [{ name: 'ck_variables_kind', expression: `kind in ('numeric', 'categorical')` }],
    foreignKeys: [foreignKey('fk_variables_federation', 'federation_id', 'federations', 'CASCADE')],
  });
}

async function createObservations(queryRunner: QueryRunner): Promise<void> {
  await createTable(queryRunner, {
    name: 'observations',
    columns: [
      {
        ...column.integer('id'),
        isPrimary: true,
        isGenerated: true,
        generationStrategy: 'increment',
        primaryKeyConstraintName: 'pk_observations',
      },
      column.text('federation_id', 40),
      column.text('org_id', 64),
      column.time('recorded_at'),
      column.text('device_group', 128),
      column.text('device_id', 128, { nullable: true }),
      column.text('device_platform', 128, { nullable: true }),
      { name: 'metrics', type: 'text' },
      { name: 'attributes', type: 'text' },
    ],
    indices: [
      { name: 'ix_observations_time', columnNames: ['federation_id', 'recorded_at'] },
      { name: 'ix_observations_org', columnNames: ['federation_id', 'org_id'] },
    ],
    foreignKeys: [
      foreignKey('fk_observations_federation', 'federation_id', 'federations', 'CASCADE'),
      foreignKey('fk_observations_org', 'org_id', 'organizations'),
    ],
  });
}

async function createSeries(queryRunner: QueryRunner): Promise<void> {
  await createTable(queryRunner, {
    name: 'summary_series',
    columns: [
      primary('id', 22, 'summary_series'),
      column.text('federation_id', 40),
      column.text('variable', 64),
      column.text('other_variable', 64),
      column.text('org_id', 64),
      column.text('device_group', 128),
      column.text('device_platform', 128),
    ],
    indices: [
      { name: 'ix_summary_series_variable', columnNames: ['federation_id', 'variable', 'other_variable'] },
      { name: 'ix_summary_series_org', columnNames: ['federation_id', 'org_id'] },
    ],
    foreignKeys: [
      foreignKey('fk_summary_series_federation', 'federation_id', 'federations', 'CASCADE'),
      foreignKey('fk_summary_series_org', 'org_id', 'organizations'),
    ],
  });
}

async function createCells(queryRunner: QueryRunner): Promise<void> {
  await createTable(queryRunner, {
    name: 'summary_cells',
    columns: [
      primary('series_id', 22, 'summary_cells'),
      { ...column.integer('granularity'), isPrimary: true, primaryKeyConstraintName: 'pk_summary_cells' },
      { ...column.integer('bucket'), isPrimary: true, primaryKeyConstraintName: 'pk_summary_cells' },
      { name: 'count', type: 'bigint' },
      column.time('first_at'),
      column.time('last_at'),
      column.bytes('body'),
    ],
    checks: [
      { name: 'ck_summary_cells_granularity', expression: 'granularity in (0, 1, 2)' },
      { name: 'ck_summary_cells_count', expression: 'count > 0 and first_at <= last_at' },
    ],
    foreignKeys: [foreignKey('fk_summary_cells_series', 'series_id', 'summary_series', 'CASCADE')],
  });
}

async function createChunks(queryRunner: QueryRunner): Promise<void> {
  await createTable(queryRunner, {
    name: 'ingested_chunks',
    columns: [
      primary('federation_id', 40, 'ingested_chunks'),
      primary('org_id', 64, 'ingested_chunks'),
      primary('batch_id', 64, 'ingested_chunks'),
      { ...column.integer('chunk'), isPrimary: true, primaryKeyConstraintName: 'pk_ingested_chunks' },
      column.text('content_hash', 64),
      column.integer('accepted'),
      column.time('created_at'),
    ],
    checks: [{ name: 'ck_ingested_chunks_accepted', expression: 'accepted > 0 and chunk >= 0' }],
    foreignKeys: [
      foreignKey('fk_ingested_chunks_federation', 'federation_id', 'federations', 'CASCADE'),
      foreignKey('fk_ingested_chunks_org', 'org_id', 'organizations'),
    ],
  });
}

async function createPolicies(queryRunner: QueryRunner): Promise<void> {
  await createTable(queryRunner, {
    name: 'disclosure_policies',
    columns: [
      primary('federation_id', 40, 'disclosure_policies'),
      column.integer('min_group_size'),
      { name: 'allow_extremes', type: 'boolean' },
      column.time('updated_at'),
    ],
    checks: [{ name: 'ck_disclosure_policies_size', expression: 'min_group_size >= 1' }],
    foreignKeys: [foreignKey('fk_disclosure_policies_federation', 'federation_id', 'federations', 'CASCADE')],
  });
}
