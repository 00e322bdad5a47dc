import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { classicalAnova, welchAnova } from '../../../src/numerics/inference/anova.js';
import { chiSquareTest } from '../../../src/numerics/inference/chi-square.js';
import type { GroupSummary } from '../../../src/numerics/inference/group-summary.js';
import { gamesHowell, tukeyKramer } from '../../../src/numerics/inference/post-hoc.js';
import { pooledTTest, welchTTest } from '../../../src/numerics/inference/t-test.js';
import { summaryOf } from './summaries.js';

/** Values with a common step, so that a shift or a scale by a power of two changes them without rounding. */
const values = fc
  .array(fc.integer({ min: -4_000, max: 4_000 }), { minLength: 2, maxLength: 25 })
  .filter((list) => new Set(list).size > 1)
  .map((list) => list.map((value) => value / 8));
const level = fc.double({ min: 0.01, max: 0.9999, noNaN: true });
const groups = fc.array(values, { minLength: 2, maxLength: 5 });
const tests = [
  ['Welch', welchTTest],
  ['pooled', pooledTTest],
] as const;

function close(actual: number, expected: number, tolerance = 1e-11): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(tolerance * Math.max(Math.abs(expected), 1e-290));
}

describe.each(tests)('the %s t-test', (_, test) => {
  it('negates t and keeps p when the groups are swapped', () => {
    fc.assert(
      fc.property(values, values, level, (a, b, confidence) => {
        const there = test(summaryOf(a), summaryOf(b), confidence);
        const back = test(summaryOf(b), summaryOf(a), confidence);
        close(back.tStatistic, -there.tStatistic);
        close(back.pValue, there.pValue);
        close(back.degreesOfFreedom, there.degreesOfFreedom);
        close(back.hedgesG, -there.hedgesG);
        expect(Math.abs(back.lower + there.upper)).toBeLessThan(1e-12 * (1 + Math.abs(there.upper)));
      }),
    );
  });

  it('does not see a shift, and a scale only in the interval', () => {
    fc.assert(
      fc.property(values, values, fc.integer({ min: -1e9, max: 1e9 }), (a, b, shift) => {
        const plain = test(summaryOf(a), summaryOf(b), 0.95);
        const moved = (list: readonly number[]): GroupSummary => summaryOf(list.map((x) => x * 64 + shift));
        const other = test(moved(a), moved(b), 0.95);
        close(other.tStatistic, plain.tStatistic);
        close(other.pValue, plain.pValue);
        close(other.cohensD, plain.cohensD);
        close(other.standardError, 64 * plain.standardError);
      }),
    );
  });

  it('has p in [0, 1], and 0 in the interval exactly when p is above 1 - level', () => {
    fc.assert(
      fc.property(values, values, level, (a, b, confidence) => {
        const { pValue, lower, upper } = test(summaryOf(a), summaryOf(b), confidence);
        expect(pValue).toBeGreaterThanOrEqual(0);
        expect(pValue).toBeLessThanOrEqual(1);
        fc.pre(Math.abs(pValue - (1 - confidence)) > 1e-10);
        expect(lower <= 0 && upper >= 0).toBe(pValue > 1 - confidence);
      }),
    );
  });
});

describe('analysis of variance', () => {
  it('of two groups is the pooled t-test squared', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        const pair = [summaryOf(a), summaryOf(b)] as const;
        const anova = classicalAnova(pair);
        const test = pooledTTest(...pair, 0.95);
        close(anova.fStatistic, test.tStatistic ** 2);
        close(anova.pValue, test.pValue);
      }),
    );
  });

  it("of Welch, with two groups, is Welch's t-test squared", () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        const pair = [summaryOf(a), summaryOf(b)] as const;
        const anova = welchAnova(pair);
        const test = welchTTest(...pair, 0.95);
        close(anova.fStatistic, test.tStatistic ** 2);
        close(anova.degreesOfFreedomWithin, test.degreesOfFreedom);
        close(anova.pValue, test.pValue);
      }),
    );
  });

  it('does not see the order of the groups, a shift or a scale', () => {
    fc.assert(
      fc.property(groups, fc.integer({ min: -1e9, max: 1e9 }), (lists, shift) => {
        const plain = lists.map(summaryOf);
        const other = lists.map((list) => summaryOf(list.map((x) => x * 64 + shift))).reverse();
        for (const analysis of [classicalAnova, welchAnova]) {
          const [here, there] = [analysis(plain), analysis(other)];
          close(there.fStatistic, here.fStatistic);
          close(there.degreesOfFreedomWithin, here.degreesOfFreedomWithin);
          close(there.pValue, here.pValue);
          expect(here.pValue >= 0 && here.pValue <= 1).toBe(true);
        }
      }),
    );
  });

  it('splits the total: eta squared is in [0, 1] and omega squared below it', () => {
    fc.assert(
      fc.property(groups, (lists) => {
        const { etaSquared, omegaSquared } = classicalAnova(lists.map(summaryOf));
        expect(etaSquared >= 0 && etaSquared <= 1).toBe(true);
        expect(omegaSquared).toBeLessThanOrEqual(etaSquared);
      }),
    );
  });
});

describe.each([
  ['Tukey and Kramer', tukeyKramer],
  ['Games and Howell', gamesHowell],
] as const)('the comparisons of %s', (_, comparisons) => {
  it('have p in [0, 1], and 0 in the interval exactly when p is above 1 - level', () => {
    fc.assert(
      fc.property(groups, level, (lists, confidence) => {
        for (const { pValue, lower, upper } of comparisons(lists.map(summaryOf), confidence)) {
          expect(pValue >= 0 && pValue <= 1).toBe(true);
          if (Math.abs(pValue - (1 - confidence)) > 1e-9)
            expect(lower <= 0 && upper >= 0).toBe(pValue > 1 - confidence);
        }
      }),
    );
  });

  it('do not see the order of the groups, nor a shift or a scale', () => {
    fc.assert(
      fc.property(groups, fc.integer({ min: -1e9, max: 1e9 }), (lists, shift) => {
        const moved = lists.map((list) => summaryOf(list.map((x) => x * 64 + shift)));
        const here = comparisons(lists.map(summaryOf), 0.95);
        const there = comparisons(moved.reverse(), 0.95).toReversed();
        // The pairs of the reversed groups, backwards, are the same pairs in another order.
        const sorted = (list: typeof here): number[] =>
          list.map(({ pValue }) => pValue).sort((x, y) => x - y);
        for (const [index, p] of sorted(there).entries()) close(p, sorted(here)[index]!);
      }),
    );
  });

  it('of two groups are the t-test', () => {
    const test = comparisons === tukeyKramer ? pooledTTest : welchTTest;
    fc.assert(
      fc.property(values, values, (a, b) => {
        const [pair] = comparisons([summaryOf(a), summaryOf(b)], 0.95);
        const { pValue, lower, upper, standardError } = test(summaryOf(a), summaryOf(b), 0.95);
        fc.pre(pValue > 1e-290);
        close(pair!.pValue, pValue, 1e-10);
        close(pair!.lower / standardError, lower / standardError, 1e-9);
        close(pair!.upper / standardError, upper / standardError, 1e-9);
      }),
    );
  });

  it('come in the order of the groups', () => {
    const means = [1, 2, 4, 8].map((mean) => summaryOf([mean - 0.5, mean + 0.5, mean]));
    const differences = comparisons(means, 0.95).map(({ meanDifference }) => Math.round(meanDifference));
    expect(differences).toEqual([-1, -3, -7, -2, -6, -4]);
  });
});

describe('chi-square', () => {
  const table = fc
    .tuple(fc.integer({ min: 2, max: 6 }), fc.integer({ min: 2, max: 6 }))
    .chain(([rows, columns]) =>
      fc.array(fc.array(fc.integer({ min: 0, max: 300 }), { minLength: columns, maxLength: columns }), {
        minLength: rows,
        maxLength: rows,
      }),
    )
    .filter(
      (rows) =>
        rows.filter((row) => row.some(Boolean)).length > 1 &&
        rows[0]!.filter((_, j) => rows.some((row) => row[j])).length > 1,
    );

  it('does not change under transposition', () => {
    fc.assert(
      fc.property(table, (rows) => {
        const here = chiSquareTest(rows);
        const there = chiSquareTest(rows[0]!.map((_, j) => rows.map((row) => row[j]!)));
        close(there.chiSquareStatistic, here.chiSquareStatistic);
        close(there.pValue, here.pValue);
        close(there.cramersV, here.cramersV);
        expect([there.droppedRows, there.droppedColumns]).toEqual([here.droppedColumns, here.droppedRows]);
      }),
    );
  });

  it('does not see empty rows and columns or the order of rows', () => {
    fc.assert(
      fc.property(table, (rows) => {
        const here = chiSquareTest(rows);
        const there = chiSquareTest([
          ...rows.map((row) => [0, ...row]).reverse(),
          rows[0]!.map(() => 0).concat(0),
        ]);
        close(there.chiSquareStatistic, here.chiSquareStatistic);
        close(there.pValue, here.pValue);
        expect(there.droppedRows).toBe(here.droppedRows + 1);
        expect(there.droppedColumns).toBe(here.droppedColumns + 1);
      }),
    );
  });

  it('grows with the table, V does not; both stay in their range', () => {
    fc.assert(
      fc.property(table, fc.integer({ min: 2, max: 1_000 }), (rows, factor) => {
        const here = chiSquareTest(rows);
        const there = chiSquareTest(rows.map((row) => row.map((count) => count * factor)));
        close(there.chiSquareStatistic, factor * here.chiSquareStatistic);
        close(there.cramersV, here.cramersV);
        expect(here.pValue >= 0 && here.pValue <= 1 && here.cramersV >= 0 && here.cramersV <= 1).toBe(true);
      }),
    );
  });

  it('of independent rows is 0, with counts whose products leave 53 bits', () => {
    const { chiSquareStatistic, pValue } = chiSquareTest([
      [3e8 + 3, 6e8 + 6],
      [7e8 + 7, 14e8 + 14],
    ]);
    expect([chiSquareStatistic, pValue]).toEqual([0, 1]);
  });
});
