import type { Reader } from '../../src/db/database.js';
import { isMysql } from './database.js';

type Row = Record<string, unknown>;

/** Every row of every table: equal before and after means that nothing was written. */
export async function everyRow(db: Reader): Promise<Record<string, Row[]>> {
  const tables = await db.query<{ name: string }>(
    isMysql()
      ? `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()`
      : `SELECT name AS name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`,
  );
  const rows: Record<string, Row[]> = {};
  for (const { name } of tables) {
    const read = await db.query<Row>(`SELECT * FROM ${name}`);
    // Written by the minute, whatever happens, and some time behind a change of a ledger.
    rows[name] = read.map(
      ({ last_used_at: _, tight_epsilon: _tight, tight_version: _version, ...row }) => row,
    );
  }
  return rows;
}

export async function countRows(db: Reader, table: string): Promise<number> {
  const [row] = await db.query<{ count: number }>(`SELECT COUNT(*) AS count FROM ${table}`);
  return row!.count;
}
