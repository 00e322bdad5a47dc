import type { Transaction } from '../db/database.js';
import { cellKey, mergeCells, type Cell, type Fold } from './fold.js';
import { summaryRepository } from './summary.repository.js';

/** Cells that are in memory at once, of the thousands that a chunk may touch; a sketch takes some kilobytes. */
const AT_ONCE = 200;

/** Adds new observations to what is stored, each cell written once. For whoever holds the lock of the member. */
export async function addToSummaries(tx: Transaction, fold: Fold): Promise<void> {
  await summaryRepository.ensureSeries(tx, fold.series);
  let added: Cell[] = [];
  for (const cell of fold.cells()) {
    added.push(cell);
    if (added.length < AT_ONCE) continue;
    await addCells(tx, added);
    added = [];
  }
  await addCells(tx, added);
}

async function addCells(tx: Transaction, added: readonly Cell[]): Promise<void> {
  const stored = new Map((await summaryRepository.findCells(tx, added)).map((cell) => [cellKey(cell), cell]));
  const merged = added.map((cell) => {
    const before = stored.get(cellKey(cell));
    return before === undefined ? cell : mergeCells([before, cell], cell.granularity, cell.bucket);
  });
  await summaryRepository.putCells(tx, merged);
}
