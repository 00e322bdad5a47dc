import { studentizedRange, type StudentizedRange } from '../distributions/studentized-range.js';
import { DegenerateInputError, requireFinite } from './degenerate-input.js';
import {
  meanDifference,
  pairsOf,
  requireCounts,
  requireLevel,
  requireTwoGroups,
  sumWithin,
  type GroupSummary,
} from './group-summary.js';
import { welchError, type DifferenceError } from './t-test.js';

/** One pair of groups, compared so that the level holds for all pairs of groups together. */
export interface PairComparison {
  /** mean(a) - mean(b), a before b in the order of the groups. */
  readonly meanDifference: number;
  /** The studentized range statistic, |difference| over the standard error / sqrt 2. */
  readonly qStatistic: number;
  readonly degreesOfFreedom: number;
  readonly pValue: number;
  /** The ends of the simultaneous interval of the difference. */
  readonly lower: number;
  readonly upper: number;
}

/** What the comparisons of all pairs share. */
export interface SimultaneousLevel {
  /** Of the number of groups. */
  readonly range: StudentizedRange;
  /** In (0, 1). */
  readonly confidenceLevel: number;
}

/**
 * Tukey's and Kramer's comparisons of all pairs of k groups with a common variance, from summaries:
 *
 *   q = |mean_i - mean_j| / sqrt(MSW / 2 (1 / n_i + 1 / n_j)),  p = P(Q > q; k, N - k),
 *   interval: difference -+ q(1 - level; k, N - k) sqrt(MSW / 2 (1 / n_i + 1 / n_j))
 *
 * @param groups          as of `classicalAnova`.
 * @param confidenceLevel of all intervals together, in (0, 1).
 * @returns one comparison for each pair (i, j), i < j, in the order (1, 2), (1, 3), ..., (2, 3), ...; p within 1e-9
 * of itself down to 1e-300 and statistics within 1e-12 on the reference data, measured in `reference.test.ts`.
 * @throws DegenerateInputError `insufficient_groups`, `insufficient_data`, `zero_variance` or `spread_out_of_range`;
 * RangeError for a level outside (0, 1).
 * @see Kramer 1956, Biometrics 12; conservative for unequal counts: Hayter 1984, Annals of Statistics 12.
 */
export function tukeyKramer(
  groups: readonly GroupSummary[],
  confidenceLevel: number,
): readonly PairComparison[] {
  requireTwoGroups(groups);
  requireCounts(groups, 1);
  requireLevel(confidenceLevel);
  const degreesOfFreedom = groups.reduce((sum, { count }) => sum + count - 1, 0);
  if (degreesOfFreedom < 1)
    throw new DegenerateInputError('insufficient_data', 'no group has more than one value');
  const meanSquareWithin = sumWithin(groups) / degreesOfFreedom;
  const range = studentizedRange(groups.length);
  const critical = range.quantile(1 - confidenceLevel, degreesOfFreedom);
  return pairsOf(groups).map(([a, b]) => {
    const standardError = Math.sqrt(meanSquareWithin * (1 / a.count + 1 / b.count));
    return compare({
      difference: meanDifference(a, b),
      error: { standardError, degreesOfFreedom },
      range,
      critical,
    });
  });
}

/**
 * Games' and Howell's comparisons of all pairs of k groups that vary differently: those of `gamesHowellPair`.
 *
 * @param groups          at least 2, each of at least 2 values, at most one of them constant.
 * @param confidenceLevel of all intervals together, in (0, 1).
 * @returns in the order of `tukeyKramer`, with its accuracy.
 * @throws DegenerateInputError `insufficient_groups`, `insufficient_data`, `zero_variance` (two constant groups) or
 * `spread_out_of_range`; RangeError for a level outside (0, 1).
 */
export function gamesHowell(
  groups: readonly GroupSummary[],
  confidenceLevel: number,
): readonly PairComparison[] {
  requireTwoGroups(groups);
  const range = studentizedRange(groups.length);
  return pairsOf(groups).map(([a, b]) => gamesHowellPair(a, b, { range, confidenceLevel }));
}

/**
 * Games' and Howell's comparison of two of k groups, with Welch's standard error and degrees of freedom:
 *
 *   q = |mean_a - mean_b| / sqrt((s_a^2 / n_a + s_b^2 / n_b) / 2),  p = P(Q > q; k, nu)
 *
 * Arguments, accuracy and errors are those of `gamesHowell`.
 *
 * @see Games and Howell 1976, J. Educational Statistics 1, equations (3) and (4).
 */
export function gamesHowellPair(
  a: GroupSummary,
  b: GroupSummary,
  { range, confidenceLevel }: SimultaneousLevel,
): PairComparison {
  requireCounts([a, b], 2);
  requireLevel(confidenceLevel);
  const error = welchError(a, b);
  const critical = range.quantile(1 - confidenceLevel, error.degreesOfFreedom);
  return compare({ difference: meanDifference(a, b), error, range, critical });
}

interface Pair {
  readonly difference: number;
  readonly error: DifferenceError;
  readonly range: StudentizedRange;
  readonly critical: number;
}

function compare({ difference, error, range, critical }: Pair): PairComparison {
  const unit = error.standardError / Math.SQRT2;
  const qStatistic = Math.abs(difference) / unit;
  requireFinite({ difference, unit, qStatistic });
  return requireFinite({
    meanDifference: difference,
    qStatistic,
    degreesOfFreedom: error.degreesOfFreedom,
    pValue: range.upperTail(qStatistic, error.degreesOfFreedom),
    lower: difference - critical * unit,
    upper: difference + critical * unit,
  });
}
