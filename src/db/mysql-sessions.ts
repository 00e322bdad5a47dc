import { Socket } from 'node:net';
import type { Pool } from 'mysql2';
import type { DataSource } from 'typeorm';

const MAX_STATEMENT_SECONDS = 10;
const LOCK_WAIT_SECONDS = 5;
/** Longer than any statement may run: who is silent for this long is not there. */
const MAX_SILENCE_MS = 12_000;

/**
 * Settings of every MySQL connection of a pool. READ COMMITTED: a transaction that waited for a lock sees what its
 * holder committed, and there are no gap locks to deadlock on.
 */
export async function prepareSessions(dataSource: DataSource): Promise<void> {
  const [row] = await dataSource.query<{ version: string }[]>('SELECT VERSION() AS version');
  const statements = [
    'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
    `SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', innodb_lock_wait_timeout = ${LOCK_WAIT_SECONDS}`,
    // MariaDB bounds every statement, MySQL only SELECTs.
    row?.version.includes('MariaDB') === true
      ? `SET SESSION max_statement_time = ${MAX_STATEMENT_SECONDS}`
      : `SET SESSION max_execution_time = ${MAX_STATEMENT_SECONDS * 1000}`,
  ];
  const pool = poolOf(dataSource);
  pool.on('connection', (connection) => {
    // Queued on the new connection ahead of the statement that it was opened for.
    for (const statement of statements) connection.query(statement);
  });
  endSilence(pool);
  // The pool has exactly one connection so far, which was opened before the listener was there.
  for (const statement of statements) await dataSource.query(statement);
}

/** A server whose packets are lost sends no error: a connection in use that hears nothing for long is destroyed. */
function endSilence(pool: Pool): void {
  const guarded = new WeakSet<Socket>();
  pool.on('acquire', (connection) => {
    const socket = socketOf(connection);
    if (socket === null) return;
    socket.setTimeout(MAX_SILENCE_MS);
    if (guarded.has(socket)) return;
    guarded.add(socket);
    socket.on('timeout', () =>
      socket.destroy(Object.assign(new Error('the database is silent'), { code: 'ETIMEDOUT' })),
    );
  });
  pool.on('release', (connection) => {
    socketOf(connection)?.setTimeout(0);
  });
}

function socketOf(connection: object): Socket | null {
  return 'stream' in connection && connection.stream instanceof Socket ? connection.stream : null;
}

/** The driver's pool behind a data source. */
export function poolOf(dataSource: DataSource): Pool {
  if ('pool' in dataSource.driver && isPool(dataSource.driver.pool)) return dataSource.driver.pool;
  throw new Error('the MySQL driver has no pool');
}

function isPool(value: unknown): value is Pool {
  return typeof value === 'object' && value !== null && 'on' in value && 'getConnection' in value;
}
