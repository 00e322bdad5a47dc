import { fUpperTail } from '../distributions/f.js';
import { DegenerateInputError, requireFinite } from './degenerate-input.js';
import {
  isConstant,
  meanDifference,
  requireCounts,
  requireTwoGroups,
  sumWithin,
  type GroupSummary,
} from './group-summary.js';

/** One-way analysis of variance: a test that all means are equal. */
export interface OneWayAnova {
  readonly fStatistic: number;
  readonly pValue: number;
  readonly degreesOfFreedomBetween: number;
  readonly degreesOfFreedomWithin: number;
}

/** The classical analysis, with what the total variation is made of. */
export interface ClassicalAnova extends OneWayAnova {
  readonly sumOfSquaresBetween: number;
  readonly sumOfSquaresWithin: number;
  readonly meanSquareWithin: number;
  readonly etaSquared: number;
  readonly omegaSquared: number;
}

/**
 * Classical one-way ANOVA of k groups with N values together, from summaries:
 *
 *   SSB = sum over i < j of n_i n_j (mean_i - mean_j)^2 / N,  SSW = sum of M2_i,
 *   F = (SSB / (k - 1)) / (SSW / (N - k)),
 *   eta^2 = SSB / (SSB + SSW),  omega^2 = (SSB - (k - 1) MSW) / (SSB + SSW + MSW)
 *
 * SSB as a sum over pairs needs no grand mean and does not cancel.
 *
 * @param groups at least 2, each of at least 1 value, more values than groups; some but not all may be constant.
 * @returns finite figures; on the reference data p within 1e-10 of itself and the other figures within 1e-12,
 * measured in `reference.test.ts`; on NIST's sets F has the digits that `nist.test.ts` states.
 * @throws DegenerateInputError `insufficient_groups`, `insufficient_data`, `zero_variance` or `spread_out_of_range`.
 * @see Fisher 1925, Statistical Methods, section 40; omega^2: Hays 1963, equation (12.18.1).
 */
export function classicalAnova(groups: readonly GroupSummary[]): ClassicalAnova {
  requireTwoGroups(groups);
  requireCounts(groups, 1);
  const total = sumOf(groups, ({ count }) => count);
  const between = groups.length - 1;
  const within = total - groups.length;
  if (within < 1) throw new DegenerateInputError('insufficient_data', 'no group has more than one value');
  const sumOfSquaresWithin = sumWithin(groups);
  const meanSquareWithin = sumOfSquaresWithin / within;
  const members = groups.map((group) => ({ group, weight: group.count }));
  const scaled = weightedSquares(members, Math.sqrt(meanSquareWithin));
  const sumOfSquaresBetween = scaled * meanSquareWithin;
  const fStatistic = scaled / between;
  const sumOfSquaresTotal = sumOfSquaresBetween + sumOfSquaresWithin;
  requireFinite({ fStatistic, sumOfSquaresBetween, sumOfSquaresTotal });
  return requireFinite({
    fStatistic,
    pValue: fUpperTail(fStatistic, { numerator: between, denominator: within }),
    degreesOfFreedomBetween: between,
    degreesOfFreedomWithin: within,
    sumOfSquaresBetween,
    sumOfSquaresWithin,
    meanSquareWithin,
    etaSquared: sumOfSquaresBetween / sumOfSquaresTotal,
    omegaSquared: (sumOfSquaresBetween - between * meanSquareWithin) / (sumOfSquaresTotal + meanSquareWithin),
  });
}

/**
 * Welch's ANOVA, for groups that vary differently. With w_i = n_i / s_i^2 and W their sum:
 *
 *   F = (sum over i < j of w_i w_j (mean_i - mean_j)^2 / W / (k - 1)) / (1 + 2 (k - 2) L / (k^2 - 1)),
 *   L = sum of (1 - w_i / W)^2 / (n_i - 1),  nu = (k^2 - 1) / (3 L)
 *
 * @param groups at least 2, each of at least 2 values, none constant.
 * @returns as `classicalAnova`; the degrees of freedom within are not an integer.
 * @throws DegenerateInputError `insufficient_groups`, `insufficient_data`, `zero_variance` (one constant group
 * suffices: its weight would be infinite) or `spread_out_of_range`.
 * @see Welch 1951, Biometrika 38, equations (28) to (30).
 */
export function welchAnova(groups: readonly GroupSummary[]): OneWayAnova {
  requireTwoGroups(groups);
  requireCounts(groups, 2);
  if (groups.some(isConstant))
    throw new DegenerateInputError('zero_variance', "Welch's ANOVA needs variation in every group");
  for (const group of groups) sumWithin([group]);
  const largest = groups.reduce((most, { m2 }) => Math.max(most, m2.high), 0);
  const members = groups.map((group) => ({
    group,
    weight: (group.count * (group.count - 1)) / (group.m2.high / largest),
  }));
  const totalWeight = sumOf(members, ({ weight }) => weight);
  const lack = sumOf(members, ({ group, weight }) => (1 - weight / totalWeight) ** 2 / (group.count - 1));
  const between = groups.length - 1;
  const squares = groups.length * groups.length - 1;
  const unadjusted = weightedSquares(members, Math.sqrt(largest)) / between;
  const fStatistic = unadjusted / (1 + (2 * (between - 1) * lack) / squares);
  const within = squares / (3 * lack);
  requireFinite({ fStatistic, within });
  return {
    fStatistic,
    pValue: fUpperTail(fStatistic, { numerator: between, denominator: within }),
    degreesOfFreedomBetween: between,
    degreesOfFreedomWithin: within,
  };
}

interface Weighted {
  readonly group: GroupSummary;
  readonly weight: number;
}

/** The weighted sum of squared deviations of the means from their weighted mean, in squares of a unit. */
function weightedSquares(members: readonly Weighted[], unit: number): number {
  const totalWeight = sumOf(members, ({ weight }) => weight);
  let sum = 0;
  for (const [index, a] of members.entries())
    for (const b of members.slice(index + 1)) {
      const scaled = meanDifference(a.group, b.group) / unit;
      sum += ((a.weight * b.weight) / totalWeight) * (scaled * scaled);
    }
  return sum;
}

function sumOf<T>(items: readonly T[], valueOf: (item: T) => number): number {
  return items.reduce((sum, item) => sum + valueOf(item), 0);
}
