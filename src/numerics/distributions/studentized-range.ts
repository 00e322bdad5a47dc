import { log1pMinus, stirlingError } from '../special/gamma-prefactors.js';
import { normalRangeUpperTail } from './normal-range.js';
import { studentTQuantile } from './student-t.js';

const { abs, exp, expm1, floor, hypot, log, log2, min, round, sqrt } = Math;

/** The studentized range of a number of means; it remembers the tails of the range that its answers have in common. */
export interface StudentizedRange {
  /** P(Q > q), see `studentizedRange`. */
  readonly upperTail: (q: number, degreesOfFreedom: number) => number;
  /** The q with P(Q > q) = probability, see `studentizedRange`. */
  readonly quantile: (probability: number, degreesOfFreedom: number) => number;
}

/** A tail with its derivative by ln q. */
interface Tail {
  readonly probability: number;
  readonly slope: number;
}

/** P(R > w) as a function of ln w. */
type RangeTail = (logWidth: number) => number;

interface Node {
  readonly term: number;
  /** e^(2u) - 1 */
  readonly growth: number;
}

/** With it the error of the trapezoid rule is exp(-pi^2 / (2 spacing)) for few degrees of freedom. */
const WIDEST_SPACING = 0.125;
const NEGLIGIBLE = 1e-17;
/** Above it the nodes of two statistics have little in common, and lie where the exponent rounds least. */
const MOST_SHARED_DEGREES = 2_000;
const MOST_STEPS = 1_000;

/**
 * The studentized range: Q = R / s, the range R of k standard normal values over an independent s with
 * nu s^2 chi-square of nu degrees of freedom.
 *
 *   P(Q > q) = C * integral over u of exp(nu (u - (e^(2u) - 1) / 2)) P(R > q e^u) du,
 *   C = 2 (nu / 2)^(nu / 2) e^(-nu / 2) / Gamma(nu / 2),   s = e^u,
 *
 * by the trapezoid rule. All terms are positive. The nodes lie where ln(q e^u) is a multiple of the spacing, a power
 * of two: then all statistics and degrees of freedom ask for P(R > w) at the same few w, which are computed once.
 *
 * `upperTail`: q at least 0, degreesOfFreedom at least 1 and finite; a probability with a relative error below 1e-9
 * down to 1e-300 (measured: `studentized-range.test.ts` and `reference.test.ts`).
 * `quantile`: probability in (0, 1], at least 1e-17; relative error below 1e-10 for a probability up to 0.99. By Newton's method on the logarithms,
 * downwards from Bonferroni's bound.
 * Both throw a RangeError when an argument is outside its domain.
 *
 * @param count k, the number of means, an integer of at least 2.
 * @throws RangeError when k is none.
 * @see Copenhaver and Holland 1988, J. Statist. Comput. Simul. 30, equations (1.1) and (2.2), for the two integrals.
 */
export function studentizedRange(count: number): StudentizedRange {
  if (!(Number.isSafeInteger(count) && count >= 2))
    throw new RangeError(`count must be an integer of at least 2, not ${count}`);
  const normalTail = normalRangeUpperTail(count);
  const freshTail: RangeTail = (logWidth) => normalTail(exp(logWidth));
  const sharedTail = remembered(freshTail);
  const tailAt = (q: number, nu: number): Tail => {
    if (!(nu >= 1 && nu < Infinity)) throw new RangeError(`degreesOfFreedom must be at least 1, not ${nu}`);
    if (!(q >= 0)) throw new RangeError(`q must be at least 0, not ${q}`);
    if (q === 0) return { probability: 1, slope: 0 };
    return q === Infinity
      ? { probability: 0, slope: 0 }
      : integrate(q, nu, nu > MOST_SHARED_DEGREES ? freshTail : sharedTail);
  };
  return {
    upperTail: (q, degreesOfFreedom) => tailAt(q, degreesOfFreedom).probability,
    quantile: (probability, degreesOfFreedom) => {
      if (!(probability >= 1e-17 && probability <= 1))
        throw new RangeError(`probability must be in [1e-17, 1], not ${probability}`);
      if (probability === 1) return 0;
      const bonferroni = probability / ((count * (count - 1)) / 2);
      const start = Math.SQRT2 * studentTQuantile(bonferroni, degreesOfFreedom);
      return solve(start, probability, (q) => tailAt(q, degreesOfFreedom));
    },
  };
}

function remembered(rangeTail: RangeTail): RangeTail {
  const known = new Map<number, number>();
  return (logWidth) => {
    const found = known.get(logWidth);
    if (found !== undefined) return found;
    const probability = rangeTail(logWidth);
    known.set(logWidth, probability);
    return probability;
  };
}

/** The trapezoid sum outwards from the largest term, with its derivative: that of the exponent is -nu (e^(2u) - 1). */
function integrate(q: number, nu: number, rangeTail: RangeTail): Tail {
  const spacing = spacingFor(nu);
  const logQ = log(q);
  const origin = nu > MOST_SHARED_DEGREES ? 0 : logQ;
  const nodeAt = (index: number): Node => {
    const u = index * spacing - origin;
    const growth = expm1(2 * u);
    const tail = rangeTail(origin === 0 ? logQ + u : index * spacing);
    // ln(1 + growth) is 2u: where both are small, their difference must not come from a subtraction.
    const exponent = abs(growth) < 0.5 ? log1pMinus(growth) : 2 * u - growth;
    return { term: exp((nu / 2) * exponent) * tail, growth };
  };
  let first = round((origin - log(hypot(1, q / sqrt(2 * nu)))) / spacing);
  for (const direction of [1, -1])
    while (nodeAt(first + direction).term > nodeAt(first).term) first += direction;
  const middle = nodeAt(first);
  let sum = middle.term;
  let slope = sum * middle.growth;
  for (const direction of [1, -1])
    for (let index = first + direction; ; index += direction) {
      const node = nodeAt(index);
      sum += node.term;
      slope += node.term * node.growth;
      if (node.term <= NEGLIGIBLE * sum) break;
    }
  const half = nu / 2;
  const scale = 2 * spacing * sqrt(half / (2 * Math.PI)) * exp(-stirlingError(half));
  return { probability: min(1, scale * sum), slope: scale * nu * slope };
}

/** The integrand has the width 1 / sqrt(2 nu), and nearly the form of a Gaussian where nu is large. */
function spacingFor(nu: number): number {
  if (nu > MOST_SHARED_DEGREES) return 0.5 / sqrt(nu);
  return 2 ** floor(log2(min(WIDEST_SPACING, 0.35 / sqrt(nu))));
}

/**
 * Newton's method for ln P = ln probability as a function of ln q, which is concave: from above it descends until
 * rounding stops it.
 */
function solve(start: number, probability: number, tailAt: (q: number) => Tail): number {
  let q = start;
  for (let step = 0; step < MOST_STEPS; step++) {
    const tail = tailAt(q);
    const change = (tail.probability * log(tail.probability / probability)) / tail.slope;
    if (!(change > 1e-13)) return q;
    q *= exp(-change);
  }
  throw new RangeError(`no convergence at ${probability}`);
}
