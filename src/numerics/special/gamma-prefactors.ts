/**
 * The two pieces from which every prefactor of an incomplete gamma or beta function is made without cancellation:
 * the error of Stirling's formula and the deviance.
 *
 * Source: C. Loader, "Fast and accurate computation of binomial probabilities" (2000), sections 2 and 3.
 */

const { abs, log, log1p } = Math;

/** B_2k / (2k (2k - 1)) for k = 8 down to 1, Bernoulli numbers B; Abramowitz and Stegun 6.1.40. */
const STIRLING_SERIES = [
  -3617 / 122_400,
  1 / 156,
  -691 / 360_360,
  1 / 1_188,
  -1 / 1_680,
  1 / 1_260,
  -1 / 360,
  1 / 12,
];
/** From here on the first term left out is below 2e-18. */
const SERIES_FROM = 10;

/**
 * The error of Stirling's formula: delta(a) = ln Gamma(a + 1) - (a + 1/2) ln a + a - ln(2 pi) / 2.
 *
 * @param a a positive number.
 * @returns a value in (0, 1/(12 a)); absolute error below 2e-15, measured in `gamma-prefactors.test.ts`.
 * @throws RangeError when a is not positive.
 * @see Loader 2000, equation (4); below 10 by the recurrence of Gamma.
 */
export function stirlingError(a: number): number {
  if (!(a > 0)) throw new RangeError(`a must be positive, not ${a}`);
  let shifted = a;
  let correction = 0;
  while (shifted < SERIES_FROM) {
    correction += (shifted + 0.5) * log1p(1 / shifted) - 1;
    shifted += 1;
  }
  const inverseSquare = 1 / (shifted * shifted);
  let sum = 0;
  for (const coefficient of STIRLING_SERIES) sum = sum * inverseSquare + coefficient;
  return sum / shifted + correction;
}

/**
 * ln(1 + z) - z, without cancellation near 0: with r = z / (2 + z),
 *
 *   ln(1 + z) - z = -r z + 2 r^3 (1/3 + r^2/5 + r^4/7 + ...)
 *
 * @param z in [-0.5, 1].
 * @returns relative error below 1e-15, measured in `gamma-prefactors.test.ts`.
 */
export function log1pMinus(z: number): number {
  const r = z / (2 + z);
  const square = r * r;
  let power = 1;
  let sum = 1 / 3;
  for (let odd = 5; ; odd += 2) {
    power *= square;
    const next = sum + power / odd;
    if (next === sum) break;
    sum = next;
  }
  return r * (2 * square * sum - z);
}

/**
 * The deviance D(x, mu) = x ln(x / mu) + mu - x, where mu is also given by its difference from x, which the
 * caller knows better than a subtraction would.
 *
 * @param x          observed, positive.
 * @param mu         expected, positive.
 * @param difference mu - x.
 * @returns at least 0; relative error below 4e-16 beyond what the rounding of the arguments causes, measured in
 * `gamma-prefactors.test.ts`.
 * @see Loader 2000, equation (5), his bd0.
 */
export function deviance(x: number, mu: number, difference: number): number {
  if (abs(difference) < 0.5 * x) return -x * log1pMinus(difference / x);
  return x * log(x / mu) + difference;
}
