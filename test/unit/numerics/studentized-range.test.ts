import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { normalRangeUpperTail } from '../../../src/numerics/distributions/normal-range.js';
import { studentizedRange } from '../../../src/numerics/distributions/studentized-range.js';
import { studentTTwoSidedTail } from '../../../src/numerics/distributions/student-t.js';

const DEGREES = [1, 1.0087, 1.5, 2, 3, 5, 10, 19, 20, 30, 83, 84, 100, 330, 1999, 2001, 1e4, 1e6, 1e9, 1e12];

describe('the studentized range', () => {
  it.each(DEGREES)('of two means is |t| times the root of 2, with %d degrees of freedom', (nu) => {
    const { upperTail } = studentizedRange(2);
    for (const q of [1e-3, 0.1, 0.5, 1, 1.8919, 3, 5, 8, 12, 20, 35, 50, 1e3, 1e10, 1e100]) {
      const expected = studentTTwoSidedTail(q / Math.SQRT2, nu);
      if (expected > 1e-300) expect(Math.abs(upperTail(q, nu) / expected - 1)).toBeLessThan(1e-12);
    }
  });

  it.each([2, 3, 5, 20, 100])(
    'of %d means is the range itself where the degrees of freedom are many',
    (count) => {
      const range = normalRangeUpperTail(count);
      const { upperTail } = studentizedRange(count);
      for (const q of [0.5, 1, 2, 4, 8, 16]) expect(upperTail(q, 1e15) / range(q)).toBeCloseTo(1, 9);
    },
  );

  it('does not depend on which nodes are shared', () => {
    const { upperTail } = studentizedRange(7);
    for (const q of [0.5, 2, 5, 15, 30])
      expect(upperTail(q, 2_000) / upperTail(q, 2_000 * (1 + 1e-14))).toBeCloseTo(1, 11);
  });

  it.each([2, 3, 6, 20, 60])('has quantiles that invert the tail, for %d means', (count) => {
    const range = studentizedRange(count);
    for (const nu of DEGREES)
      for (const probability of [0.99, 0.5, 0.1, 0.05, 0.01, 1e-6, 2e-16])
        expect(range.upperTail(range.quantile(probability, nu), nu) / probability - 1).toBeCloseTo(0, 10);
  });

  it('knows the tables: 5 % points of 3 and 10 means', () => {
    // Harter 1960, Annals of Mathematical Statistics 31, table 3.
    expect(studentizedRange(3).quantile(0.05, 10)).toBeCloseTo(3.877, 3);
    expect(studentizedRange(10).quantile(0.05, 20)).toBeCloseTo(5.008, 3);
    expect(studentizedRange(20).quantile(0.01, 5)).toBeCloseTo(11.93, 2);
  });

  it('lies between the tail of one pair and the sum over all pairs', () => {
    const q = fc.double({ min: 0, max: 30, noNaN: true });
    fc.assert(
      fc.property(
        q,
        fc.integer({ min: 3, max: 12 }),
        fc.double({ min: 1, max: 1e5, noNaN: true }),
        (at, count, nu) => {
          const tail = studentizedRange(count).upperTail(at, nu);
          const pair = studentTTwoSidedTail(at / Math.SQRT2, nu);
          expect(tail).toBeGreaterThanOrEqual(pair * (1 - 1e-12));
          expect(tail).toBeLessThanOrEqual(Math.min(1, ((count * (count - 1)) / 2) * pair) * (1 + 1e-12));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('is 1 at 0 and 0 at infinity; the quantile of 1 is 0', () => {
    const range = studentizedRange(4);
    expect([range.upperTail(0, 3), range.upperTail(Infinity, 3), range.quantile(1, 3)]).toEqual([1, 0, 0]);
    expect(range.upperTail(1e-300, 3)).toBeCloseTo(1, 14);
    expect(range.quantile(1 - 2 ** -53, 3)).toBeLessThan(1e-3);
  });

  it.each([
    { name: 'one mean', run: () => studentizedRange(1) },
    { name: 'a broken number of means', run: () => studentizedRange(2.5) },
    { name: 'a negative q', run: () => studentizedRange(3).upperTail(-1, 3) },
    { name: 'degrees of freedom below 1', run: () => studentizedRange(3).upperTail(1, 0.5) },
    { name: 'infinite degrees of freedom', run: () => studentizedRange(3).upperTail(1, Infinity) },
    { name: 'a probability of 0', run: () => studentizedRange(3).quantile(0, 3) },
    { name: 'a probability above 1', run: () => studentizedRange(3).quantile(1.5, 3) },
  ])('refuses $name', ({ run }) => {
    expect(run).toThrow(RangeError);
  });
});
