import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Column, DataSource, Entity, PrimaryColumn } from 'typeorm';
import { entities } from '../../src/app.js';
import { connect, dataSourceOptions, migrateDown, migrateUp } from '../../src/db/data-source.js';
import { migrations } from '../../migrations/index.js';
import { createTestDatabase, isMysql, type TestDatabase } from '../support/database.js';

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
    const declared = dataSource.entityMetadatas
      .flatMap((entity) => entity.checks.map(({ name }) => name))
      .sort();
    const rows = await dataSource.query<{ name: string; text?: string }[]>(
      isMysql()
        ? 'SELECT constraint_name AS name FROM information_schema.check_constraints WHERE constraint_schema = database()'
        : `SELECT name, sql AS text FROM sqlite_master WHERE type = 'table'`,
    );
    const found = isMysql()
      ? rows.map(({ name }) => name)
      : rows.flatMap(({ text = '' }) =>
          [...text.matchAll(/CONSTRAINT "(ck_\w+)" CHECK/g)].map((match) => match[1] ?? ''),
        );
    expect(found.sort()).toEqual(declared);
    expect(declared.length).toBeGreaterThan(0);
  });
});

describe('the database itself refuses', () => {
  const at = 1_700_000_000_000;
  beforeAll(async () => {
    await dataSource.query(
      `INSERT INTO organizations (id, name, created_at) VALUES ('acme', 'Acme', ${at}), ('bolt', NULL, ${at})`,
    );
    await dataSource.query(
      `INSERT INTO federations (id, org_id, name, created_by_key, created_at, updated_at) VALUES ('fed_1', 'acme', 'One', 'key_1', ${at}, ${at})`,
    );
    await dataSource.query(
      `INSERT INTO members (id, federation_id, org_id, role, status, created_at, updated_at) VALUES ('mem_1', 'fed_1', 'acme', 'owner', 'active', ${at}, ${at})`,
    );
  });

  const member = (id: string, federation: string, org: string, rest: string) =>
    `INSERT INTO members (id, federation_id, org_id, role, status, invited_at, expires_at, created_at, updated_at)
      VALUES ('${id}', '${federation}', '${org}', ${rest}, ${at}, ${at})`;
  const refused = [
    {
      name: 'a member of a federation that does not exist',
      sql: member('mem_2', 'fed_9', 'bolt', `'member', 'active', NULL, NULL`),
    },
    {
      name: 'a member organization that does not exist',
      sql: member('mem_2', 'fed_1', 'nobody', `'member', 'active', NULL, NULL`),
    },
    {
      name: 'a second membership of one organization',
      sql: member('mem_2', 'fed_1', 'acme', `'member', 'active', NULL, NULL`),
    },
    { name: 'an unknown role', sql: member('mem_2', 'fed_1', 'bolt', `'boss', 'active', NULL, NULL`) },
    { name: 'an unknown status', sql: member('mem_2', 'fed_1', 'bolt', `'member', 'expired', NULL, NULL`) },
    { name: 'an owner that is not active', sql: `UPDATE members SET status = 'left' WHERE id = 'mem_1'` },
    {
      name: 'an invitation without an end',
      sql: member('mem_2', 'fed_1', 'bolt', `'member', 'invited', ${at}, NULL`),
    },
    {
      name: 'a second federation of one name and owner',
      sql: `INSERT INTO federations (id, org_id, name, created_by_key, created_at, updated_at) VALUES ('fed_2', 'acme', 'One', 'key_1', ${at}, ${at})`,
    },
    {
      name: 'the deletion of an organization that owns a federation',
      sql: `DELETE FROM organizations WHERE id = 'acme'`,
    },
  ];
  it.each(refused)('$name', async ({ sql }) => {
    await expect(dataSource.query(sql)).rejects.toThrow();
  });

  it.each([
    { first: 'One', second: 'one' },
    { first: 'e', second: 'é' },
    { first: 'é', second: 'e\u0301' },
    { first: 'ß', second: 'ss' },
  ])('no difference of case or accent between $first and $second', async ({ first, second }) => {
    const insert = (id: string, name: string) =>
      dataSource.query(
        'INSERT INTO federations (id, org_id, name, created_by_key, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)',
        [id, 'bolt', name, 'key_1', at, at],
      );
    await insert(`fed_${first}`, first);
    await insert(`fed_${second}`, second);
    const found = await dataSource.query<{ name: string }[]>(
      'SELECT name FROM federations WHERE org_id = ? AND name = ?',
      ['bolt', second],
    );
    expect(found).toEqual([{ name: second }]);
    await dataSource.query(`DELETE FROM federations WHERE org_id = 'bolt'`);
  });
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

onSqlite('runs in WAL mode, with a busy timeout, full durability and foreign keys (SQLite)', async () => {
  const pragma = async (name: string) =>
    Object.values((await dataSource.query<Record<string, unknown>[]>(`PRAGMA ${name}`))[0] ?? {})[0];
  expect(await pragma('journal_mode')).toBe('wal');
  expect(await pragma('busy_timeout')).toBe(50);
  expect(await pragma('synchronous')).toBe(2);
  expect(await pragma('foreign_keys')).toBe(1);
});
