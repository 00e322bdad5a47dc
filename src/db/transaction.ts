import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EntityManager } from 'typeorm';
import { DomainError, unavailable } from '../core/errors.js';
import type { Db, Reader, SqlValue, Transaction } from './database.js';
import { isContention, isOutage } from './dialect.js';

const MAX_RETRIES = 3;
const MAX_JITTER_MS = 40;

/** Runs `attempt`, again where another transaction was in the way, at most three times, each after a longer random pause. */
export async function retryOnContention<Result>(attempt: () => Promise<Result>): Promise<Result> {
  for (let retry = 0; ; retry++) {
    try {
      return await attempt();
    } catch (error) {
      if (!isContention(error)) throw error;
      if (retry === MAX_RETRIES) throw unavailable('the database is busy; try again', 1, error);
      await sleep(randomInt(1, MAX_JITTER_MS * (retry + 1)));
    }
  }
}

/** What callers see when the database is gone. */
export function translateOutage(error: unknown): unknown {
  return isOutage(error) && !(error instanceof DomainError)
    ? unavailable('the database cannot be reached; try again', 1, error)
    : error;
}

/** As its opener sees it. */
export interface OpenTransaction extends Transaction {
  /** Called once it is committed. */
  reportCommit(): void;
}

/** The part of a transaction that is the same on both databases. */
export function transactionOn(
  manager: EntityManager,
  dialect: Pick<Transaction, 'forUpdate' | 'forShare' | 'forUpdateNoWait' | 'inRows'>,
): OpenTransaction {
  const reports: (() => void)[] = [];
  return {
    manager,
    ...dialect,
    query: <Row>(sql: string, parameters: readonly SqlValue[] = []) =>
      manager.query<Row[]>(sql, [...parameters]),
    onCommit: (report) => {
      reports.push(report);
    },
    reportCommit: () => {
      for (const report of reports.splice(0)) report();
    },
  };
}

/**
 * A Db inside a transaction that is already open: everything that a request does, its rendering included, happens
 * within it, and a service's own transaction becomes a savepoint. Used where a request and its record must be kept
 * or lost together (rest/idempotency.ts).
 */
export class NestedDb implements Db {
  private depth = 0;
  /** Of what may still be undone to a savepoint. */
  private readonly reports: (() => void)[] = [];
  private readonly inner: Transaction;

  constructor(private readonly tx: Transaction) {
    this.inner = {
      ...tx,
      onCommit: (report) => {
        this.reports.push(report);
      },
    };
  }

  query<Row>(sql: string, parameters?: readonly SqlValue[]): Promise<Row[]> {
    return this.tx.query<Row>(sql, parameters);
  }

  /** What the transaction sees: on MySQL, each statement what is committed when it begins (READ COMMITTED). */
  snapshot<Result>(work: (reader: Reader) => Promise<Result>): Promise<Result> {
    return work(this.tx);
  }

  async transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    this.depth += 1;
    const savepoint = `nested_${this.depth}`;
    const reportsBefore = this.reports.length;
    await this.tx.manager.query(`SAVEPOINT ${savepoint}`);
    try {
      const result = await work(this.inner);
      await this.tx.manager.query(`RELEASE SAVEPOINT ${savepoint}`);
      return result;
    } catch (error) {
      this.reports.length = reportsBefore;
      // After a deadlock MySQL has rolled the whole transaction back and the savepoint is gone; the opener retries.
      // With the connection lost there is nothing to roll back, and trying would only hide the reason.
      if (!isContention(error) && !isOutage(error))
        await this.tx.manager.query(`ROLLBACK TO SAVEPOINT ${savepoint}`);
      throw error;
    } finally {
      this.depth -= 1;
      if (this.depth === 0) for (const report of this.reports.splice(0)) this.tx.onCommit(report);
    }
  }
}
