import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  EMPTY_MOMENTS,
  MomentsAccumulator,
  sampleStandardDeviation,
  sampleVariance,
} from '../../../../src/numerics/moments/index.js';
import { errorsOf, exactMoments } from '../../../support/exact-moments.js';
import { momentsOf, values } from './values.js';

describe('accumulated moments', () => {
  it('of no values are empty', () => {
    expect(new MomentsAccumulator().moments()).toEqual(EMPTY_MOMENTS);
  });

  it('are within the stated error of exact arithmetic', () => {
    fc.assert(
      fc.property(values, (xs) => {
        const { count, mean, squaredDeviations, minimum, maximum } = momentsOf(xs);
        const errors = errorsOf(exactMoments(xs), mean, squaredDeviations);
        expect([count, minimum, maximum]).toEqual([xs.length, Math.min(...xs) + 0, Math.max(...xs) + 0]);
        expect(errors.mean).toBeLessThanOrEqual(
          count * 2 ** -102 * (maximum - minimum) + 2 ** -103 * Math.abs(mean.high),
        );
        expect(errors.squaredDeviations).toBeLessThanOrEqual(count ** 2 * 2 ** -102);
      }),
      { numRuns: 1000 },
    );
  });

  it('of a repeated value are those of adding it as often', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer(), fc.integer({ min: 1, max: 9 })), { minLength: 1 }),
        (pairs) => {
          const accumulator = new MomentsAccumulator();
          for (const [value, count] of pairs) accumulator.addRepeated(value / 7, count);
          const all = pairs.flatMap(([value, count]) => Array.from({ length: count }, () => value / 7));
          const { mean, squaredDeviations, ...rest } = accumulator.moments();
          const one = momentsOf(all);
          const errors = errorsOf(exactMoments(all), mean, squaredDeviations);
          expect(rest).toEqual({ count: one.count, minimum: one.minimum, maximum: one.maximum });
          expect(errors.mean).toBeLessThanOrEqual(
            2 ** -95 * (one.maximum - one.minimum + Math.abs(mean.high)),
          );
          expect(errors.squaredDeviations).toBeLessThanOrEqual(all.length ** 2 * 2 ** -98);
        },
      ),
    );
  });

  it('keep apart values that a double cannot, 2^60 apart', () => {
    const { mean, squaredDeviations } = momentsOf([2 ** 60, 1, -(2 ** 60)]);
    expect(mean.high).toBe(1 / 3);
    expect(squaredDeviations.high).toBe(2 ** 121);
  });

  it('can go on after they were asked for', () => {
    const accumulator = new MomentsAccumulator();
    accumulator.add(1);
    expect(accumulator.moments().mean.high).toBe(1);
    accumulator.add(2);
    expect(accumulator.moments()).toMatchObject({ count: 2, mean: { high: 1.5 }, minimum: 1, maximum: 2 });
  });

  it('take no account of the sign of zero', () => {
    expect(momentsOf([-0, 0])).toEqual(momentsOf([0, -0]));
    expect(Object.is(momentsOf([-0]).minimum, 0)).toBe(true);
  });

  it('take values up to 1e150 and refuse the rest, which changes nothing', () => {
    const accumulator = new MomentsAccumulator();
    accumulator.add(1e150);
    accumulator.add(-1e150);
    for (const value of [NaN, Infinity, -Infinity, 1.1e150, -1.1e150]) {
      expect(() => accumulator.add(value)).toThrow(RangeError);
      expect(() => accumulator.addRepeated(value, 1)).toThrow(RangeError);
    }
    for (const count of [0, -1, 1.5, NaN, Infinity, 2 ** 51 - 2])
      expect(() => accumulator.addRepeated(1, count)).toThrow(RangeError);
    expect(accumulator.moments()).toMatchObject({ count: 2, mean: { high: 0, low: 0 } });
    expect(accumulator.moments().squaredDeviations.high).toBeCloseTo(2e300, -286);
  });

  it('say infinity where the sum of squares is no double, and the mean is right all the same', () => {
    const accumulator = new MomentsAccumulator();
    accumulator.addRepeated(1e150, 1e9);
    accumulator.addRepeated(-1e150, 1e9);
    expect(accumulator.moments()).toMatchObject({
      mean: { high: 0, low: 0 },
      squaredDeviations: { high: Infinity, low: 0 },
    });
    expect(sampleVariance(accumulator.moments())).toBe(Infinity);
  });

  it('have no variance below two values', () => {
    expect(() => sampleVariance(EMPTY_MOMENTS)).toThrow(RangeError);
    expect(() => sampleVariance(momentsOf([1]))).toThrow(RangeError);
    expect(sampleVariance(momentsOf([1, 3]))).toBe(2);
    expect(sampleStandardDeviation(momentsOf([5, 5, 5]))).toBe(0);
  });
});
