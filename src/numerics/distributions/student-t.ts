import { stirlingError } from '../special/gamma-prefactors.js';
import { incompleteBeta, pointOfOdds } from './incomplete-beta.js';

const { abs, exp, log, log1p, sqrt } = Math;

/** Beyond it t^2 / nu could overflow, and the tail is the first term of its series, t^(-nu), to all digits. */
const LARGEST_ROOT = 1e100;
/** Each step adds about 1 / t or a share of t: some 150 reach the smallest probability. */
const MOST_STEPS = 2_000;

/**
 * Both tails of Student's t distribution together, P(|T| > |t|) = I_x(nu / 2, 1 / 2) with x = nu / (nu + t^2).
 *
 * @param t                any number, infinities included.
 * @param degreesOfFreedom nu, at least 1, an integer or not.
 * @returns a probability in [0, 1]; relative error below 1e-12 down to 1e-300, measured in `distributions.test.ts`.
 * @throws RangeError when an argument is outside its domain.
 * @see Abramowitz and Stegun 26.7.1 and 26.5.27.
 */
export function studentTTwoSidedTail(t: number, degreesOfFreedom: number): number {
  requireDegrees(degreesOfFreedom);
  if (Number.isNaN(t)) throw new RangeError('t must be a number, not NaN');
  const root = abs(t) / sqrt(degreesOfFreedom);
  if (root > LARGEST_ROOT)
    return (
      (2 * densityAtZero(degreesOfFreedom) * exp(-degreesOfFreedom * log(root))) / sqrt(degreesOfFreedom)
    );
  const { x, complement } = pointOfOdds(root < 1 ? (t * t) / degreesOfFreedom : root * root);
  return incompleteBeta({ x: complement, complement: x }, { a: degreesOfFreedom / 2, b: 0.5 });
}

/**
 * The t that both tails together leave with a probability: P(|T| > t) = probability. Newton's method from t = 0: the
 * tail is convex, so the steps approach from below and need no bracket.
 *
 * @param probability      in (0, 1], 1 - level for an interval; at least 1e-40.
 * @param degreesOfFreedom nu, at least 1.
 * @returns at least 0; absolute error below 1e-12 + 1e-12 t, measured in `distributions.test.ts`.
 * @throws RangeError when an argument is outside its domain.
 */
export function studentTQuantile(probability: number, degreesOfFreedom: number): number {
  requireDegrees(degreesOfFreedom);
  if (!(probability >= 1e-40 && probability <= 1))
    throw new RangeError(`probability must be in [1e-40, 1], not ${probability}`);
  let t = 0;
  for (let step = 0; step < MOST_STEPS; step++) {
    const excess = studentTTwoSidedTail(t, degreesOfFreedom) - probability;
    const next = t + excess / (2 * studentTDensity(t, degreesOfFreedom));
    if (!(next > t * (1 + 1e-15))) return t;
    t = next;
  }
  throw new RangeError(`no convergence at ${probability}, ${degreesOfFreedom}`);
}

/** Gamma((nu + 1) / 2) / (sqrt(nu pi) Gamma(nu / 2)) (1 + t^2 / nu)^(-(nu + 1) / 2), the Gammas by Stirling's formula. */
function studentTDensity(t: number, nu: number): number {
  return densityAtZero(nu) * exp(-(nu / 2 + 0.5) * log1p((t * t) / nu));
}

function densityAtZero(nu: number): number {
  const half = nu / 2;
  const logRatio = half * log1p(0.5 / half) - 0.5 + stirlingError(half + 0.5) - stirlingError(half);
  return exp(logRatio) / sqrt(2 * Math.PI);
}

function requireDegrees(degreesOfFreedom: number): void {
  if (!(degreesOfFreedom >= 1 && degreesOfFreedom < Infinity))
    throw new RangeError(`degreesOfFreedom must be at least 1 and finite, not ${degreesOfFreedom}`);
}
