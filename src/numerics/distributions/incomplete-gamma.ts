import { deviance, stirlingError } from '../special/gamma-prefactors.js';

const { abs, exp, sqrt } = Math;

const TOLERANCE = 2e-16;
/** About 6 sqrt(a) steps are needed where x is near a; 2e6 allows a of 1e11. */
const MOST_STEPS = 2_000_000;
/** In Lentz's method: stands for a denominator of 0. */
const TINY = 1e-300;

/**
 * The upper regularized incomplete gamma function,
 *
 *   Q(a, x) = 1 / Gamma(a) * integral from x to infinity of t^(a - 1) e^(-t) dt
 *
 * by Legendre's continued fraction for x >= a + 1, below it as 1 - P(a, x) by the series of P, where Q is at least
 * 0.08 and nothing cancels.
 *
 * @param a at least 1/2.
 * @param x at least 0, Infinity included.
 * @returns a probability; relative error below 1e-12 down to 1e-300, measured in `distributions.test.ts`.
 * @throws RangeError when an argument is outside its domain, or nothing has converged after 2e6 steps.
 * @see Abramowitz and Stegun 6.5.29 and 6.5.31; the prefactor x^a e^(-x) / Gamma(a) after Loader 2000.
 */
export function upperIncompleteGamma(a: number, x: number): number {
  if (!(a >= 0.5 && a < Infinity)) throw new RangeError(`a must be at least 1/2 and finite, not ${a}`);
  if (!(x >= 0)) throw new RangeError(`x must be at least 0, not ${x}`);
  if (x === 0) return 1;
  if (x === Infinity) return 0;
  const scale = sqrt(a / (2 * Math.PI)) * exp(-stirlingError(a) - deviance(a, x, x - a));
  if (x < a + 1) return 1 - (scale / a) * series(a, x);
  return scale === 0 ? 0 : scale * continuedFraction(a, x);
}

/** 1 + x / (a + 1) + x^2 / ((a + 1)(a + 2)) + ... */
function series(a: number, x: number): number {
  let term = 1;
  let sum = 1;
  for (let n = 1; n <= MOST_STEPS; n++) {
    term *= x / (a + n);
    sum += term;
    if (term <= TOLERANCE * sum) return sum;
  }
  throw new RangeError(`no convergence at a = ${a}, x = ${x}`);
}

/** 1 / (x + 1 - a - 1 (1 - a) / (x + 3 - a - 2 (2 - a) / (x + 5 - a - ...))), by Lentz's method. */
function continuedFraction(a: number, x: number): number {
  const start = x - a + 1;
  let c = 1 / TINY;
  let d = 1 / start;
  let value = d;
  for (let n = 1; n <= MOST_STEPS; n++) {
    const numerator = -n * (n - a);
    const denominator = start + 2 * n;
    const next = numerator * d + denominator;
    d = 1 / (next === 0 ? TINY : next);
    c = denominator + numerator / c;
    if (c === 0) c = TINY;
    const factor = c * d;
    value *= factor;
    if (abs(factor - 1) <= TOLERANCE) return value;
  }
  throw new RangeError(`no convergence at a = ${a}, x = ${x}`);
}
