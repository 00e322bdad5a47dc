import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource, EntityMetadata } from 'typeorm';
import { entities } from '../../src/app.js';
import { connect, migrateUp } from '../../src/db/data-source.js';
import { createTestDatabase, isMysql, type TestDatabase } from '../support/database.js';
import { anotherRow, AT, countRows, insertRow, writeValidRows, type Row, type Table } from './valid-rows.js';

const INVITED = { role: 'member', status: 'invited', invited_at: AT, expires_at: AT } as const;

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

interface Violation {
  readonly constraint: string;
  readonly by: string;
  readonly table: Table;
  /** What the refused row has differently from a valid one. */
  readonly row: Row;
}

const violations: readonly Violation[] = [
  {
    constraint: 'pk_organizations',
    by: 'a second row of one id',
    table: 'organizations',
    row: { id: 'acme' },
  },
  {
    constraint: 'pk_federations',
    by: 'a second row of one id',
    table: 'federations',
    row: { id: 'fed_1', name: 'Two' },
  },
  {
    constraint: 'pk_api_keys',
    by: 'a second row of one id',
    table: 'api_keys',
    row: { id: 'key_1', secret_hash: 'e' },
  },
  {
    constraint: 'pk_members',
    by: 'a second row of one id',
    table: 'members',
    row: { ...INVITED, id: 'mem_1', org_id: 'bolt' },
  },
  {
    constraint: 'pk_shared_models',
    by: 'a second row of one id',
    table: 'shared_models',
    row: { id: 'shm_1', model_id: 'mdl-8' },
  },
  {
    constraint: 'pk_audit_entries',
    by: 'a second row of one id',
    table: 'audit_entries',
    row: { id: 'aud_1' },
  },
  {
    constraint: 'pk_idempotency_records',
    by: 'a second row of one id',
    table: 'idempotency_records',
    row: {},
  },
  {
    constraint: 'fk_federations_org',
    by: 'an unknown owner',
    table: 'federations',
    row: { org_id: 'nobody' },
  },
  {
    constraint: 'uq_federations_owner_name',
    by: 'a second federation of one name and owner',
    table: 'federations',
    row: {},
  },
  {
    constraint: 'fk_api_keys_org',
    by: 'an unknown organization',
    table: 'api_keys',
    row: { org_id: 'nobody', secret_hash: 'e' },
  },
  {
    constraint: 'fk_api_keys_federation',
    by: 'an unknown federation',
    table: 'api_keys',
    row: { federation_id: 'fed_9', secret_hash: 'e' },
  },
  { constraint: 'uq_api_keys_secret_hash', by: 'a second key of one hash', table: 'api_keys', row: {} },
  {
    constraint: 'fk_members_federation',
    by: 'an unknown federation',
    table: 'members',
    row: { ...INVITED, org_id: 'bolt', federation_id: 'fed_9' },
  },
  {
    constraint: 'fk_members_org',
    by: 'an unknown organization',
    table: 'members',
    row: { ...INVITED, org_id: 'nobody' },
  },
  {
    constraint: 'uq_members_federation_org',
    by: 'a second membership of one organization',
    table: 'members',
    row: INVITED,
  },
  {
    constraint: 'ck_members_role',
    by: 'an unknown role',
    table: 'members',
    row: { ...INVITED, org_id: 'bolt', role: 'boss' },
  },
  ...['expired', 'Invited', ''].map((status) => ({
    constraint: 'ck_members_status',
    by: `the status "${status}"`,
    table: 'members' as const,
    row: { ...INVITED, org_id: 'bolt', status },
  })),
  {
    constraint: 'ck_members_owner_active',
    by: 'an owner that left',
    table: 'members',
    row: { org_id: 'bolt', status: 'left' },
  },
  ...(['invited_at', 'expires_at'] as const).map((name) => ({
    constraint: 'ck_members_invitation',
    by: `an invitation without ${name}`,
    table: 'members' as const,
    row: { ...INVITED, org_id: 'bolt', [name]: null },
  })),
  {
    constraint: 'fk_shared_models_federation',
    by: 'an unknown federation',
    table: 'shared_models',
    row: { federation_id: 'fed_9' },
  },
  {
    constraint: 'fk_shared_models_org',
    by: 'an unknown organization',
    table: 'shared_models',
    row: { shared_by: 'nobody', model_id: 'mdl-8' },
  },
  {
    constraint: 'uq_shared_models_federation_model',
    by: 'a model that is shared already',
    table: 'shared_models',
    row: {},
  },
];

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
        const emptied = dataSource.query(`UPDATE ${tableName} SET ${databaseName} = NULL`).then(
          () => 'accepted',
          () => 'refused',
        );
        expect([tableName, databaseName, await emptied]).toEqual([
          tableName,
          databaseName,
          isNullable ? 'accepted' : 'refused',
        ]);
      }
    }
  });

  it.each(['federations', 'members', 'api_keys', 'shared_models'])(
    'the deletion of an organization that is named in %s',
    async (table) => {
      const column = table === 'shared_models' ? 'shared_by' : 'org_id';
      await dataSource.query('UPDATE federations SET org_id = ?', ['bolt']);
      for (const other of ['members', 'api_keys', 'shared_models'])
        if (other !== table) await dataSource.query(`DELETE FROM ${other}`);
      await dataSource.query(`UPDATE ${table} SET ${column} = ?`, ['acme']);
      await expect(dataSource.query(`DELETE FROM organizations WHERE id = 'acme'`)).rejects.toThrow(
        /foreign key/i,
      );
    },
  );
});

it('deletes a federation with its members, models and keys', async () => {
  await dataSource.query('DELETE FROM federations');
  const counts = (tables: readonly Table[]) =>
    Promise.all(tables.map((table) => countRows(dataSource, table)));
  expect(await counts(['members', 'shared_models', 'api_keys'])).toEqual([0, 0, 0]);
  expect(await counts(['organizations', 'audit_entries'])).toEqual([2, 1]);
});
