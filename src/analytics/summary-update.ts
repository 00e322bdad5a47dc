import type { Transaction } from '../db/database.js';
import { decodeBody } from './cell-body.js';
import { cellKey, mergeCells, type Cell } from './fold.js';
import { memberSummaryRepository } from './member-summary.repository.js';
import type { FoldedPart } from './read-block.js';
import type { SeriesRow } from './series.js';

/** Cells that are in memory at once, of the thousands that a chunk may touch; a sketch takes some kilobytes. */
const AT_ONCE = 200;
/** Of those that are stored; what one cell has may be more. */
const BYTES_AT_ONCE = 1_000_000;

/** Adds new observations to what is stored, each cell written once. For whoever holds the lock of the member. */
export async function addToSummaries(
  tx: Transaction,
  series: readonly SeriesRow[],
  cells: Iterable<Cell>,
): Promise<void> {
  await memberSummaryRepository.ensureSeries(tx, series);
  let added: Cell[] = [];
  for (const cell of cells) {
    added.push(cell);
    if (added.length < AT_ONCE) continue;
    await addCells(tx, added);
    added = [];
  }
  await addCells(tx, added);
}

async function addCells(tx: Transaction, added: readonly Cell[]): Promise<void> {
  for (const part of await partsOf(tx, added)) {
    const stored = new Map(
      (await memberSummaryRepository.findCells(tx, part)).map((cell) => [cellKey(cell), cell]),
    );
    const merged = part.map((cell) => {
      const before = stored.get(cellKey(cell));
      return before === undefined ? cell : mergeCells([before, cell], cell.granularity, cell.bucket);
    });
    await memberSummaryRepository.putCells(tx, merged);
  }
}

/** Parts of which the stored ones are read together. Only counts of texts can be large: of a pair there may be 10,000. */
async function partsOf(tx: Transaction, added: readonly Cell[]): Promise<readonly (readonly Cell[])[]> {
  if (!added.some(({ body }) => body.kind === 'categorical')) return [added];
  const sizes = await memberSummaryRepository.sizesOf(tx, added);
  const parts: Cell[][] = [];
  let [part, bytes]: [Cell[], number] = [[], 0];
  for (const cell of added) {
    const size = sizes.get(cellKey(cell)) ?? 0;
    if (part.length > 0 && bytes + size > BYTES_AT_ONCE) {
      parts.push(part);
      [part, bytes] = [[], 0];
    }
    part.push(cell);
    bytes += size;
  }
  return [...parts, part];
}

/** Each cell is decoded when it is asked for. */
export function* cellsOf({ cells }: FoldedPart): Generator<Cell> {
  for (const { body, ...cell } of cells)
    yield { ...cell, body: decodeBody(Buffer.from(body.buffer, body.byteOffset, body.byteLength)) };
}
