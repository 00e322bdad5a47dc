import { add, divide, doubleDouble, multiply, negate } from '../../../src/numerics/dp/double-double.js';
import type { GroupSummary } from '../../../src/numerics/inference/group-summary.js';

/** The summary of values in two passes of double-double sums: as exact as the analyses can ask for. */
export function summaryOf(values: readonly number[]): GroupSummary {
  const count = values.length;
  let sum = doubleDouble(0);
  for (const value of values) sum = add(sum, doubleDouble(value));
  const mean = divide(sum, doubleDouble(Math.max(1, count)));
  let m2 = doubleDouble(0);
  for (const value of values) {
    const deviation = add(doubleDouble(value), negate(mean));
    m2 = add(m2, multiply(deviation, deviation));
  }
  const [min, max] = [Math.min(...values), Math.max(...values)];
  return { count, mean, m2: min === max ? doubleDouble(0) : m2, min, max };
}
