import BetterSqlite3 from 'better-sqlite3';
import { LRUCache } from 'lru-cache';
import type { SqlValue } from './database.js';

const MAX_STATEMENTS = 500;

interface Prepared {
  readonly statement: BetterSqlite3.Statement<SqlValue[], readonly unknown[]>;
  readonly names: readonly string[];
}

/**
 * Reads of a SQLite file on a connection of their own, straight through the driver: TypeORM's way around a query costs
 * more than most of the queries. It sees what is committed (WAL) and cannot write.
 */
export class SqliteReader {
  private readonly connection: BetterSqlite3.Database;
  private readonly statements = new LRUCache<string, Prepared>({ max: MAX_STATEMENTS });

  constructor(file: string, timeoutMs: number) {
    this.connection = new BetterSqlite3(file, { fileMustExist: true, timeout: timeoutMs });
    this.connection.pragma('query_only = ON');
  }

  all<Row>(sql: string, parameters: readonly SqlValue[]): Row[] {
    const { statement, names } = this.prepared(sql);
    // Rows as arrays, made objects here: the driver's own objects cost half as much again as the query.
    return statement.all(...parameters).map((values) => toObject<Row>(names, values));
  }

  private prepared(sql: string): Prepared {
    const known = this.statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.connection.prepare<SqlValue[], readonly unknown[]>(sql).raw();
    const prepared = { statement, names: statement.columns().map(({ name }) => name) };
    this.statements.set(sql, prepared);
    return prepared;
  }

  /** From the next read on, all see the same state, until `endSnapshot`. */
  beginSnapshot(): void {
    this.connection.exec('BEGIN');
  }

  endSnapshot(): void {
    this.connection.exec('COMMIT');
  }

  close(): void {
    this.connection.close();
  }
}

function toObject<Row>(names: readonly string[], values: readonly unknown[]): Row {
  const row: Record<string, unknown> = {};
  for (let i = 0; i < names.length; i++) row[names[i] ?? ''] = values[i];
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- only the SQL text knows what it returns
  return row as Row;
}
