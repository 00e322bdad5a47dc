import { isConstant, sumWithin, type GroupSummary } from './group-summary.js';

/**
 * The sample standard deviation, s = sqrt(M2 / (n - 1)).
 *
 * @param group at least 1 value.
 * @returns null for one value, 0 for equal ones, else a finite positive number within one unit in the last place.
 * @throws DegenerateInputError `spread_out_of_range` when the squares left the range in which they keep their digits.
 */
export function standardDeviation(group: GroupSummary): number | null {
  if (group.count < 2) return null;
  return isConstant(group) ? 0 : Math.sqrt(sumWithin([group]) / (group.count - 1));
}
