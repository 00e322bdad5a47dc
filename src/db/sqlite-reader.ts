import BetterSqlite3 from 'better-sqlite3';
import { LRUCache } from 'lru-cache';
import type { SqlValue } from './database.js';

const MAX_STATEMENTS = 500;

/**
 * Reads of a SQLite file on a connection of their own, straight through the driver: TypeORM's way around a query costs
 * more than most of the queries. It sees what is committed (WAL) and cannot write.
 */
export class SqliteReader {
  private readonly connection: BetterSqlite3.Database;
  private readonly statements = new LRUCache<string, BetterSqlite3.Statement>({ max: MAX_STATEMENTS });

  constructor(file: string, timeoutMs: number) {
    this.connection = new BetterSqlite3(file, { fileMustExist: true, timeout: timeoutMs });
    this.connection.pragma('query_only = ON');
  }

  all<Row>(sql: string, parameters: readonly SqlValue[]): Row[] {
    const statement = this.statements.get(sql) ?? this.connection.prepare(sql);
    this.statements.set(sql, statement);
    // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- only the SQL text knows what it returns
    return statement.all(...parameters) as Row[];
  }

  close(): void {
    this.connection.close();
  }
}
