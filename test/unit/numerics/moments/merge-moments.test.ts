import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EMPTY_MOMENTS, mergeMoments, type Moments } from '../../../../src/numerics/moments/index.js';
import { errorsOf, exactMoments } from '../../../support/exact-moments.js';
import { seededUniform, shuffled } from '../../../support/seeded.js';
import { momentsOf, values } from './values.js';

const parts = fc.array(values, { minLength: 2, maxLength: 8 });

/** Count and extremes exactly, mean and M2 within the error stated for one merge a part. */
function expectMomentsOf(merged: Moments, lists: readonly number[][]): void {
  const all = lists.flat();
  const { mean, squaredDeviations, minimum, maximum } = merged;
  const errors = errorsOf(exactMoments(all), mean, squaredDeviations);
  expect([merged.count, minimum, maximum]).toEqual([all.length, Math.min(...all) + 0, Math.max(...all) + 0]);
  const largest = Math.max(Math.abs(minimum), Math.abs(maximum));
  const merges = lists.length;
  expect(errors.mean).toBeLessThanOrEqual(
    (all.length * 2 ** -102 + merges * 2 ** -100) * (maximum - minimum) + merges * 2 ** -103 * largest,
  );
  const condition = minimum < maximum ? largest / Math.sqrt(squaredDeviations.high / all.length) : 0;
  expect(errors.squaredDeviations).toBeLessThanOrEqual(
    all.length ** 2 * 2 ** -102 + merges * (2 ** -98 + 2 ** -101 * condition),
  );
}

describe('merged moments', () => {
  it('are those of all values within the stated error, from the left, from the right and shuffled', () => {
    fc.assert(
      fc.property(parts, fc.integer(), (lists, seed) => {
        const cells = lists.map(momentsOf);
        expectMomentsOf(cells.reduce(mergeMoments), lists);
        expectMomentsOf(cells.reduceRight(mergeMoments), lists);
        expectMomentsOf(shuffled(cells, seededUniform(seed)).reduce(mergeMoments), lists);
      }),
      { numRuns: 500 },
    );
  });

  it('do not depend on which comes first where the counts differ', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        fc.pre(a.length !== b.length);
        expect(mergeMoments(momentsOf(a), momentsOf(b))).toEqual(mergeMoments(momentsOf(b), momentsOf(a)));
      }),
    );
  });

  it('with no values are the same', () => {
    const some = momentsOf([1, 2, 4]);
    expect(mergeMoments(some, EMPTY_MOMENTS)).toEqual(some);
    expect(mergeMoments(EMPTY_MOMENTS, some)).toEqual(some);
    expect(mergeMoments(EMPTY_MOMENTS, EMPTY_MOMENTS)).toEqual(EMPTY_MOMENTS);
  });

  it('of 2^40 equal values have no deviations', () => {
    let merged = momentsOf([0.1]);
    for (let doubling = 0; doubling < 40; doubling++) merged = mergeMoments(merged, merged);
    expect(merged).toEqual({ ...momentsOf([0.1]), count: 2 ** 40 });
  });

  it('of the extremes are right, and say infinity where the sum of squares is no double', () => {
    const low = momentsOf([-1e150]);
    const high = momentsOf([1e150]);
    const both = mergeMoments(low, high);
    expect(both.squaredDeviations.high).toBeCloseTo(2e300, -286);
    let merged = both;
    for (let doubling = 0; doubling < 40; doubling++) merged = mergeMoments(merged, merged);
    expect(merged).toMatchObject({ mean: { high: 0 }, squaredDeviations: { high: Infinity, low: 0 } });
    expect(mergeMoments(merged, low).squaredDeviations).toEqual({ high: Infinity, low: 0 });
  });

  it('refuse a total count that is not exact', () => {
    const most = { ...momentsOf([1]), count: 2 ** 51 - 1 };
    expect(() => mergeMoments(most, momentsOf([1]))).toThrow(RangeError);
  });
});
