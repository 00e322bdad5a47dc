import type { MigrationInterface, QueryRunner } from 'typeorm';
import { column, createTable, foreignKey, primary } from './support.js';

/** From which day on a federation's record is kept. */
export class CreateObservationHorizons1764180000000 implements MigrationInterface {
  readonly name = 'CreateObservationHorizons1764180000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await createTable(queryRunner, {
      name: 'observation_horizons',
      columns: [
        primary('federation_id', 40, 'observation_horizons'),
        column.integer('first_day'),
        column.time('moved_at'),
      ],
      foreignKeys: [
        foreignKey('fk_observation_horizons_federation', 'federation_id', 'federations', 'CASCADE'),
      ],
    });
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable('observation_horizons');
  }
}
