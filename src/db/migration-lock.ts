import { createHash } from 'node:crypto';
import { MigrationExecutor, type DataSource, type QueryRunner } from 'typeorm';
import { unavailable } from '../core/errors.js';
import { isContention } from './dialect.js';
import { beginImmediate, rollBack } from './sqlite.database.js';

/** Longer than the migrations of another process should take. */
const MAX_WAIT_MS = 120_000;
/** Below the bound that every statement has (mysql-sessions.ts), so it is asked for again and again. */
const LOCK_WAIT_SECONDS = 5;

/**
 * Runs `work` while no other process migrates the same database; the others wait and then find it done.
 * When it throws, the caller destroys the data source, and with the session of MySQL goes its lock.
 * @throws SERVICE_UNAVAILABLE when another process migrates for too long.
 */
export async function migrateAlone<Result>(
  dataSource: DataSource,
  work: (executor: MigrationExecutor) => Promise<Result>,
): Promise<Result> {
  const isMysql = dataSource.options.type === 'mysql';
  const runner = dataSource.createQueryRunner();
  const executor = new MigrationExecutor(dataSource, runner);
  // What excludes others on SQLite is a transaction already.
  executor.transaction = isMysql ? 'each' : 'none';
  try {
    return await (isMysql ? aloneOnMysql : aloneOnSqlite)(runner, () => work(executor));
  } finally {
    await runner.release();
  }
}

/** MySQL commits at every change of the schema, so what excludes the others is a named lock of the session. */
async function aloneOnMysql<Result>(runner: QueryRunner, work: () => Promise<Result>): Promise<Result> {
  const name = lockName(String(runner.dataSource.options.database));
  const deadline = performance.now() + MAX_WAIT_MS;
  while (!(await takeLock(runner, name))) if (performance.now() > deadline) throw waitedTooLong();
  const result = await work();
  await runner.query('SELECT RELEASE_LOCK(?)', [name]);
  return result;
}

async function takeLock(runner: QueryRunner, name: string): Promise<boolean> {
  const parameters = [name, LOCK_WAIT_SECONDS];
  const [row] = await runner.manager.query<{ taken: number | null }[]>(
    'SELECT GET_LOCK(?, ?) AS taken',
    parameters,
  );
  return row?.taken === 1;
}

/** Names are those of the whole server and at most 64 characters long, as long as a database's name alone may be. */
function lockName(database: string): string {
  return `gateway-migrations-${createHash('sha256').update(database).digest('hex').slice(0, 32)}`;
}

/** On SQLite a change of the schema is part of its transaction: one that begins as a writer holds them all. */
async function aloneOnSqlite<Result>(runner: QueryRunner, work: () => Promise<Result>): Promise<Result> {
  // Only outside of a transaction; with it, a migration that makes a table anew would delete what refers to it.
  await runner.query('PRAGMA foreign_keys = OFF');
  try {
    await beginImmediate(runner.manager, MAX_WAIT_MS);
    const result = await work();
    await runner.query('COMMIT');
    return result;
  } catch (error) {
    await rollBack(runner.manager);
    throw isContention(error) ? waitedTooLong(error) : error;
  } finally {
    await runner.query('PRAGMA foreign_keys = ON');
  }
}

function waitedTooLong(cause?: unknown): Error {
  return unavailable('another process has been migrating this database for two minutes; try again', 1, cause);
}
