import { add, negate, type DoubleDouble } from '../dp/double-double.js';
import { DegenerateInputError } from './degenerate-input.js';

/**
 * What the analyses know of a group: its moments, never its values. The mean is a double-double, so that the
 * difference of two means keeps its digits where both are large and close.
 */
export interface GroupSummary {
  /** n, an integer of at least 0. */
  readonly count: number;
  readonly mean: DoubleDouble;
  /** M2, the sum of the squared deviations from the mean. */
  readonly m2: DoubleDouble;
  /** With the maximum it tells a constant group from one whose squared deviations vanish. */
  readonly min: number;
  readonly max: number;
}

/** Below it a sum of squares has lost digits, since squares below 1e-308 are rounded to multiples of 5e-324. */
const SMALLEST_M2 = 1e-290;

/** What thousands of merges may move a mean, in units of the largest value (mergeMoments). */
const MEAN_NOISE = 2 ** -96;

/**
 * mean(a) - mean(b), relative error about 1e-16; 0 where they agree in 28 digits of the largest value, beyond which the
 * order of the merges would be told and not the data.
 */
export function meanDifference(a: GroupSummary, b: GroupSummary): number {
  const difference = add(a.mean, negate(b.mean)).high;
  const scale = Math.max(-a.min, a.max, -b.min, b.max);
  return Math.abs(difference) <= MEAN_NOISE * scale ? 0 : difference;
}

/** s^2 / n with s^2 = M2 / (n - 1), the squared standard error of the mean; n at least 2. */
export function meanVariance(group: GroupSummary): number {
  return group.m2.high / (group.count - 1) / group.count;
}

export function isConstant(group: GroupSummary): boolean {
  return group.min === group.max;
}

/**
 * The sum of the groups' M2.
 *
 * @throws DegenerateInputError `zero_variance` when every group is constant, `spread_out_of_range` when the squares
 * left the range in which they keep their digits.
 */
export function sumWithin(groups: readonly GroupSummary[]): number {
  if (groups.every(isConstant))
    throw new DegenerateInputError(
      'zero_variance',
      'no group varies, so that there is nothing to measure by',
    );
  let sum: DoubleDouble = { high: 0, low: 0 };
  for (const group of groups) sum = add(sum, group.m2);
  if (!(sum.high >= SMALLEST_M2 && sum.high < Infinity))
    throw new DegenerateInputError(
      'spread_out_of_range',
      'the squared deviations leave the range of a double',
    );
  return sum.high;
}

/** @throws DegenerateInputError `insufficient_groups` when there are fewer than 2. */
export function requireTwoGroups(groups: readonly GroupSummary[]): void {
  if (groups.length < 2)
    throw new DegenerateInputError('insufficient_groups', 'at least 2 groups are needed');
}

/** @throws DegenerateInputError `insufficient_data` when a group has fewer values; RangeError for no count. */
export function requireCounts(groups: readonly GroupSummary[], fewest: number): void {
  for (const { count } of groups) {
    if (!Number.isSafeInteger(count) || count < 0)
      throw new RangeError(`count must be a whole number, not ${count}`);
    if (count < fewest)
      throw new DegenerateInputError('insufficient_data', `each group needs at least ${fewest} values`);
  }
}

/** @throws RangeError when the level is not in (0, 1). */
export function requireLevel(confidenceLevel: number): void {
  if (!(confidenceLevel > 0 && confidenceLevel < 1))
    throw new RangeError(`confidenceLevel must be in (0, 1), not ${confidenceLevel}`);
}

/** All pairs (i, j) with i < j, in the order of the groups. */
export function pairsOf<T>(items: readonly T[]): (readonly [T, T])[] {
  return items.flatMap((a, index) => items.slice(index + 1).map((b) => [a, b] as const));
}
