import type { Disclosure } from './disclosure.policy.js';

/** A contingency table as it may be shown: counts of 1 to T - 1 are null, and what would give them away as well. */
export type DisclosedTable = readonly (readonly (number | null)[])[];

/**
 * Withholds the small cells of a table. Sums of its rows and columns can be known from other questions, so a row or
 * column with one withheld cell would give it away by subtraction: the smallest of its other cells is withheld as well,
 * until none has exactly one.
 * @param table counts, rows of equal length.
 */
export function discloseTable(
  table: readonly (readonly number[])[],
  { minGroupSize }: Disclosure,
): DisclosedTable {
  const cells = table.map((row) => row.map((count) => (count > 0 && count < minGroupSize ? null : count)));
  while (withholdOneMore(cells));
  return cells;
}

type Cells = (number | null)[][];

/** @returns false where every row and column has none or several. */
function withholdOneMore(cells: Cells): boolean {
  for (const line of linesOf(cells)) {
    if (line.filter(([i, j]) => cells[i]?.[j] === null).length !== 1) continue;
    const next = smallestOf(cells, line);
    if (next === null) continue;
    const [i, j] = next;
    const row = cells[i];
    if (row === undefined) continue;
    row[j] = null;
    return true;
  }
  return false;
}

type Place = readonly [row: number, column: number];

function linesOf(cells: Cells): Place[][] {
  const rows = cells.map((row, i) => row.map((_, j): Place => [i, j]));
  const columns = (cells[0] ?? []).map((_, j) => cells.map((_row, i): Place => [i, j]));
  return [...rows, ...columns];
}

/** The place of the smallest count that is told; a larger one before a 0, since a 0 that is withheld hides nothing. */
function smallestOf(cells: Cells, line: readonly Place[]): Place | null {
  const told = line
    .map((place) => ({ place, count: cells[place[0]]?.[place[1]] ?? null }))
    .filter((cell): cell is { place: Place; count: number } => cell.count !== null)
    .sort((a, b) => (a.count === 0 ? 1 : 0) - (b.count === 0 ? 1 : 0) || a.count - b.count);
  return told[0]?.place ?? null;
}
