import type { Transaction } from '../db/database.js';
import { rebuiltDays, summaryCells } from './cell-table.js';
import { cellKey, mergeCells, type Cell, type Fold } from './fold.js';
import { memberSummaryRepository } from './member-summary.repository.js';
import type { SeriesRow } from './series.js';

/** Cells that are in memory at once, of the thousands that a chunk may touch; a sketch takes some kilobytes. */
const AT_ONCE = 200;
/** Of those that are stored; what one cell has may be more. */
const BYTES_AT_ONCE = 1_000_000;
/** A body that is read at once, whatever the others have. */
const SMALL_BYTES = BYTES_AT_ONCE / AT_ONCE;
const MAX_BYTES = Number.MAX_SAFE_INTEGER;

type CellTable = typeof summaryCells;

/** Adds new observations to what is stored, each cell written once. For whoever holds the lock of the member. */
export async function addToSummaries(
  tx: Transaction,
  series: readonly SeriesRow[],
  cells: Iterable<Cell>,
): Promise<void> {
  await memberSummaryRepository.ensureSeries(tx, series);
  await addCells(tx, summaryCells, cells);
}

/**
 * Adds observations to the days that are made anew, but for series up to the id `behind`. These series have to be there.
 * For whoever has the lock of the member's row in the queue.
 */
export async function addToRebuilt(tx: Transaction, fold: Fold, behind: string): Promise<void> {
  await addCells(tx, rebuiltDays, fold.dailyCells(behind));
}

async function addCells(tx: Transaction, table: CellTable, cells: Iterable<Cell>): Promise<void> {
  let added: Cell[] = [];
  for (const cell of cells) {
    added.push(cell);
    if (added.length < AT_ONCE) continue;
    await addSome(tx, table, added);
    added = [];
  }
  if (added.length > 0) await addSome(tx, table, added);
}

async function addSome(tx: Transaction, table: CellTable, added: readonly Cell[]): Promise<void> {
  const { cells, large } = await table.find(tx, added, SMALL_BYTES);
  const small = added.filter((cell) => !large.has(cellKey(cell)));
  await table.put(tx, mergedWith(cells, small));
  for (const part of partsOf(added, large)) {
    const stored = await table.find(tx, part, MAX_BYTES);
    await table.put(tx, mergedWith(stored.cells, part));
  }
}

function mergedWith(stored: readonly Cell[], added: readonly Cell[]): Cell[] {
  const byKey = new Map(stored.map((cell) => [cellKey(cell), cell]));
  return added.map((cell) => {
    const before = byKey.get(cellKey(cell));
    return before === undefined ? cell : mergeCells([before, cell], cell.granularity, cell.bucket);
  });
}

/** The large ones in parts that are read together: counts of pairs, of which one cell may have 10,000. */
function partsOf(added: readonly Cell[], large: ReadonlyMap<string, number>): readonly (readonly Cell[])[] {
  const parts: Cell[][] = [];
  let bytes = 0;
  for (const cell of added) {
    const size = large.get(cellKey(cell));
    if (size === undefined) continue;
    const part = parts.at(-1);
    if (part === undefined || bytes + size > BYTES_AT_ONCE) {
      parts.push([cell]);
      bytes = size;
    } else {
      part.push(cell);
      bytes += size;
    }
  }
  return parts;
}
