import { type DoubleDouble } from '../dp/double-double.js';

/**
 * What is kept of n values: enough for mean and variance, and it merges.
 *
 * The mean and the sum of squared deviations are double-doubles, normalised: high is their sum rounded to a double.
 */
export interface Moments {
  /** n, an integer in [0, 2^51 - 1]. */
  readonly count: number;
  /** (1 / n) sum x, in [minimum, maximum]; 0 where n = 0. */
  readonly mean: DoubleDouble;
  /** M2 = sum (x - mean)^2 >= 0. Infinity where it leaves the range of doubles: 4e7 values of 1e150 can do that. */
  readonly squaredDeviations: DoubleDouble;
  /** Infinity where n = 0. */
  readonly minimum: number;
  /** -Infinity where n = 0. */
  readonly maximum: number;
}

/** The moments of no values, neutral under `mergeMoments`. */
export const EMPTY_MOMENTS: Moments = {
  count: 0,
  mean: { high: 0, low: 0 },
  squaredDeviations: { high: 0, low: 0 },
  minimum: Infinity,
  maximum: -Infinity,
};

/** A mean kept between the extremes, which its last digits could leave. */
export function clampedMean(mean: DoubleDouble, minimum: number, maximum: number): DoubleDouble {
  if (mean.high > maximum || (mean.high === maximum && mean.low > 0)) return { high: maximum, low: 0 };
  if (mean.high < minimum || (mean.high === minimum && mean.low < 0)) return { high: minimum, low: 0 };
  return mean;
}

/** A sum of squares without what rounding and overflow make of it: never negative, Infinity instead of NaN. */
export function saturated(sum: DoubleDouble): DoubleDouble {
  if (!Number.isFinite(sum.high) || !Number.isFinite(sum.low)) return { high: Infinity, low: 0 };
  return sum.high > 0 ? sum : { high: 0, low: 0 };
}
