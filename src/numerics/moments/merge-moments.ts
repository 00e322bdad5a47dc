import {
  add,
  divide,
  doubleDouble,
  multiply,
  negate,
  twoProduct,
  type DoubleDouble,
} from '../dp/double-double.js';
import { requireCount } from '../domain.js';
import { clampedMean, saturated, type Moments } from './moments.js';

/** Differences above this are scaled before they are squared, so that the splitting of the square does not overflow. */
const LARGE_DIFFERENCE = 1e100;
const SCALE_DOWN = 2 ** -400;
const SCALE_UP = 2 ** 400;

/**
 * The moments of the values of two summaries together.
 *
 *   d = mean_b - mean_a,   mean = mean_a + d n_b / n,   M2 = M2_a + M2_b + d^2 n_a n_b / n,   a the larger one
 *
 * One merge moves the mean by at most 2^-100 (max - min) + 2^-103 max |x|, and M2 by at most the share
 * 2^-98 + 2^-101 max |x| / sqrt(M2 / n) of itself: the means it compares are rounded to 2^-103 of themselves. So any order of m
 * merges agrees within m times that; measured against exact integers in 'merge-moments.test.ts'. Takes about 0.4 µs.
 *
 * @returns new moments; `EMPTY_MOMENTS` is neutral.
 * @throws RangeError when the counts add up to more than 2^51 - 1.
 * @see Chan, Golub and LeVeque 1983, equations 2.1a and 2.1b.
 */
export function mergeMoments(a: Moments, b: Moments): Moments {
  if (a.count === 0) return b;
  if (b.count === 0) return a;
  return a.count >= b.count ? mergeIntoLarger(a, b) : mergeIntoLarger(b, a);
}

function mergeIntoLarger(larger: Moments, smaller: Moments): Moments {
  const count = requireCount(larger.count + smaller.count);
  const difference = add(smaller.mean, negate(larger.mean));
  const share = divide(doubleDouble(smaller.count), doubleDouble(count));
  const weight = divide(twoProduct(larger.count, smaller.count), doubleDouble(count));
  const minimum = Math.min(larger.minimum, smaller.minimum);
  const maximum = Math.max(larger.maximum, smaller.maximum);
  const within = add(larger.squaredDeviations, smaller.squaredDeviations);
  return {
    count,
    mean: clampedMean(add(larger.mean, multiply(difference, share)), minimum, maximum),
    squaredDeviations: saturated(add(within, weightedSquare(difference, weight))),
    minimum,
    maximum,
  };
}

/** difference^2 · weight. */
function weightedSquare(difference: DoubleDouble, weight: DoubleDouble): DoubleDouble {
  if (Math.abs(difference.high) <= LARGE_DIFFERENCE)
    return multiply(multiply(difference, difference), weight);
  const scaled = { high: difference.high * SCALE_DOWN, low: difference.low * SCALE_DOWN };
  const product = multiply(multiply(scaled, scaled), weight);
  return { high: product.high * SCALE_UP * SCALE_UP, low: product.low * SCALE_UP * SCALE_UP };
}
