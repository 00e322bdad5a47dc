import type { MigrationInterface, QueryRunner } from 'typeorm';
import { column, createTable, foreignKey, primary } from './support.js';

/** Questions that were asked, and what was answered. */
export class CreateAnalyticsQueries1764300000000 implements MigrationInterface {
  readonly name = 'CreateAnalyticsQueries1764300000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await createTable(queryRunner, {
      name: 'analytics_queries',
      columns: [
        primary('id', 40, 'analytics_queries'),
        column.text('federation_id', 40),
        column.text('query_type', 11),
        column.text('status', 9),
        column.text('variable', 129),
        column.text('group_by', 17),
        { name: 'parameters', type: 'mediumtext' },
        { name: 'result', type: 'mediumtext', isNullable: true },
        { name: 'basis', type: 'mediumtext', isNullable: true },
        { name: 'sources', type: 'mediumtext', isNullable: true },
        column.text('reason', 40, { nullable: true }),
        { name: 'error_message', type: 'text', isNullable: true },
        column.text('requested_by', 64, { nullable: true }),
        column.time('created_at'),
        column.time('updated_at'),
      ],
      checks: [
        {
          name: 'ck_analytics_queries_type',
          expression: `query_type in ('descriptive', 't_test', 'anova', 'chi_square')`,
        },
        { name: 'ck_analytics_queries_status', expression: `status in ('completed', 'failed')` },
        {
          name: 'ck_analytics_queries_group_by',
          expression: `group_by in ('device_group', 'federation_member')`,
        },
      ],
      indices: [
        {
          name: 'ix_analytics_queries_federation',
          columnNames: ['federation_id', 'created_at', 'id'],
        },
      ],
      foreignKeys: [
        foreignKey('fk_analytics_queries_federation', 'federation_id', 'federations', 'CASCADE'),
        foreignKey('fk_analytics_queries_org', 'requested_by', 'organizations'),
      ],
    });
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable('analytics_queries');
  }
}
