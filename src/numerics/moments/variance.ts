import { type Moments } from './moments.js';

/**
 * s^2 = M2 / (n - 1).
 *
 * @param moments of at least two values.
 * @returns s^2 in [0, Infinity], within one unit in the last place of the quotient ('nist.test.ts').
 * @throws RangeError for fewer than two values.
 */
export function sampleVariance(moments: Moments): number {
  if (moments.count < 2) throw new RangeError(`a sample variance needs two values, not ${moments.count}`);
  return moments.squaredDeviations.high / (moments.count - 1);
}

/**
 * s = sqrt(M2 / (n - 1)).
 *
 * @param moments of at least two values.
 * @returns s in [0, Infinity], within one unit in the last place ('nist.test.ts').
 * @throws RangeError for fewer than two values.
 */
export function sampleStandardDeviation(moments: Moments): number {
  return Math.sqrt(sampleVariance(moments));
}
