import type { EntityManager } from 'typeorm';

export type SqlValue = string | number | null | Buffer;

/** Reads with SQL that both databases understand (`?` placeholders), for rows that are only to be printed. */
export interface Reader {
  query<Row>(sql: string, parameters?: readonly SqlValue[]): Promise<Row[]>;
}

export interface Transaction extends Reader {
  /** TypeORM's manager on this transaction's connection, for writes. */
  readonly manager: EntityManager;
  /** Appended to a SELECT, takes its rows' locks; empty on SQLite, whose write transactions exclude each other. */
  readonly forUpdate: '' | 'FOR UPDATE';
  /** Like `forUpdate`, for locks that others may have as well, as long as nobody updates. */
  readonly forShare: '' | 'LOCK IN SHARE MODE';
  /** Like `forUpdate`, but fails at once (isLockHeld) where another transaction holds the lock. */
  readonly forUpdateNoWait: '' | 'FOR UPDATE NOWAIT';
  /** In front of the rows of `(a, b) IN (<here> (?, ?), (?, ?))`, which finds many of them by a key of several columns. */
  readonly inRows: '' | 'VALUES';
  /** Calls `report` when what was written is committed, never when it is undone. A crash may lose it: it is for counters. */
  onCommit(report: () => void): void;
}

/** What a request or a job works with: reads see what is committed, writes happen inside `transaction`. */
export interface Db extends Reader {
  /**
   * Runs `work` in one transaction: all of it is kept or, when it throws, nothing. It is run again, at most three
   * times, where another transaction was in the way, so it must have no effect outside the database.
   */
  transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result>;
  /** Runs reads that all see the same committed state, however many statements they are. `work` opens no transaction. */
  snapshot<Result>(work: (reader: Reader) => Promise<Result>): Promise<Result>;
}

/** The whole database, owned by app.ts. */
export interface Database extends Db {
  close(): Promise<void>;
}
