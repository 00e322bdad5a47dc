import type { MigrationInterface, QueryRunner } from 'typeorm';
import { column, createTable, foreignKey, primary } from './support.js';

/** How far the making of summaries anew has come, member by member, and what it has made and nobody sees yet. */
export class CreateSummaryRebuilds1764400000000 implements MigrationInterface {
  readonly name = 'CreateSummaryRebuilds1764400000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await createTable(queryRunner, {
      name: 'summary_rebuilds',
      columns: [
        primary('federation_id', 40, 'summary_rebuilds'),
        primary('org_id', 64, 'summary_rebuilds'),
        column.text('nonce', 32),
        column.integer('last_id'),
        column.text('last_series', 22),
        column.time('created_at'),
        column.time('finished_at', { nullable: true }),
      ],
      checks: [{ name: 'ck_summary_rebuilds_last_id', expression: 'last_id >= 0' }],
      foreignKeys: [
        foreignKey('fk_summary_rebuilds_federation', 'federation_id', 'federations', 'CASCADE'),
        foreignKey('fk_summary_rebuilds_org', 'org_id', 'organizations'),
      ],
    });
    await createTable(queryRunner, {
      name: 'rebuilt_days',
      columns: [
        primary('series_id', 22, 'rebuilt_days'),
        { ...column.integer('bucket'), isPrimary: true, primaryKeyConstraintName: 'pk_rebuilt_days' },
        { name: 'count', type: 'bigint' },
        column.time('first_at'),
        column.time('last_at'),
        column.bytes('body'),
      ],
      checks: [{ name: 'ck_rebuilt_days_count', expression: 'count > 0 and first_at <= last_at' }],
      foreignKeys: [foreignKey('fk_rebuilt_days_series', 'series_id', 'summary_series', 'CASCADE')],
    });
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable('rebuilt_days');
    await queryRunner.dropTable('summary_rebuilds');
  }
}
