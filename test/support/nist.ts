import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mergeMoments, type Moments } from '../../src/numerics/moments/index.js';

/** The files of the NIST Statistical Reference Datasets: https://www.itl.nist.gov/div898/strd/ */
const FOLDER = join(__dirname, '../reference/nist');

/** Certified means and sample standard deviations, and the digits that exact arithmetic on doubles can reach of these. */
export const NIST_UNIVARIATE = [
  { name: 'Lew', size: 200, mean: -177.435, deviation: 277.332168044316, digits: 15 },
  { name: 'Lottery', size: 218, mean: 518.95871559633, deviation: 291.699727470969, digits: 15 },
  { name: 'Mavro', size: 50, mean: 2.001856, deviation: 0.000429123454003053, digits: 13.1 },
  { name: 'NumAcc1', size: 3, mean: 10_000_002, deviation: 1, digits: 15 },
  { name: 'NumAcc2', size: 1001, mean: 1.2, deviation: 0.1, digits: 15 },
  // 1000000.1 is not a double: exact arithmetic on its double reaches no more.
  { name: 'NumAcc3', size: 1001, mean: 1_000_000.2, deviation: 0.1, digits: 9.4 },
] as const;

/** Certified F of one-way analyses of variance, and the digits that can be reached. */
export const NIST_ANOVA = [
  { name: 'SiRstv', groups: 5, certified: 1.18046237440255, digits: 13 },
  { name: 'SmLs01', groups: 9, certified: 21, digits: 14.5 },
  { name: 'SmLs04', groups: 9, certified: 21, digits: 10.4 },
  { name: 'SmLs07', groups: 9, certified: 21, digits: 4.4 },
] as const;

function linesOf(name: string): string[] {
  return readFileSync(join(FOLDER, `${name}.dat`), 'utf8').split(/\r?\n/u);
}

/** The lines of numbers and nothing else after the last line that begins with "Data". */
function rowsOf(name: string): number[][] {
  const lines = linesOf(name);
  const start = lines.findLastIndex((line) => /^#?\s*Data/u.test(line));
  return lines
    .slice(start + 1)
    .filter((line) => /^[\s\d.+-]*\d\s*$/u.test(line))
    .map((line) => line.trim().split(/\s+/u).map(Number));
}

export function nistValues(name: string): number[] {
  return rowsOf(name)
    .filter((row) => row.length === 1)
    .map(([value]) => value!);
}

/** The responses of each treatment. */
export function nistGroups(name: string): number[][] {
  const groups = new Map<number, number[]>();
  for (const row of rowsOf(name)) {
    const [treatment, response] = row;
    if (row.length !== 2) continue;
    groups.set(treatment!, [...(groups.get(treatment!) ?? []), response!]);
  }
  return [...groups.values()];
}

/** Digits in agreement, -log10 |x - c| / |c|, at most 15. */
export function logRelativeError(value: number, certified: number): number {
  if (value === certified) return 15;
  return Math.min(15, -Math.log10(Math.abs(value - certified) / Math.abs(certified)));
}

/** F of a one-way analysis of variance, from the moments of the groups. */
export function fStatistic(groups: readonly Moments[]): number {
  const between = groups
    .map((group) => ({ ...group, squaredDeviations: { high: 0, low: 0 } }))
    .reduce(mergeMoments);
  const within = groups.reduce((sum, group) => sum + group.squaredDeviations.high, 0);
  const degreesWithin = between.count - groups.length;
  return between.squaredDeviations.high / (groups.length - 1) / (within / degreesWithin);
}
