import 'reflect-metadata';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { DataSource, type DataSourceOptions, type Logger, type MixedList } from 'typeorm';
import type { DatabaseConfig } from '../config.js';
import { migrations } from '../../migrations/index.js';
import type { Database, Reader } from './database.js';
import { isMissingTable } from './dialect.js';
import { migrateAlone } from './migration-lock.js';
import { MysqlDatabase } from './mysql.database.js';
import { poolOf, prepareSessions } from './mysql-sessions.js';
import { SqliteReader } from './sqlite-reader.js';
import { SqliteSnapshots } from './sqlite-snapshots.js';
import { SqliteDatabase } from './sqlite.database.js';
import { retryOnContention } from './transaction.js';

type EntityClass = new () => object;

/** Short, since the driver waits on the only thread; SqliteDatabase waits the rest of the time without holding it. */
const BUSY_TIMEOUT_MS = 50;
const CONNECT_TIMEOUT_MS = 2_000;
const POOL_SIZE = 20;

/** TypeORM prints failures to standard output, where a command's answer goes; it throws them as well, and that is told. */
const SILENCE: Logger = {
  logQuery: () => undefined,
  logQueryError: () => undefined,
  logQuerySlow: () => undefined,
  logSchemaBuild: () => undefined,
  logMigration: () => undefined,
  log: () => undefined,
};

/** The options of every connection; `synchronize` is off everywhere, the schema comes from migrations alone. */
export function dataSourceOptions(
  config: DatabaseConfig,
  entities: readonly EntityClass[],
): DataSourceOptions {
  const entityList: MixedList<EntityClass> = [...entities];
  const common = {
    entities: entityList,
    migrations: [...migrations],
    migrationsTransactionMode: 'each' as const,
    synchronize: false,
    logging: false as const,
    logger: SILENCE,
  };
  if (config.kind === 'mysql') {
    return {
      ...common,
      type: 'mysql',
      host: config.host,
      port: config.port,
      username: config.user,
      password: config.password,
      database: config.database,
      charset: 'utf8mb4',
      timezone: 'Z',
      // Times and counts are BIGINTs below 2^53 and are wanted as numbers.
      supportBigNumbers: true,
      bigNumberStrings: false,
      connectTimeout: CONNECT_TIMEOUT_MS,
      poolSize: POOL_SIZE,
    };
  }
  return {
    ...common,
    type: 'better-sqlite3',
    database: config.kind === 'sqlite' ? config.file : ':memory:',
    enableWAL: config.kind === 'sqlite',
    timeout: BUSY_TIMEOUT_MS,
    statementCacheSize: 500,
    prepareDatabase: (database: { pragma(text: string): unknown }) => {
      // WAL alone would lose answered writes when the power fails; a privacy ledger may not.
      database.pragma('synchronous = FULL');
    },
  };
}

/** Connects. With `migrate`, brings the schema up to date first. */
export async function openDatabase(
  config: DatabaseConfig,
  entities: readonly EntityClass[],
  options: { readonly migrate: boolean },
): Promise<Database> {
  if (config.kind === 'sqlite') mkdirSync(path.dirname(config.file), { recursive: true });
  const writer = await connect(config, entities);
  if (options.migrate) await migrateOrDestroy(writer);
  if (config.kind === 'mysql') return new MysqlDatabase(writer, poolOf(writer));
  if (config.kind !== 'sqlite') return new SqliteDatabase(writer, null);
  const openReader = () => new SqliteReader(config.file, BUSY_TIMEOUT_MS);
  return new SqliteDatabase(writer, { reader: openReader(), snapshots: new SqliteSnapshots(openReader) });
}

/** What is not given to a caller must not keep the process alive. */
async function migrateOrDestroy(dataSource: DataSource): Promise<void> {
  try {
    await applyPending(dataSource);
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
}

/** A bare connection, for migrations. The caller destroys it. */
export async function connect(config: DatabaseConfig, entities: readonly EntityClass[]): Promise<DataSource> {
  // Of two processes that make a SQLite file, one may find it locked where the other switches it to WAL.
  const dataSource = await retryOnContention(() => createDataSource(config, entities).initialize());
  if (config.kind === 'mysql') await prepareSessions(dataSource);
  return dataSource;
}

/** A data source that is not connected yet. */
export function createDataSource(config: DatabaseConfig, entities: readonly EntityClass[]): DataSource {
  const dataSource = new DataSource(dataSourceOptions(config, entities));
  // MySQL's TEXT ends at 64 kB. SQLite takes any type name and reads its affinity from it; TypeORM's list is narrower.
  if (config.kind !== 'mysql') dataSource.driver.supportedDataTypes.push('mediumtext', 'mediumblob');
  return dataSource;
}

/** Whether the schema is older than this code. */
export async function hasPendingMigrations(db: Reader): Promise<boolean> {
  const done = new Set(await executedMigrations(db));
  return migrations.some(({ name }) => !done.has(name));
}

/** By the table that TypeORM keeps, which an empty database does not have yet. */
async function executedMigrations(db: Reader): Promise<string[]> {
  try {
    const rows = await db.query<{ name: string }>('SELECT name AS name FROM migrations ORDER BY id');
    return rows.map(({ name }) => name);
  } catch (error) {
    if (isMissingTable(error)) return [];
    throw error;
  }
}

/** Applies what is pending. @returns the names of the applied migrations. */
export async function migrateUp(config: DatabaseConfig, entities: readonly EntityClass[]): Promise<string[]> {
  const dataSource = await connect(config, entities);
  try {
    return await applyPending(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

async function applyPending(dataSource: DataSource): Promise<string[]> {
  const applied = await migrateAlone(dataSource, (executor) => executor.executePendingMigrations());
  return applied.map(({ name }) => name);
}

/** Undoes the last migration. @returns its name, or nothing when there was none. */
export async function migrateDown(
  config: DatabaseConfig,
  entities: readonly EntityClass[],
): Promise<string[]> {
  const dataSource = await connect(config, entities);
  try {
    return await migrateAlone(dataSource, async (executor) => {
      const before = await executedMigrations(dataSource);
      await executor.undoLastMigration();
      const after = new Set(await executedMigrations(dataSource));
      return before.filter((name) => !after.has(name));
    });
  } finally {
    await dataSource.destroy();
  }
}
