import { erfcx, normalDensity, normalUpperTail } from '../special/normal.js';

/** Below this mu the difference of two Mills ratios is taken from its Taylor series. */
const NARROW_MU = 0.02;
const SQRT_HALF_PI = 1.2533141373155003;
/** What the inverse asks for less than it was given, so that the error of `deltaOfGaussian` cannot lower epsilon. */
const DELTA_MARGIN = 4e-13;

function millsRatio(x: number): number {
  return SQRT_HALF_PI * erfcx(x * Math.SQRT1_2);
}

/**
 * R(m - w/2) - R(m + w/2) for the Mills ratio R, by the Taylor series about m. The derivatives follow from
 * R' = x R - 1 as R^(n+1) = x R^(n) + n R^(n-1).
 */
function narrowMillsDifference(middle: number, width: number): number {
  const ratio = millsRatio(middle);
  const first = middle * ratio - 1;
  const second = middle * first + ratio;
  const third = middle * second + 2 * first;
  const fourth = middle * third + 3 * second;
  const fifth = middle * fourth + 4 * third;
  const square = width * width;
  return -width * (first + (square / 24) * third + ((square * square) / 1920) * fifth);
}

function checkMu(mu: number): void {
  if (!(mu >= 0)) throw new RangeError('mu must be a number that is not negative');
}

/**
 * delta at epsilon = mu * margin, written in `margin` so that a large mu loses no digits: with u = margin - mu / 2
 *
 *   delta = Q(u) - phi(u) R(u + mu) = phi(u) (R(u) - R(u + mu)),   Q the upper tail, R = Q / phi.
 */
function deltaAt(mu: number, margin: number): number {
  const u = margin - mu / 2;
  if (mu < NARROW_MU) return normalDensity(u) * narrowMillsDifference(margin, mu);
  if (u > 0) return normalDensity(u) * (millsRatio(u) - millsRatio(u + mu));
  return normalUpperTail(u) - normalDensity(u) * millsRatio(margin + mu / 2);
}

/**
 * The exact delta of the Gaussian mechanism, without overflow for any epsilon:
 *
 *   delta(epsilon) = Phi(mu/2 - epsilon/mu) - exp(epsilon) * Phi(-mu/2 - epsilon/mu)
 *
 * @param mu sensitivity over standard deviation, in [0, Infinity]. T rounds without subsampling compose to
 * mu = sqrt(sum of T / sigma^2).
 * @param epsilon in [0, Infinity).
 * @returns delta in [0, 1]; relative error below 1e-12 for mu in [1e-6, 1e4] and delta in [1e-290, 0.99], measured in
 * `gaussian.test.ts` against 40 digits. Rounded to nearest, not upward.
 * @throws RangeError when an argument is NaN or negative, or epsilon is infinite.
 * @see Balle and Wang 2018 (arXiv 1805.06530), Theorem 8 and equation (6).
 */
export function deltaOfGaussian(mu: number, epsilon: number): number {
  checkMu(mu);
  if (!(epsilon >= 0 && epsilon < Infinity)) throw new RangeError('epsilon must be finite and not negative');
  if (mu === 0) return 0;
  if (mu === Infinity) return 1;
  return Math.min(1, Math.max(0, deltaAt(mu, epsilon / mu)));
}

/**
 * The smallest epsilon >= 0 at which the Gaussian mechanism is (epsilon, delta)-private, by bisection on
 * `deltaOfGaussian` to adjacent doubles.
 *
 * @param mu sensitivity over standard deviation, in [0, Infinity].
 * @param delta in (0, 1), down to 1e-300.
 * @returns epsilon in [0, Infinity], rounded up: never below the exact value and above it by at most 1e-12
 * relative, measured in `gaussian.test.ts` against 60 digits. Exactly 0 when delta(0) <= delta, and Infinity for an
 * infinite mu or when epsilon exceeds the largest double.
 * @throws RangeError when mu is NaN or negative or delta is outside (0, 1).
 * @see Balle and Wang 2018 (arXiv 1805.06530), Theorem 8; its inverse, Algorithm 1, is replaced by a bracket.
 */
export function epsilonOfGaussian(mu: number, delta: number): number {
  checkMu(mu);
  if (!(delta > 0 && delta < 1)) throw new RangeError('delta must be above 0 and below 1');
  if (mu === 0) return 0;
  if (mu === Infinity) return Infinity;
  const target = delta * (1 - DELTA_MARGIN);
  if (deltaAt(mu, 0) <= target) return 0;
  let low = 0;
  // Q(u) <= exp(-u^2 / 2) / 2 bounds delta, so that the upper end is always on the private side.
  let high = mu / 2 + Math.sqrt(-2 * Math.log(target));
  for (;;) {
    const middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) break;
    if (deltaAt(mu, middle) <= target) high = middle;
    else low = middle;
  }
  return mu * high * (1 + 4 * Number.EPSILON);
}
