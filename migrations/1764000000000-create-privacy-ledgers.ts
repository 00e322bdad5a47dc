import type { MigrationInterface, QueryRunner } from 'typeorm';
import { column, createTable, foreignKey, primary } from './support.js';

const TABLES = ['round_contributions', 'training_rounds', 'privacy_ledgers'] as const;

/** What a federation began with before its budget was a setting. */
const [DEFAULT_EPSILON, DEFAULT_DELTA] = ['10', '0.00001'];

/** The privacy ledger of each federation, its training rounds, and what each member gave to them. */
export class CreatePrivacyLedgers1764000000000 implements MigrationInterface {
  readonly name = 'CreatePrivacyLedgers1764000000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await createLedgers(queryRunner);
    await createRounds(queryRunner);
    await createContributions(queryRunner);
    await queryRunner.query(
      `INSERT INTO privacy_ledgers (federation_id, total_epsilon, total_delta, orders_version, rdp, rounds_tracked,
        rounds_untracked, last_round_number, version)
        SELECT f.id, ${DEFAULT_EPSILON}, ${DEFAULT_DELTA}, 1, NULL, 0, 0, 0, 0 FROM federations f`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of TABLES) await queryRunner.dropTable(table);
  }
}

async function createLedgers(queryRunner: QueryRunner): Promise<void> {
  await createTable(queryRunner, {
    name: 'privacy_ledgers',
    columns: [
      primary('federation_id', 40, 'privacy_ledgers'),
      column.real('total_epsilon'),
      column.real('total_delta'),
      column.integer('orders_version'),
      column.bytes('rdp', { nullable: true }),
      column.integer('rounds_tracked'),
      column.integer('rounds_untracked'),
      column.integer('last_round_number'),
      column.integer('version'),
      column.real('tight_epsilon', { nullable: true }),
      column.integer('tight_version', { nullable: true }),
    ],
    checks: [
      {
        name: 'ck_privacy_ledgers_budget',
        expression: 'total_epsilon > 0 and total_delta > 0 and total_delta < 1',
      },
      {
        name: 'ck_privacy_ledgers_counts',
        expression:
          'rounds_tracked >= 0 and rounds_untracked >= 0 and rounds_tracked + rounds_untracked <= last_round_number',
      },
      {
        name: 'ck_privacy_ledgers_rdp',
        expression: '(rdp is null and rounds_tracked = 0) or (rdp is not null and rounds_tracked > 0)',
      },
    ],
    foreignKeys: [foreignKey('fk_privacy_ledgers_federation', 'federation_id', 'federations', 'CASCADE')],
  });
}

async function createRounds(queryRunner: QueryRunner): Promise<void> {
  await createTable(queryRunner, {
    name: 'training_rounds',
    columns: [
      primary('id', 40, 'training_rounds'),
      column.text('federation_id', 40),
      column.integer('round_number'),
      column.text('status', 9),
      column.text('model_id', 64, { nullable: true }),
      column.real('noise_multiplier', { nullable: true }),
      column.real('sample_rate', { nullable: true }),
      column.integer('num_steps', { nullable: true }),
      column.real('target_delta', { nullable: true }),
      { name: 'overdrawn', type: 'boolean' },
      { name: 'is_counted', type: 'boolean' },
      column.bytes('previous_rdp', { nullable: true }),
      column.bytes('cumulative_rdp', { nullable: true }),
      column.text('content_hash', 64),
      column.text('completion_hash', 64, { nullable: true }),
      column.time('recorded_at'),
      column.time('completed_at', { nullable: true }),
    ],
    uniques: [{ name: 'uq_training_rounds_number', columnNames: ['federation_id', 'round_number'] }],
    indices: [
      { name: 'ix_training_rounds_counted', columnNames: ['federation_id', 'is_counted', 'round_number'] },
    ],
    checks: [
      { name: 'ck_training_rounds_status', expression: `status in ('reserved', 'completed', 'cancelled')` },
      { name: 'ck_training_rounds_number', expression: 'round_number > 0' },
      {
        name: 'ck_training_rounds_parameters',
        expression: `(noise_multiplier is null and sample_rate is null and num_steps is null and target_delta is null and status = 'completed') or (noise_multiplier is not null and sample_rate is not null and num_steps is not null and noise_multiplier > 0 and sample_rate > 0 and sample_rate <= 1 and num_steps > 0)`,
      },
      {
        name: 'ck_training_rounds_counted',
        expression: `(is_counted = 1 and cumulative_rdp is not null and noise_multiplier is not null and status <> 'cancelled') or (is_counted = 0 and cumulative_rdp is null and previous_rdp is null and (noise_multiplier is null or status = 'cancelled'))`,
      },
      {
        name: 'ck_training_rounds_completed',
        expression: `(status = 'completed' and completed_at is not null) or (status <> 'completed' and completed_at is null)`,
      },
    ],
    foreignKeys: [foreignKey('fk_training_rounds_federation', 'federation_id', 'federations', 'CASCADE')],
  });
}

async function createContributions(queryRunner: QueryRunner): Promise<void> {
  await createTable(queryRunner, {
    name: 'round_contributions',
    columns: [
      primary('round_id', 40, 'round_contributions'),
      primary('org_id', 64, 'round_contributions'),
      column.text('federation_id', 40),
      { name: 'samples', type: 'bigint' },
      column.real('accuracy', { nullable: true }),
      column.real('loss', { nullable: true }),
      column.time('contributed_at'),
    ],
    indices: [{ name: 'ix_round_contributions_member', columnNames: ['federation_id', 'org_id'] }],
    checks: [{ name: 'ck_round_contributions_samples', expression: 'samples >= 0' }],
    foreignKeys: [
      foreignKey('fk_round_contributions_round', 'round_id', 'training_rounds', 'CASCADE'),
      foreignKey('fk_round_contributions_org', 'org_id', 'organizations'),
      foreignKey('fk_round_contributions_federation', 'federation_id', 'federations', 'CASCADE'),
    ],
  });
}
