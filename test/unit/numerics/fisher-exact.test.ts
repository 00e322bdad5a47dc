import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { chiSquareTest } from '../../../src/numerics/inference/chi-square.js';
import { fisherExactTwoSided } from '../../../src/numerics/inference/fisher-exact.js';

/** The same sum in whole numbers: binomials C(row, x) C(total - row, column - x), ties by equality. */
function exactly(a: number, b: number, c: number, d: number): number {
  const binomial = (n: number, k: number): bigint => {
    if (k < 0 || k > n) return 0n;
    let value = 1n;
    for (let i = 1; i <= k; i++) value = (value * BigInt(n - k + i)) / BigInt(i);
    return value;
  };
  const weight = (x: number): bigint => binomial(a + b, x) * binomial(c + d, a + c - x);
  let part = 0n;
  let all = 0n;
  for (let x = 0; x <= a + c; x++) {
    if (weight(x) <= weight(a)) part += weight(x);
    all += weight(x);
  }
  return Number((part * 10n ** 40n) / all) / 1e40;
}

/** By the same sum in whole numbers, made in Python. */
const LARGE = [
  [{ a: 5000, b: 5000, c: 5000, d: 5000 }, 1.0],
  [{ a: 5100, b: 4900, c: 4900, d: 5100 }, 0.00488735267920006],
  [{ a: 9000, b: 1000, c: 8600, d: 1400 }, 3.327376743411661e-18],
  [{ a: 6300, b: 3700, c: 4600, d: 5400 }, 3.093754922288915e-129],
  [{ a: 19000, b: 500, c: 300, d: 200 }, 7.73281800652808e-164],
] as const;

describe("Fisher's exact test", () => {
  it('is the sum over whole numbers', () => {
    const count = fc.integer({ min: 0, max: 40 });
    fc.assert(
      fc.property(count, count, count, count, (a, b, c, d) => {
        fc.pre(a + b + c + d > 0);
        const expected = exactly(a, b, c, d);
        expect(Math.abs(fisherExactTwoSided({ a, b, c, d }) - expected)).toBeLessThanOrEqual(
          1e-12 * expected,
        );
      }),
      { numRuns: 500 },
    );
  });

  it('keeps its digits at its largest total', () => {
    for (const [table, expected] of LARGE)
      expect(Math.abs(fisherExactTwoSided(table) / expected - 1)).toBeLessThan(1e-10);
  });

  it('is left out above it, and for tables of another form', () => {
    expect(
      chiSquareTest([
        [5_000, 5_000],
        [5_000, 5_001],
      ]).fourfold?.fisherExactP,
    ).toBeNull();
    expect(
      chiSquareTest([
        [1, 2, 3],
        [4, 5, 6],
      ]).fourfold,
    ).toBeNull();
    expect(
      chiSquareTest([
        [1, 0, 3],
        [4, 0, 6],
      ]).fourfold,
    ).not.toBeNull();
  });

  it.each([
    [{ a: 0, b: 0, c: 0, d: 0 }],
    [{ a: 1, b: -1, c: 3, d: 4 }],
    [{ a: 1.5, b: 1, c: 3, d: 4 }],
    [{ a: 20_000, b: 1, c: 3, d: 4 }],
  ])('refuses %j', (table) => {
    expect(() => fisherExactTwoSided(table)).toThrow(RangeError);
  });
});
