import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Column, DataSource, Entity, PrimaryColumn } from 'typeorm';
import { entities } from '../../src/app.js';
import {
  connect,
  dataSourceOptions,
  migrateDown,
  migrateUp,
  openDatabase,
} from '../../src/db/data-source.js';
import type { Database, Reader } from '../../src/db/database.js';
import { migrations } from '../../migrations/index.js';
import { createTestDatabase, isMysql, type TestDatabase } from '../support/database.js';
import { anotherRow, countRows, insertRow, writeValidRows, type Table } from './valid-rows.js';

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

async function tableNames(source: DataSource): Promise<string[]> {
  const rows = await source.query<{ name: string }[]>(
    isMysql()
      ? 'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = database()'
      : `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`,
  );
  return rows
    .map(({ name }) => name)
    .filter((name) => name !== 'migrations')
    .sort();
}

/** MariaDB names the default of a nullable column NULL, which TypeORM understands only when told that it is MariaDB. */
async function asItsOwnServer(source: DataSource): Promise<DataSource> {
  const options = dataSourceOptions(database.config, entities);
  if (options.type !== 'mysql') return connect(database.config, entities);
  const [row] = await source.query<{ version: string }[]>('SELECT VERSION() AS version');
  const type = row?.version.includes('MariaDB') === true ? 'mariadb' : 'mysql';
  return new DataSource({ ...options, type }).initialize();
}

it('keeps synchronize off', () => {
  expect(dataSourceOptions(database.config, entities).synchronize).toBe(false);
});

it('migrates up, down to nothing, and up again', async () => {
  const own = await createTestDatabase();
  expect(await migrateUp(own.config, entities)).toHaveLength(migrations.length);
  expect(await migrateUp(own.config, entities)).toEqual([]);
  for (const _ of migrations) expect(await migrateDown(own.config, entities)).toHaveLength(1);
  const emptied = await connect(own.config, []);
  expect(await tableNames(emptied)).toEqual([]);
  await emptied.destroy();
  expect(await migrateUp(own.config, entities)).toHaveLength(migrations.length);
  const again = await connect(own.config, entities);
  expect(await tableNames(again)).toEqual(await tableNames(dataSource));
  await again.destroy();
  await own.drop();
});

describe('entities and migrated schema', () => {
  it('do not drift', async () => {
    const comparing = await asItsOwnServer(dataSource);
    const { upQueries } = await comparing.driver.createSchemaBuilder().log();
    await comparing.destroy();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  it('would be seen to drift', async () => {
    @Entity('organizations')
    class WiderOrganization {
      @PrimaryColumn({ type: 'varchar', length: 64 })
      id!: string;

      @Column({ type: 'int' })
      beds!: number;
    }
    const other = await connect(database.config, [WiderOrganization]);
    const { upQueries } = await other.driver.createSchemaBuilder().log();
    await other.destroy();
    expect(upQueries.map(({ query }) => query).join('\n')).toMatch(/beds/);
  });

  it('have the same checks, which TypeORM does not compare on MySQL', async () => {
    const declared = dataSource.entityMetadatas.flatMap(({ tableName, checks }) =>
      checks.map(({ name, expression }) => `${tableName} ${name}: ${plain(expression)}`),
    );
    expect((await checksOf(dataSource)).sort()).toEqual(declared.sort());
    expect(declared.length).toBeGreaterThan(0);
  });
});

/** An expression without the quotes, brackets and character sets that a server puts into it. */
function plain(expression: string): string {
  return expression.replace(/_utf8mb4|[`"\\()\s]/g, '').toLowerCase();
}

/** The checks of the database: table, name and expression. */
async function checksOf(source: DataSource): Promise<string[]> {
  if (isMysql()) {
    const rows = await source.query<{ place: string; expression: string }[]>(
      `SELECT CONCAT(t.table_name, ' ', c.constraint_name) AS place, c.check_clause AS expression
        FROM information_schema.check_constraints c JOIN information_schema.table_constraints t
          ON t.constraint_schema = c.constraint_schema AND t.constraint_name = c.constraint_name
        WHERE c.constraint_schema = database()`,
    );
    return rows.map(({ place, expression }) => `${place}: ${plain(expression)}`);
  }
  const tables = await source.query<{ name: string; sql: string }[]>(
    `SELECT name, sql FROM sqlite_master WHERE type = 'table'`,
  );
  return tables.flatMap(({ name, sql }) =>
    [...sql.matchAll(/CONSTRAINT "(\w+)" CHECK \((.+?)\)(?=, (?:CONSTRAINT|PRIMARY)|\)$)/g)].map(
      ([, check = '', expression = '']) => `${name} ${check}: ${plain(expression)}`,
    ),
  );
}

describe('texts that differ in case, accent or form alone are different', () => {
  beforeEach(() => writeValidRows(dataSource));

  const pairs = [
    ['Fed-A', 'fed-a'],
    ['e', 'é'],
    ['é', 'e\u0301'],
    ['ß', 'ss'],
    ['ſ', 's'],
    ['１', '1'],
    ['😀', '😁'],
  ] as const;
  const columns = [
    ['organizations', 'id'],
    ['federations', 'name'],
    ['shared_models', 'model_id'],
    ['api_keys', 'secret_hash'],
    ['idempotency_records', 'idempotency_key'],
  ] as const satisfies (readonly [Table, string])[];
  it.each(columns.flatMap(([table, column]) => pairs.map(([one, other]) => ({ table, column, one, other }))))(
    '$one and $other as the $column of $table',
    async ({ table, column, one, other }) => {
      for (const text of [one, other]) {
        const id = column === 'idempotency_key' ? {} : { id: `id of ${text}` };
        await insertRow(dataSource, table, anotherRow(table, { ...id, [column]: text }));
      }
      for (const text of [one, other]) expect(await countRows(dataSource, table, { [column]: text })).toBe(1);
    },
  );
});

const onMysql = isMysql() ? it : it.skip;
const onSqlite = isMysql() ? it.skip : it;

onMysql('every text column has a binary collation (MySQL)', async () => {
  const columns = await dataSource.query<{ name: string }[]>(
    `SELECT CONCAT(table_name, '.', column_name) AS name FROM information_schema.columns
      WHERE table_schema = database() AND collation_name IS NOT NULL AND collation_name <> 'utf8mb4_bin' AND table_name <> 'migrations'`,
  );
  expect(columns).toEqual([]);
});

onSqlite('no text column has a collation of its own (SQLite)', async () => {
  const tables = await dataSource.query<{ name: string }[]>(
    `SELECT name FROM sqlite_master WHERE sql LIKE '%COLLATE%'`,
  );
  expect(tables).toEqual([]);
});

describe('both connections to a SQLite file', () => {
  let db: Database;
  beforeAll(async () => {
    db = await openDatabase(database.config, entities, { migrate: false });
  });
  afterAll(() => db.close());

  async function pragma(on: Reader, name: string): Promise<unknown> {
    const [row] = await on.query<Record<string, unknown>>(`PRAGMA ${name}`);
    return Object.values(row ?? {})[0];
  }
  const bothHave = async (name: string, value: unknown) => {
    expect(await pragma(db, name)).toBe(value);
    expect(await db.transaction((tx) => pragma(tx, name))).toBe(value);
  };

  onSqlite('write ahead', () => bothHave('journal_mode', 'wal'));
  onSqlite('wait for a lock, if only shortly, since they hold the thread', () =>
    bothHave('busy_timeout', 50),
  );
  onSqlite('heed foreign keys', () => bothHave('foreign_keys', 1));

  onSqlite('lose nothing that was answered: one writes through, the other cannot write', async () => {
    expect(await db.transaction((tx) => pragma(tx, 'synchronous'))).toBe(2);
    // The driver keeps the error class of the first test file of its process, which is not an Error here.
    const refusal = db.query('DELETE FROM organizations RETURNING id').catch(String);
    expect(await refusal).toMatch(/readonly/);
  });
});
