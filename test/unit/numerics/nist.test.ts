import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { classicalAnova } from '../../../src/numerics/inference/anova.js';
import type { GroupSummary } from '../../../src/numerics/inference/group-summary.js';
import { summaryOf } from './summaries.js';

/** A one-way analysis of variance of NIST's Statistical Reference Datasets (itl.nist.gov/div898/strd). */
interface NistSet {
  readonly groups: readonly GroupSummary[];
  /** The F statistic. */
  readonly certified: number;
}

function nistSet(name: string): NistSet {
  const lines = readFileSync(join(__dirname, '../../reference/nist', `${name}.dat`), 'utf8').split(/\r?\n/);
  const numbersOf = (line: string): number[] =>
    (line.match(/[-+]?\d+\.?\d*(?:[eE][-+]?\d+)?/g) ?? []).map(Number);
  const between = lines.find((line) => /^\s*Between \S+ +\d/.test(line));
  const [, , , certified = Number.NaN] = numbersOf(between ?? '');
  const values = new Map<number, number[]>();
  for (const line of lines.slice(60)) {
    const [group, value] = numbersOf(line);
    if (group === undefined || value === undefined) continue;
    values.set(group, [...(values.get(group) ?? []), value]);
  }
  return { groups: [...values.values()].map(summaryOf), certified };
}

/** The number of correct digits: -log10 of the relative error, at most 15. */
function correctDigits(actual: number, certified: number): number {
  return Math.min(15, -Math.log10(Math.abs(actual - certified) / Math.abs(certified)));
}

describe("NIST's analyses of variance", () => {
  /** What exact arithmetic on the values as doubles reaches: their rounding to doubles limits the rest. */
  it.each([
    { name: 'SiRstv', digits: 13 },
    { name: 'SmLs01', digits: 15 },
    { name: 'SmLs04', digits: 10.4 },
    { name: 'SmLs07', digits: 4.4 },
  ])('$name: F to $digits digits', ({ name, digits }) => {
    const { groups, certified } = nistSet(name);
    expect(correctDigits(classicalAnova(groups).fStatistic, certified)).toBeGreaterThanOrEqual(digits);
  });
});
