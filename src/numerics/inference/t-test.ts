import { studentTQuantile, studentTTwoSidedTail } from '../distributions/student-t.js';
import { requireFinite } from './degenerate-input.js';
import { cohensD, hedgesCorrection } from './effect-size.js';
import {
  meanDifference,
  meanVariance,
  requireCounts,
  requireLevel,
  sumWithin,
  type GroupSummary,
} from './group-summary.js';

/** A two-sided t-test of mean(a) = mean(b). */
export interface TTest {
  readonly tStatistic: number;
  readonly degreesOfFreedom: number;
  readonly pValue: number;
  /** mean(a) - mean(b) */
  readonly meanDifference: number;
  readonly standardError: number;
  /** The ends of the interval of mean(a) - mean(b) at the confidence level. */
  readonly lower: number;
  readonly upper: number;
  readonly cohensD: number;
  readonly hedgesG: number;
}

/** How precisely a difference of two means is known. */
export interface DifferenceError {
  readonly standardError: number;
  readonly degreesOfFreedom: number;
}

/**
 * Welch's t-test from summaries:
 *
 *   t = (mean(a) - mean(b)) / se,  se^2 = s_a^2 / n_a + s_b^2 / n_b,
 *   nu = se^4 / ((s_a^2 / n_a)^2 / (n_a - 1) + (s_b^2 / n_b)^2 / (n_b - 1))
 *
 * @param a               at least 2 values; may be constant where b is not.
 * @param b               like a.
 * @param confidenceLevel of the interval, in (0, 1).
 * @returns finite figures; on the reference data p within 1e-10 of itself down to 1e-300, statistics within 1e-12 and
 * interval ends within 1e-9 of the standard error, measured in `reference.test.ts`.
 * @throws DegenerateInputError `insufficient_data`, `zero_variance` or `spread_out_of_range`; RangeError for a level
 * outside (0, 1).
 * @see Welch 1947, Biometrika 34; degrees of freedom: Satterthwaite 1946, equation (17).
 */
export function welchTTest(a: GroupSummary, b: GroupSummary, confidenceLevel: number): TTest {
  requireCounts([a, b], 2);
  return tTest({ a, b, error: welchError(a, b), confidenceLevel });
}

/**
 * Student's t-test with the pooled variance, for groups that vary alike:
 *
 *   t = (mean(a) - mean(b)) / se,  se^2 = (M2_a + M2_b) / nu * (1 / n_a + 1 / n_b),  nu = n_a + n_b - 2
 *
 * Arguments, accuracy and errors are those of `welchTTest`.
 *
 * @see Student 1908, Biometrika 6.
 */
export function pooledTTest(a: GroupSummary, b: GroupSummary, confidenceLevel: number): TTest {
  requireCounts([a, b], 2);
  const degreesOfFreedom = a.count + b.count - 2;
  const standardError = Math.sqrt((sumWithin([a, b]) / degreesOfFreedom) * (1 / a.count + 1 / b.count));
  return tTest({ a, b, error: { standardError, degreesOfFreedom }, confidenceLevel });
}

/**
 * The standard error of mean(a) - mean(b) without a common variance, and its degrees of freedom; formulas at
 * `welchTTest`. The shares of the two variances enter, not their squares, which could overflow.
 *
 * @param a at least 2 values.
 * @param b at least 2 values.
 * @throws DegenerateInputError `zero_variance` or `spread_out_of_range`.
 */
export function welchError(a: GroupSummary, b: GroupSummary): DifferenceError {
  sumWithin([a, b]);
  const varianceA = meanVariance(a);
  const varianceB = meanVariance(b);
  const variance = varianceA + varianceB;
  const shareA = varianceA / variance;
  const shareB = varianceB / variance;
  const degreesOfFreedom = 1 / ((shareA * shareA) / (a.count - 1) + (shareB * shareB) / (b.count - 1));
  // At least the smaller n - 1, but for rounding; the tails want at least 1.
  return { standardError: Math.sqrt(variance), degreesOfFreedom: Math.max(1, degreesOfFreedom) };
}

interface Comparison {
  readonly a: GroupSummary;
  readonly b: GroupSummary;
  readonly error: DifferenceError;
  readonly confidenceLevel: number;
}

function tTest({ a, b, error, confidenceLevel }: Comparison): TTest {
  requireLevel(confidenceLevel);
  const { standardError, degreesOfFreedom } = error;
  const difference = meanDifference(a, b);
  const tStatistic = difference / standardError;
  requireFinite({ difference, standardError, tStatistic });
  const margin = standardError * studentTQuantile(1 - confidenceLevel, degreesOfFreedom);
  const d = cohensD(a, b);
  return requireFinite({
    tStatistic,
    degreesOfFreedom,
    pValue: studentTTwoSidedTail(tStatistic, degreesOfFreedom),
    meanDifference: difference,
    standardError,
    lower: difference - margin,
    upper: difference + margin,
    cohensD: d,
    hedgesG: d * hedgesCorrection(a.count + b.count - 2),
  });
}
