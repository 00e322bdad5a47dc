import { chiSquareUpperTail } from '../distributions/chi-square.js';
import { add, negate, twoProduct } from '../dp/double-double.js';
import { DegenerateInputError } from './degenerate-input.js';
import { fisherExactTwoSided, LARGEST_FISHER_TOTAL, type FourfoldTable } from './fisher-exact.js';

/** A table of counts, rows of equal length. */
export type ContingencyTable = readonly (readonly number[])[];

/** Pearson's test that rows and columns of a table are independent. */
export interface ChiSquareTest {
  readonly chiSquareStatistic: number;
  readonly pValue: number;
  readonly degreesOfFreedom: number;
  readonly cramersV: number;
  readonly sampleSize: number;
  /** Rows and columns without a single count do not take part. */
  readonly droppedRows: number;
  readonly droppedColumns: number;
  /** Of the rows and columns that take part, in their order. */
  readonly expectedCounts: ContingencyTable;
  readonly minExpectedCount: number;
  readonly cellsExpectedBelowFive: number;
  /** Null unless two rows and two columns take part. */
  readonly fourfold: FourfoldTests | null;
}

export interface FourfoldTests {
  readonly yatesStatistic: number;
  readonly yatesPValue: number;
  /** Two-sided; null for a total above 20,000. */
  readonly fisherExactP: number | null;
}

/** The rows and columns that are not empty, and their sums. */
interface Margins {
  readonly cells: ContingencyTable;
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  readonly total: number;
}

/**
 * Pearson's chi-square test without a continuity correction, with expected counts E = R C / n of the row sums R and
 * column sums C:
 *
 *   X^2 = sum of (O - E)^2 / E = sum of (O n - R C)^2 / (R C n),  nu = (r - 1)(c - 1),
 *   V = sqrt(X^2 / (n min(r - 1, c - 1)))
 *
 * The products of counts are exact (double-double), so that independence gives 0 and nothing cancels. For 2x2 tables
 * also Yates' statistic, in which |O - E| is reduced by 1/2 or to 0, and Fisher's exact test.
 *
 * @param table whole counts, their sum at most 2^53; rows of equal length.
 * @returns finite figures; on the reference data p within 1e-10 of itself down to 1e-300 and statistics within 1e-12,
 * measured in `reference.test.ts`.
 * @throws DegenerateInputError `degenerate_table` when fewer than 2 rows or 2 columns are not empty; RangeError when
 * a count is not whole or negative, or the rows differ in length.
 * @see Pearson 1900; Cramer 1946, section 21.9; Yates 1934, J. Royal Statistical Society Supplement 1.
 */
export function chiSquareTest(table: ContingencyTable): ChiSquareTest {
  requireCountTable(table);
  const margins = marginsOf(table);
  const { cells, rows, columns, total } = margins;
  if (rows.length < 2 || columns.length < 2)
    throw new DegenerateInputError('degenerate_table', 'at least 2 rows and 2 columns need a count');
  const expectedCounts = rows.map((row) => columns.map((column) => (row * column) / total));
  const expected = expectedCounts.flat();
  const chiSquareStatistic = statistic(margins, (excess) => excess);
  const degreesOfFreedom = (rows.length - 1) * (columns.length - 1);
  const most = total * (Math.min(rows.length, columns.length) - 1);
  return {
    chiSquareStatistic,
    pValue: chiSquareUpperTail(chiSquareStatistic, degreesOfFreedom),
    degreesOfFreedom,
    cramersV: Math.min(1, Math.sqrt(chiSquareStatistic / most)),
    sampleSize: total,
    droppedRows: table.length - rows.length,
    droppedColumns: (table[0]?.length ?? 0) - columns.length,
    expectedCounts,
    minExpectedCount: expected.reduce((least, count) => Math.min(least, count), Infinity),
    cellsExpectedBelowFive: expected.filter((count) => count < 5).length,
    fourfold: fourfoldTests(margins, fourfoldOf(cells)),
  };
}

function fourfoldOf([first, second, third]: ContingencyTable): FourfoldTable | null {
  const [a, b, beyond] = first ?? [];
  const [c, d] = second ?? [];
  if (a === undefined || b === undefined || c === undefined || d === undefined) return null;
  return beyond === undefined && third === undefined ? { a, b, c, d } : null;
}

function fourfoldTests(margins: Margins, table: FourfoldTable | null): FourfoldTests | null {
  if (table === null) return null;
  const half = margins.total / 2;
  const yatesStatistic = statistic(margins, (excess) => Math.max(0, Math.abs(excess) - half));
  return {
    yatesStatistic,
    yatesPValue: chiSquareUpperTail(yatesStatistic, 1),
    fisherExactP: margins.total > LARGEST_FISHER_TOTAL ? null : fisherExactTwoSided(table),
  };
}

/** The sum of correct(O n - R C)^2 / (R C n). */
function statistic({ cells, rows, columns, total }: Margins, correct: (excess: number) => number): number {
  let sum = 0;
  for (const [i, row] of rows.entries())
    for (const [j, column] of columns.entries()) {
      const excess = add(twoProduct(cells[i]?.[j] ?? 0, total), negate(twoProduct(row, column)));
      const corrected = correct(excess.high);
      sum += ((corrected / row) * (corrected / column)) / total;
    }
  return sum;
}

function marginsOf(table: ContingencyTable): Margins {
  const columnSums = (table[0] ?? []).map((_, j) => sumOf(table.map((row) => row[j] ?? 0)));
  const cells = table
    .filter((row) => sumOf(row) > 0)
    .map((row) => row.filter((_, j) => (columnSums[j] ?? 0) > 0));
  const rows = cells.map(sumOf);
  return { cells, rows, columns: columnSums.filter((sum) => sum > 0), total: sumOf(rows) };
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

function requireCountTable(table: ContingencyTable): void {
  const length = table[0]?.length ?? 0;
  for (const row of table) {
    if (row.length !== length) throw new RangeError('the rows of a table must be of equal length');
    for (const count of row)
      if (!Number.isSafeInteger(count) || count < 0)
        throw new RangeError(`a count must be whole, not ${count}`);
  }
  if (!Number.isSafeInteger(sumOf(table.flat()))) throw new RangeError('the sum of the counts is above 2^53');
}
