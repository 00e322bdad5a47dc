import { invalidInput } from '../../core/errors.js';
import { toSnakeCase, withMembers } from '../../core/names.js';
import { chiSquareTest, type ChiSquareTest } from '../../numerics/inference/index.js';
import { MAX_VALUES, mergeBodies, valuesOfKey, type CellBody } from '../cell-body.js';
import { discloseTable, type DisclosedTable } from '../disclosed-table.js';
import type { Disclosure } from '../disclosure.policy.js';
import { NOTHING_TOLD, type Analysis, type ShownData } from './analysis.js';
import type { ChiSquareArgs, ChiSquareResult } from './chi-square.types.js';
import { namedGroups, namedVariable, parseFilters, parseLevel } from './question.js';
import { refusal } from './refusal.js';

type Result = Omit<ChiSquareResult, 'queryId'>;

/** Whether two categorical variables depend on each other, over all groups that are asked about together. */
export function chiSquare(args: ChiSquareArgs): Analysis<Result> {
  const { variable1, variable2 } = args;
  const level = parseLevel(args.confidenceLevel);
  const variables = [namedVariable('variable1', variable1), namedVariable('variable2', variable2)] as const;
  if (variable1 === variable2) throw invalidInput('variable2', 'must be another variable than variable_1');
  const groups = namedGroups(args.groupIds);
  return {
    type: 'chi_square',
    question: {
      variables,
      kind: 'categorical',
      groupBy: args.groupBy ?? (groups === null ? 'device_group' : null),
      groups,
      filters: parseFilters(args.filters),
      withheldGroups: groups === null ? 'listed' : 'refused',
    },
    options: { variable1, variable2, confidenceLevel: level },
    compute: (data) => {
      const counted = tableOf(data, variable1 < variable2);
      const test = chiSquareTest(counted.cells);
      const table = discloseTable(counted.cells, data.disclosure);
      const { fourfold } = test;
      const result: Result = {
        variable1,
        variable2,
        chiSquareStatistic: test.chiSquareStatistic,
        pValue: test.pValue,
        degreesOfFreedom: test.degreesOfFreedom,
        significant: test.pValue < 1 - level,
        cramersV: test.cramersV,
        sampleSize: test.sampleSize,
        rows: counted.rowValues.length,
        columns: counted.columnValues.length,
        minExpectedCount: test.minExpectedCount,
        yatesStatistic: fourfold?.yatesStatistic ?? null,
        yatesPValue: fourfold?.yatesPValue ?? null,
        fisherExactP: fourfold?.fisherExactP ?? null,
        rowValues: namesOf(counted.rowValues, counted.cells, data.disclosure),
        columnValues: namesOf(counted.columnValues, transposed(counted.cells), data.disclosure),
        table,
        suppressedGroups: data.withheld,
        warnings: warningsOf(test, counted, data),
      };
      return {
        result,
        answer: withMembers(result, toSnakeCase),
        told: { ...NOTHING_TOLD, cell: leastTold(table, counted, data.disclosure) },
      };
    },
  };
}

interface Counted {
  readonly rowValues: readonly string[];
  readonly columnValues: readonly string[];
  readonly cells: readonly (readonly number[])[];
  /** Values that the groups have, but not in these observations. */
  readonly emptyRows: number;
  readonly emptyColumns: number;
}

/**
 * The counts of all groups together. Rows and columns are values that occur, in the order of their texts.
 * @param inOrder whether the rows' variable is the first of the pair as it is summarized.
 */
function tableOf(data: ShownData, inOrder: boolean): Counted {
  const { groups, withheld, disclosure } = data;
  if (groups.length === 0 && withheld.length > 0) throw nothingShown(data);
  const read = (bodies: readonly CellBody[]) => pairsIn(bodies, inOrder);
  const pairs = read(groups.map(({ body }) => body));
  const isWhole = groups.every(({ body, whole }) => body === whole);
  const everywhere = isWhole ? pairs : read(groups.map(({ whole }) => whole));
  const rowValues = valuesOf(pairs, 'row', disclosure);
  const columnValues = valuesOf(pairs, 'column', disclosure);
  const cells = rowValues.map(() => columnValues.map(() => 0));
  for (const { row, column, count } of pairs) {
    const line = cells[rowValues.indexOf(row)];
    if (line !== undefined) line[columnValues.indexOf(column)] = count;
  }
  return {
    rowValues,
    columnValues,
    cells,
    emptyRows: valuesOf(everywhere, 'row', disclosure).length - rowValues.length,
    emptyColumns: valuesOf(everywhere, 'column', disclosure).length - columnValues.length,
  };
}

interface Pair {
  readonly row: string;
  readonly column: string;
  readonly count: number;
}

function pairsIn(bodies: readonly CellBody[], inOrder: boolean): Pair[] {
  const [first, ...rest] = bodies;
  const body = first === undefined ? null : mergeBodies([first, ...rest]);
  if (body !== null && body.kind !== 'categorical') throw new TypeError(`a ${body.kind} summary of a pair`);
  if (body?.counts === null)
    throw refusal('too_many_categories', `a variable has more than ${MAX_VALUES} values`);
  return [...(body?.counts ?? [])].map(([key, count]) => {
    const [value = '', otherValue = ''] = valuesOfKey(key);
    return inOrder ? { row: value, column: otherValue, count } : { row: otherValue, column: value, count };
  });
}

/** In the order of their texts; those that are not named come last, the most frequent first: their place tells no text. */
function valuesOf(pairs: readonly Pair[], side: 'row' | 'column', { minGroupSize }: Disclosure): string[] {
  const totals = new Map<string, number>();
  for (const pair of pairs) totals.set(pair[side], (totals.get(pair[side]) ?? 0) + pair.count);
  const isNamed = ([, total]: readonly [string, number]) => total >= minGroupSize;
  const named = [...totals].filter(isNamed).map(([value]) => value);
  const unnamed = [...totals].filter((value) => !isNamed(value)).sort(([, a], [, b]) => b - a);
  return [...named.sort(), ...unnamed.map(([value]) => value)];
}

/** As where the groups are named, but that nobody is. */
function nothingShown({ withheld, disclosure }: ShownData) {
  const isTooFew = withheld.every(({ reason }) => reason === 'below_min_sample_count');
  return isTooFew || disclosure.minGroupSize === 1
    ? refusal('insufficient_data', 'no group has enough observations')
    : refusal('below_disclosure_threshold', 'there is no group that may be shown');
}

function transposed(cells: Counted['cells']): number[][] {
  return (cells[0] ?? []).map((_, j) => cells.map((row) => row[j] ?? 0));
}

/** A value of fewer than T observations is not named. */
function namesOf(
  values: readonly string[],
  lines: Counted['cells'],
  { minGroupSize }: Disclosure,
): (string | null)[] {
  return values.map((value, i) => (totalOf(lines[i] ?? []) < minGroupSize ? null : value));
}

function totalOf(line: readonly number[]): number {
  return line.reduce((sum, count) => sum + count, 0);
}

/** The least count that a cell or a name tells of; null for none. */
function leastTold(table: DisclosedTable, { cells }: Counted, { minGroupSize }: Disclosure): number | null {
  const totals = [...cells, ...transposed(cells)].map(totalOf).filter((total) => total >= minGroupSize);
  const told = table.flat().filter((count) => count !== null && count > 0);
  const counts = [...told.map(Number), ...totals];
  return counts.length === 0 ? null : counts.reduce((least, count) => Math.min(least, count));
}

function warningsOf(test: ChiSquareTest, { emptyRows, emptyColumns }: Counted, { withheld }: ShownData) {
  const cells = test.expectedCounts.flat().length;
  const few = test.cellsExpectedBelowFive;
  return [
    few > 0 ? `${few} of ${cells} expected counts are below 5: the p value is an approximation` : null,
    emptyRows > 0 ? `rows without an observation are left out: ${emptyRows}` : null,
    emptyColumns > 0 ? `columns without an observation are left out: ${emptyColumns}` : null,
    withheld.length > 0 ? `groups are left out: ${withheld.length}` : null,
  ].filter((warning) => warning !== null);
}
