import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource, EntityMetadata } from 'typeorm';
import { entities } from '../../src/app.js';
import { connect, migrateUp } from '../../src/db/data-source.js';
import { createTestDatabase, isMysql, type TestDatabase } from '../support/database.js';
import { violations } from './constraints.table.js';
import { anotherRow, AT, countRows, insertRow, writeValidRows, type Table } from './valid-rows.js';

let database: TestDatabase;
let dataSource: DataSource;

beforeAll(async () => {
  database = await createTestDatabase();
  await migrateUp(database.config, entities);
  dataSource = await connect(database.config, entities);
});
afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});
beforeEach(async () => {
  await writeValidRows(dataSource);
  await insertRow(dataSource, 'organizations', { id: 'bolt', name: null, created_at: AT });
});

/** What the refusal says; SQLite names checks alone, and columns instead of keys. */
function complaintOf(constraint: string, metadata: EntityMetadata): string {
  if (isMysql()) return constraint.startsWith('pk_') ? 'PRIMARY' : constraint;
  const columns = constraint.startsWith('pk_')
    ? metadata.primaryColumns
    : metadata.uniques.find(({ name }) => name === constraint)?.columns;
  if (columns !== undefined) {
    const names = columns.map(({ databaseName }) => `${metadata.tableName}.${databaseName}`);
    return `UNIQUE constraint failed: ${names.join(', ')}`;
  }
  return constraint.startsWith('fk_')
    ? 'FOREIGN KEY constraint failed'
    : `CHECK constraint failed: ${constraint}`;
}

describe('the database itself refuses', () => {
  it.each(violations)('$by ($constraint)', async ({ constraint, table, row }) => {
    const metadata = dataSource.entityMetadatas.find(({ tableName }) => tableName === table)!;
    const refusal = insertRow(dataSource, table, anotherRow(table, row));
    await expect(refusal).rejects.toThrow(complaintOf(constraint, metadata));
  });

  it('what each key, check and reference of the entities forbids', () => {
    const declared = dataSource.entityMetadatas.flatMap((metadata) => {
      // On MySQL, TypeORM makes an index of every unique key.
      const unique = [...metadata.uniques, ...metadata.indices.filter(({ isUnique }) => isUnique)];
      const named = [...unique, ...metadata.checks, ...metadata.foreignKeys].map(({ name }) => name);
      return [`pk_${metadata.tableName}`, ...named];
    });
    expect([...new Set(violations.map(({ constraint }) => constraint))].sort()).toEqual(declared.sort());
  });

  it('nothing in every column that must have a value', async () => {
    for (const { tableName, columns } of dataSource.entityMetadatas) {
      for (const { databaseName, isNullable } of columns) {
        // Where a check wants a value in some rows, it is the check that refuses.
        const emptied = dataSource.query(`UPDATE ${tableName} SET ${databaseName} = NULL`).then(
          () => 'accepted',
          (error: unknown) => (/\bck_/.test(String(error)) && isNullable ? 'accepted' : 'refused'),
        );
        expect([tableName, databaseName, await emptied]).toEqual([
          tableName,
          databaseName,
          isNullable ? 'accepted' : 'refused',
        ]);
      }
    }
  });

  const naming = ['members', 'api_keys', 'shared_models', 'round_contributions'];
  naming.push('observations', 'summary_series', 'ingested_chunks', 'analytics_queries');
  naming.push('summary_rebuilds');

  it.each(['federations', ...naming])(
    'the deletion of an organization that is named in %s',
    async (table) => {
      const columns: Readonly<Record<string, string>> = {
        shared_models: 'shared_by',
        analytics_queries: 'requested_by',
      };
      const column = columns[table] ?? 'org_id';
      await dataSource.query('UPDATE federations SET org_id = ?', ['bolt']);
      for (const other of naming) if (other !== table) await dataSource.query(`DELETE FROM ${other}`);
      await dataSource.query(`UPDATE ${table} SET ${column} = ?`, ['acme']);
      await expect(dataSource.query(`DELETE FROM organizations WHERE id = 'acme'`)).rejects.toThrow(
        /foreign key/i,
      );
    },
  );
});

it('deletes a federation with everything in it', async () => {
  await dataSource.query('DELETE FROM federations');
  const counts = (tables: readonly Table[]) =>
    Promise.all(tables.map((table) => countRows(dataSource, table)));
  expect(await counts(['members', 'shared_models', 'api_keys'])).toEqual([0, 0, 0]);
  expect(await counts(['privacy_ledgers', 'training_rounds', 'round_contributions'])).toEqual([0, 0, 0]);
  expect(await counts(['variables', 'observations', 'ingested_chunks'])).toEqual([0, 0, 0]);
  expect(await counts(['summary_series', 'summary_cells', 'disclosure_policies'])).toEqual([0, 0, 0]);
  expect(await counts(['observation_horizons', 'summary_rebuilds', 'rebuilt_days'])).toEqual([0, 0, 0]);
  expect(await counts(['analytics_queries'])).toEqual([0]);
  expect(await counts(['organizations', 'audit_entries'])).toEqual([2, 1]);
});
