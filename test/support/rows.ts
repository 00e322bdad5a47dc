import type { Reader, SqlValue } from '../../src/db/database.js';
import { isMysql } from './database.js';

type Row = Record<string, unknown>;

/** Every row of every table, each as a text: equal before and after means that nothing was written. */
export async function everyRow(db: Reader): Promise<string[]> {
  const tables = await db.query<{ name: string }>(
    isMysql()
      ? `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()`
      : `SELECT name AS name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`,
  );
  const rows: string[] = [];
  for (const { name } of tables)
    for (const row of await db.query<Row>(`SELECT * FROM ${name}`)) rows.push(textOf(name, row));
  return rows;
}

function textOf(table: string, row: Row): string {
  // Written by the minute, whatever happens, and some time behind a change of a ledger.
  const { last_used_at: _, tight_epsilon: _tight, tight_version: _version, ...kept } = row;
  const members = Object.entries(kept).map(([name, value]) => [
    name,
    Buffer.isBuffer(value) ? value.toString('base64') : value,
  ]);
  return `${table} ${JSON.stringify(Object.fromEntries(members))}`;
}

/** Rows of one statement, each as a text; binary columns are compared a hundred times faster so. */
export async function rowTexts(
  db: Reader,
  sql: string,
  parameters: readonly SqlValue[] = [],
): Promise<string[]> {
  return (await db.query<Row>(sql, parameters)).map((row) => textOf('', row));
}

export async function countRows(db: Reader, table: string): Promise<number> {
  const [row] = await db.query<{ count: number }>(`SELECT COUNT(*) AS count FROM ${table}`);
  return row!.count;
}
