import type { Pool, RowDataPacket } from 'mysql2';
import type { DataSource, QueryRunner } from 'typeorm';
import type { Database, Reader, SqlValue, Transaction } from './database.js';
import { retryOnContention, transactionOn, translateOutage } from './transaction.js';

export class MysqlDatabase implements Database {
  /** @param pool of the same data source; reads go to it directly, since TypeORM's way around a query costs more than most of them. */
  constructor(
    private readonly dataSource: DataSource,
    private readonly pool: Pool,
  ) {}

  async query<Row>(sql: string, parameters: readonly SqlValue[] = []): Promise<Row[]> {
    try {
      return await this.read<Row>(sql, parameters);
    } catch (error) {
      throw translateOutage(error);
    }
  }

  private read<Row>(sql: string, parameters: readonly SqlValue[]): Promise<Row[]> {
    return new Promise((resolve, reject) => {
      this.pool.query<(Row & RowDataPacket)[]>(sql, [...parameters], (error, rows) => {
        if (error === null) resolve(rows);
        else reject(error);
      });
    });
  }

  async transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    try {
      return await retryOnContention(() => this.attempt(work));
    } catch (error) {
      throw translateOutage(error);
    }
  }

  async snapshot<Result>(work: (reader: Reader) => Promise<Result>): Promise<Result> {
    try {
      // InnoDB's reads without locks: all see what was committed when the first of them began.
      return await this.attempt(work, 'REPEATABLE READ');
    } catch (error) {
      throw translateOutage(error);
    }
  }

  private async attempt<Result>(
    work: (tx: Transaction) => Promise<Result>,
    isolation?: 'REPEATABLE READ',
  ): Promise<Result> {
    const runner = this.dataSource.createQueryRunner();
    const tx = transactionOn(runner.manager, {
      forUpdate: 'FOR UPDATE',
      // As MariaDB writes it, and MySQL 8 still does.
      forShare: 'LOCK IN SHARE MODE',
      forUpdateNoWait: 'FOR UPDATE NOWAIT',
      inRows: '',
    });
    const result = await complete(runner, () => work(tx), isolation);
    tx.reportCommit();
    return result;
  }

  close(): Promise<void> {
    return this.dataSource.destroy();
  }
}

async function complete<Result>(
  runner: QueryRunner,
  work: () => Promise<Result>,
  isolation?: 'REPEATABLE READ',
): Promise<Result> {
  try {
    await runner.startTransaction(isolation);
    const result = await work();
    await runner.commitTransaction();
    return result;
  } catch (error) {
    await rollBack(runner);
    throw error;
  } finally {
    await runner.release();
  }
}

/**
 * Undoes what is open. An error that looks like an outage may come over a connection that lives, so the attempt is made
 * always: a transaction left open would be committed by the next one on that connection.
 */
async function rollBack(runner: QueryRunner): Promise<void> {
  if (!runner.isTransactionActive) return;
  try {
    await runner.rollbackTransaction();
  } catch {
    // The connection is lost and the server has rolled back by itself. What was thrown before is the reason to tell,
    // and the connection, which may be in any state, does not go back to the pool.
    await discard(runner);
  }
}

async function discard(runner: QueryRunner): Promise<void> {
  const connection: unknown = await runner.connect();
  if (isDestroyable(connection)) connection.destroy();
}

function isDestroyable(value: unknown): value is { destroy(): void } {
  return (
    typeof value === 'object' && value !== null && 'destroy' in value && typeof value.destroy === 'function'
  );
}
