import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { DataSource, EntityManager } from 'typeorm';
import type { Database, Reader, SqlValue, Transaction } from './database.js';
import type { SqliteReader } from './sqlite-reader.js';
import type { SqliteSnapshots } from './sqlite-snapshots.js';
import { isContention } from './dialect.js';
import { Mutex } from './mutex.js';
import { retryOnContention, transactionOn, translateOutage } from './transaction.js';

const MAX_WAIT_MS = 5_000;
const WAIT_STEP_MS = 10;
const MAX_STRETCH_MS = 15;

/**
 * SQLite through TypeORM is one connection, on which transactions that overlap would become savepoints of each other.
 * So writes queue here, and reads have a connection of their own, which sees what is committed (WAL).
 */
export class SqliteDatabase implements Database {
  private readonly writing = new Mutex();

  /** @param beside null for an in-memory database, which no second connection can see: its reads queue as well. */
  constructor(
    private readonly writer: DataSource,
    private readonly beside: { readonly reader: SqliteReader; readonly snapshots: SqliteSnapshots } | null,
  ) {}

  async query<Row>(sql: string, parameters: readonly SqlValue[] = []): Promise<Row[]> {
    try {
      if (this.beside !== null) return this.beside.reader.all<Row>(sql, parameters);
      return await this.writing.run(() => this.onWriter<Row>(sql, parameters));
    } catch (error) {
      throw translateOutage(error);
    }
  }

  async transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    try {
      return await retryOnContention(() => this.writing.run(() => this.attempt(work)));
    } catch (error) {
      throw translateOutage(error);
    }
  }

  async snapshot<Result>(work: (reader: Reader) => Promise<Result>): Promise<Result> {
    try {
      if (this.beside !== null) return await this.beside.snapshots.run(work);
      // Nothing is written while somebody reads on the only connection.
      return await this.writing.run(() =>
        work({ query: (sql, parameters = []) => this.onWriter(sql, parameters) }),
      );
    } catch (error) {
      throw translateOutage(error);
    }
  }

  private onWriter<Row>(sql: string, parameters: readonly SqlValue[]): Promise<Row[]> {
    return this.writer.query<Row[]>(sql, [...parameters]);
  }

  private async attempt<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    const { manager } = this.writer;
    // IMMEDIATE takes the write lock before the first read, so that what was read still holds when it is written.
    await beginImmediate(manager, MAX_WAIT_MS);
    const tx = transactionOn(manager, { forUpdate: '', forShare: '', forUpdateNoWait: '', inRows: 'VALUES' });
    const result = await complete(tx, work);
    tx.reportCommit();
    return result;
  }

  async close(): Promise<void> {
    await this.writing.run(() => Promise.resolve());
    this.beside?.reader.close();
    this.beside?.snapshots.close();
    await this.writer.destroy();
  }
}

async function complete<Result>(
  tx: Transaction,
  work: (tx: Transaction) => Promise<Result>,
): Promise<Result> {
  try {
    const result = await work(inShortStretches(tx));
    await tx.manager.query('COMMIT');
    return result;
  } catch (error) {
    await rollBack(tx.manager);
    throw error;
  }
}

/** Statements hold this process's only thread: in a long transaction other requests have their turn between two. */
function inShortStretches(tx: Transaction): Transaction {
  let since = performance.now();
  const query: Transaction['query'] = async <Row>(sql: string, parameters?: readonly SqlValue[]) => {
    const rows = await tx.query<Row>(sql, parameters);
    if (performance.now() - since < MAX_STRETCH_MS) return rows;
    await nextTurn();
    since = performance.now();
    return rows;
  };
  return { ...tx, query };
}

/** Another process may hold the write lock: waited for without holding this process's only thread. */
export async function beginImmediate(manager: EntityManager, maxWaitMs: number): Promise<void> {
  for (const deadline = performance.now() + maxWaitMs; ;) {
    try {
      await manager.query('BEGIN IMMEDIATE');
      return;
    } catch (error) {
      if (!isContention(error) || performance.now() > deadline) throw error;
      await sleep(WAIT_STEP_MS);
    }
  }
}

export async function rollBack(manager: EntityManager): Promise<void> {
  try {
    await manager.query('ROLLBACK');
  } catch (error) {
    // A full disk makes SQLite roll back by itself; then the first error is the one to tell.
    if (!String(error).includes('no transaction is active')) throw error;
  }
}
