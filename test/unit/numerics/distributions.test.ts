import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { chiSquareUpperTail } from '../../../src/numerics/distributions/chi-square.js';
import { fUpperTail } from '../../../src/numerics/distributions/f.js';
import { incompleteBeta } from '../../../src/numerics/distributions/incomplete-beta.js';
import { upperIncompleteGamma } from '../../../src/numerics/distributions/incomplete-gamma.js';
import { normalRangeUpperTail } from '../../../src/numerics/distributions/normal-range.js';
import { studentTQuantile, studentTTwoSidedTail } from '../../../src/numerics/distributions/student-t.js';
import { normalUpperTail } from '../../../src/numerics/special/normal.js';
import { WorstCases } from './worst-case.js';

interface Point {
  readonly kind: 't' | 'f' | 'chi2' | 'range';
  readonly statistic: number;
  readonly parameters: readonly [number, number];
  readonly upperTail: number;
}

/** To 40 digits, by test/fixtures/generate/distributions.py. */
const points: readonly Point[] = JSON.parse(
  readFileSync(join(__dirname, '../../reference/distributions.json'), 'utf8'),
);

const tails: Record<Point['kind'], (point: Point) => number> = {
  t: ({ statistic, parameters: [nu] }) => studentTTwoSidedTail(statistic, nu),
  f: ({ statistic, parameters: [numerator, denominator] }) =>
    fUpperTail(statistic, { numerator, denominator }),
  chi2: ({ statistic, parameters: [nu] }) => chiSquareUpperTail(statistic, nu),
  range: ({ statistic, parameters: [count] }) => normalRangeUpperTail(count)(statistic),
};

describe('an upper tail', () => {
  const worst = new WorstCases();
  for (const point of points) {
    const at = `${point.statistic} (${point.parameters.join(', ')})`;
    worst.note(point.kind, at, [tails[point.kind](point), point.upperTail]);
  }

  it.each(worst.figures.map((kind) => [worst.describe(kind), kind]))(
    'is within 1e-12 of itself down to 1e-300 (%s)',
    (_, kind) => {
      expect(worst.of(kind).error).toBeLessThan(1e-12);
      expect(worst.of(kind).points).toBeGreaterThan(50);
    },
  );

  it('is 1 where everything lies above and 0 at infinity', () => {
    const degrees = { numerator: 3, denominator: 7 };
    expect([studentTTwoSidedTail(0, 4), fUpperTail(0, degrees), chiSquareUpperTail(0, 4)]).toEqual([1, 1, 1]);
    expect([
      studentTTwoSidedTail(-Infinity, 4),
      fUpperTail(Infinity, degrees),
      chiSquareUpperTail(Infinity, 4),
    ]).toEqual([0, 0, 0]);
  });

  it('keeps its digits where the square of t leaves the range of a double', () => {
    // For one degree of freedom the tail is 2 / pi * atan(1 / t).
    expect(studentTTwoSidedTail(1e200, 1) / (2e-200 / Math.PI)).toBeCloseTo(1, 13);
    expect(studentTTwoSidedTail(-1e99, 1) / (2e-99 / Math.PI)).toBeCloseTo(1, 13);
    expect(studentTTwoSidedTail(1e-200, 1)).toBe(1);
  });

  it.each([
    { name: 't is NaN', run: () => studentTTwoSidedTail(Number.NaN, 3) },
    { name: 'degrees of freedom below 1', run: () => studentTTwoSidedTail(1, 0.5) },
    { name: 'infinite degrees of freedom', run: () => studentTTwoSidedTail(1, Infinity) },
    { name: 'a negative F', run: () => fUpperTail(-1, { numerator: 1, denominator: 1 }) },
    { name: 'F with degrees below 1', run: () => fUpperTail(1, { numerator: 0, denominator: 1 }) },
    { name: 'a negative chi-square', run: () => chiSquareUpperTail(-1, 3) },
    { name: 'chi-square that is NaN', run: () => chiSquareUpperTail(Number.NaN, 3) },
    { name: 'chi-square with degrees below 1', run: () => chiSquareUpperTail(1, 0) },
    { name: 'an incomplete gamma of infinite shape', run: () => upperIncompleteGamma(Infinity, 3) },
    {
      name: 'an incomplete beta outside [0, 1]',
      run: () => incompleteBeta({ x: -1, complement: 2 }, { a: 1, b: 1 }),
    },
    {
      name: 'an incomplete beta of a small shape',
      run: () => incompleteBeta({ x: 0.5, complement: 0.5 }, { a: 0.1, b: 1 }),
    },
    { name: 'a quantile of 0', run: () => studentTQuantile(0, 3) },
  ])('refuses $name', ({ run }) => {
    expect(run).toThrow(RangeError);
  });
});

describe('the quantile of t', () => {
  it.each([1, 1.0087, 2, 3.7, 10, 100.5, 1e4, 1e9])('inverts the tail for %d degrees of freedom', (nu) => {
    for (const probability of [0.9, 0.5, 0.1, 0.05, 0.01, 1e-3, 1e-9, 2e-16, 1e-38])
      expect(studentTTwoSidedTail(studentTQuantile(probability, nu), nu) / probability - 1).toBeCloseTo(
        0,
        12,
      );
  });

  it('is 0 for probability 1 and finite just below', () => {
    expect(studentTQuantile(1, 5)).toBe(0);
    expect(studentTQuantile(1 - 2 ** -53, 5)).toBeLessThan(1e-15);
  });
});

describe('limits of the distributions', () => {
  const relative = (actual: number, expected: number): number => Math.abs(actual / expected - 1);

  it('t with many degrees of freedom is normal', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 10, noNaN: true }), (t) => {
        expect(relative(studentTTwoSidedTail(t, 1e13), 2 * normalUpperTail(t))).toBeLessThan(1e-9);
      }),
    );
  });

  it('F with many degrees of freedom within is chi-square over its own', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 20, noNaN: true }),
        fc.integer({ min: 1, max: 50 }),
        (f, numerator) => {
          const tail = chiSquareUpperTail(f * numerator, numerator);
          fc.pre(tail > 1e-300);
          expect(relative(fUpperTail(f, { numerator, denominator: 1e13 }), tail)).toBeLessThan(1e-6);
        },
      ),
    );
  });

  it('F of one degree of freedom is the square of t', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        fc.double({ min: 1, max: 1e6, noNaN: true }),
        (t, nu) => {
          const tail = studentTTwoSidedTail(t, nu);
          fc.pre(tail > 1e-290);
          expect(relative(fUpperTail(t * t, { numerator: 1, denominator: nu }), tail)).toBeLessThan(1e-11);
        },
      ),
    );
  });

  it('F upside down has the complementary tail', () => {
    const degrees = fc.double({ min: 1, max: 1e5, noNaN: true });
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e3, noNaN: true }), degrees, degrees, (f, a, b) => {
        const sum =
          fUpperTail(f, { numerator: a, denominator: b }) +
          fUpperTail(1 / f, { numerator: b, denominator: a });
        expect(sum).toBeCloseTo(1, 11);
      }),
    );
  });

  it('chi-square of two degrees of freedom is exponential', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1300, noNaN: true }), (x) => {
        expect(relative(chiSquareUpperTail(x, 2), Math.exp(-x / 2))).toBeLessThan(1e-12);
      }),
    );
  });

  it('every tail lies in [0, 1] and falls as the statistic grows', () => {
    const statistic = fc.double({ min: 0, max: 1e3, noNaN: true });
    fc.assert(
      fc.property(statistic, statistic, fc.double({ min: 1, max: 1e6, noNaN: true }), (x, y, nu) => {
        const [low, high] = [Math.min(x, y), Math.max(x, y)];
        for (const tail of [
          (s: number) => studentTTwoSidedTail(s, nu),
          (s: number) => chiSquareUpperTail(s, nu),
          (s: number) => fUpperTail(s, { numerator: 4, denominator: nu }),
        ]) {
          expect(tail(low)).toBeLessThanOrEqual(1);
          expect(tail(high)).toBeGreaterThanOrEqual(0);
          expect(tail(high)).toBeLessThanOrEqual(tail(low) * (1 + 1e-12));
        }
      }),
    );
  });
});
