import { stirlingError } from '../special/gamma-prefactors.js';
import { meanDifference, requireCounts, sumWithin, type GroupSummary } from './group-summary.js';

/**
 * Cohen's d, the difference of the means in units of the pooled standard deviation:
 *
 *   d = (mean(a) - mean(b)) / sqrt((M2_a + M2_b) / (n_a + n_b - 2))
 *
 * @param a at least 2 values; may be constant where b is not.
 * @param b like a.
 * @returns relative error below 1e-12 on the reference data, measured in `reference.test.ts`.
 * @throws DegenerateInputError `insufficient_data`, `zero_variance` or `spread_out_of_range`.
 * @see Cohen 1988, Statistical Power Analysis, equation (2.2.1) with (2.5.2).
 */
export function cohensD(a: GroupSummary, b: GroupSummary): number {
  requireCounts([a, b], 2);
  return meanDifference(a, b) / Math.sqrt(sumWithin([a, b]) / (a.count + b.count - 2));
}

/**
 * The factor that makes Hedges' g = J(m) d unbiased, exact rather than 1 - 3 / (4 m - 1):
 *
 *   J(m) = Gamma(m / 2) / (sqrt(m / 2) Gamma((m - 1) / 2))
 *
 * The Gammas by Stirling's formula and its error, in which the large terms cancel on paper.
 *
 * @param degreesOfFreedom m = n_a + n_b - 2, at least 2.
 * @returns a value in (0.56, 1); relative error below 1e-14, measured in `gamma-prefactors.test.ts`.
 * @throws RangeError when m is below 2.
 * @see Hedges 1981, J. Educational Statistics 6, equation (6e).
 */
export function hedgesCorrection(degreesOfFreedom: number): number {
  if (!(degreesOfFreedom >= 2))
    throw new RangeError(`degreesOfFreedom must be at least 2, not ${degreesOfFreedom}`);
  const half = degreesOfFreedom / 2;
  const smooth = (1 - half) * Math.log1p(-0.5 / half) - 0.5;
  return Math.exp(smooth + stirlingError(half) - stirlingError(half - 0.5));
}
