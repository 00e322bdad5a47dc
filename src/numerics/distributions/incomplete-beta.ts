import { deviance, stirlingError } from '../special/gamma-prefactors.js';

const { abs, exp, sqrt } = Math;

/** A point of the unit interval with its complement: neither is computed from the other, so both are exact near 0. */
export interface UnitPoint {
  readonly x: number;
  /** 1 - x */
  readonly complement: number;
}

/** The two parameters of a beta distribution. */
export interface BetaShape {
  readonly a: number;
  readonly b: number;
}

const TOLERANCE = 4e-16;
/** About sqrt(a) steps are needed at the mode; 2e6 allows a of 1e11. */
const MOST_STEPS = 2_000_000;

/** The point ratio / (1 + ratio), with its complement 1 / (1 + ratio); a ratio of 0 or Infinity is an end. */
export function pointOfOdds(ratio: number): UnitPoint {
  if (ratio <= 1) return { x: ratio / (1 + ratio), complement: 1 / (1 + ratio) };
  const inverse = 1 / ratio;
  return { x: 1 / (1 + inverse), complement: inverse / (1 + inverse) };
}

/**
 * The regularized incomplete beta function,
 *
 *   I_x(a, b) = 1 / B(a, b) * integral from 0 to x of t^(a - 1) (1 - t)^(b - 1) dt
 *
 * by a continued fraction on the side of the mean a / (a + b) on which it is small, else by the complement, which is
 * then not small.
 *
 * @param point x in [0, 1] and 1 - x.
 * @param shape a and b, each at least 1/2.
 * @returns a probability; relative error below 1e-12 down to 1e-300, measured in `distributions.test.ts`.
 * @throws RangeError when an argument is outside its domain, or the fraction has not converged after 2e6 steps.
 * @see DiDonato and Morris 1992, ACM TOMS 708, equation (9) and BFRAC; the prefactor after Loader 2000.
 */
export function incompleteBeta({ x, complement }: UnitPoint, { a, b }: BetaShape): number {
  if (!(a >= 0.5 && b >= 0.5)) throw new RangeError(`shape must be at least 1/2, not ${a}, ${b}`);
  if (!(x >= 0 && complement >= 0)) throw new RangeError(`x must be in [0, 1], not ${x}`);
  const distance = a * complement - b * x;
  if (distance >= 0) return belowMean({ x, complement }, { a, b }, distance);
  return 1 - belowMean({ x: complement, complement: x }, { a: b, b: a }, -distance);
}

/** @param distance a (1 - x) - b x, at least 0: x is at most the mean. */
function belowMean(point: UnitPoint, shape: BetaShape, distance: number): number {
  if (point.x === 0) return 0;
  const scale = prefactor(point, shape, distance);
  return scale === 0 ? 0 : scale * continuedFraction(point, shape, distance);
}

/** x^a (1 - x)^b / B(a, b), as Loader writes a binomial probability: deviances of a and b from their expectations. */
function prefactor({ x, complement }: UnitPoint, { a, b }: BetaShape, distance: number): number {
  const total = a + b;
  const exponent =
    stirlingError(total) -
    stirlingError(a) -
    stirlingError(b) -
    deviance(a, total * x, -distance) -
    deviance(b, total * complement, distance);
  return sqrt(a / (2 * Math.PI * (1 + a / b))) * exp(exponent);
}

/** BFRAC of TOMS 708, in its own letters. */
function continuedFraction({ x, complement }: UnitPoint, { a, b }: BetaShape, lambda: number): number {
  const c = 1 + lambda;
  const c0 = b / a;
  const c1 = 1 + 1 / a;
  let p = 1;
  let s = a + 1;
  let an = 0;
  let bn = 1;
  let anp1 = 1;
  let bnp1 = c / c1;
  let r = c1 / c;
  for (let n = 1; n <= MOST_STEPS; n++) {
    const t = n / a;
    const w = n * (b - n) * x;
    const e = a / s;
    const alpha = p * (p + c0) * e * e * (w * x);
    const beta = n + w / s + ((1 + t) / (c1 + t + t)) * (c + n * (1 + complement));
    p = 1 + t;
    s += 2;
    const numerator = alpha * an + beta * anp1;
    const denominator = alpha * bn + beta * bnp1;
    const previous = r;
    r = numerator / denominator;
    if (abs(r - previous) <= TOLERANCE * r) return r;
    an = anp1 / denominator;
    bn = bnp1 / denominator;
    anp1 = r;
    bnp1 = 1;
  }
  throw new RangeError(`no convergence at x = ${x}, a = ${a}, b = ${b}`);
}
