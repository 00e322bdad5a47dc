import type { Transaction } from '../db/database.js';
import { cellKey, mergeCells, type Fold } from './fold.js';
import { summaryRepository } from './summary.repository.js';

/** Adds new observations to what is stored, each cell written once. For whoever holds the lock of the member. */
export async function addToSummaries(tx: Transaction, fold: Fold): Promise<void> {
  const added = fold.cells();
  await summaryRepository.ensureSeries(tx, fold.series);
  const stored = new Map((await summaryRepository.findCells(tx, added)).map((cell) => [cellKey(cell), cell]));
  const merged = added.map((cell) => {
    const before = stored.get(cellKey(cell));
    return before === undefined ? cell : mergeCells([before, cell], cell.granularity, cell.bucket);
  });
  await summaryRepository.putCells(tx, merged);
}
