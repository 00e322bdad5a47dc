import { upperIncompleteGamma } from './incomplete-gamma.js';

/**
 * The upper tail of the chi-square distribution, P(X > x) = Q(nu / 2, x / 2).
 *
 * @param x                at least 0, Infinity included.
 * @param degreesOfFreedom nu, at least 1 and finite.
 * @returns a probability in [0, 1]; relative error below 1e-12 down to 1e-300, measured in `distributions.test.ts`.
 * @throws RangeError when an argument is outside its domain.
 * @see Abramowitz and Stegun 26.4.19.
 */
export function chiSquareUpperTail(x: number, degreesOfFreedom: number): number {
  if (!(degreesOfFreedom >= 1))
    throw new RangeError(`degreesOfFreedom must be at least 1, not ${degreesOfFreedom}`);
  return upperIncompleteGamma(degreesOfFreedom / 2, x / 2);
}
