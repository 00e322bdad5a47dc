import type { Row, Table } from './valid-rows.js';

export interface Violation {
  readonly constraint: string;
  readonly by: string;
  readonly table: Table;
  /** What the refused row has differently from a valid one. */
  readonly row: Row;
}

export interface Refused {
  readonly by: string;
  readonly row: Row;
}

export function ofTable(table: Table, checks: Readonly<Record<string, readonly Refused[]>>): Violation[] {
  return Object.entries(checks).flatMap(([constraint, refused]) =>
    refused.map(({ by, row }) => ({ constraint, by, table, row })),
  );
}
