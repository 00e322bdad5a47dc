import { lossAt, type Adjacency } from './pld-round.js';
import type { SubsampledGaussianRound } from './round.js';

/** Looked up once: a lookup of `Math` in each turn of the loops costs ten times as much where globals are virtual (jest). */
const { abs, ceil, exp, expm1, log, log1p, max, min } = Math;

/** ln E_Q[(P/Q)^order] of one step; P has the client, Q lacks it. */
export type LogMoment = (order: number) => number;

/** Part of a composition: `steps` equal steps. */
export interface MomentTerm {
  readonly logMoment: LogMoment;
  readonly steps: number;
}

/** Where all but a stated mass of a composed loss lies. */
export interface LossWindow {
  readonly lowest: number;
  readonly highest: number;
}

const MOST_NODES = 4096;

/**
 * Quadrature of the moments of one step over the outcomes that `discretiseRound` keeps: the trapezoidal rule, which
 * converges exponentially here, on E[(1 + y)^a - 1 - a y] with y = P/Q - 1, so that nothing cancels when y is tiny.
 * Both ends carry the mass beyond them as one node more.
 *
 * @param round sigma > 0, q > 0.
 * @param deviations how many standard deviations beyond both means are kept.
 * @returns the log moment for any real order; Infinity where it overflows.
 * @see Mironov, Talwar, Zhang 2019 (arXiv 1908.10530), section 3.3. Exact for q = 1: a (a - 1) / (2 sigma^2).
 */
export function logMomentOf(round: SubsampledGaussianRound, deviations: number): LogMoment {
  const sigma = round.noiseMultiplier;
  if (round.sampleRate === 1) return (order) => ((order * (order - 1)) / sigma / sigma) * 0.5;
  const range = 2 * deviations + 1 / sigma;
  const spacing = max(min(0.4, 0.6 * sigma), range / MOST_NODES);
  const count = ceil(range / spacing) + 1;
  const losses = new Float64Array(count + 2);
  const logWeights = new Float64Array(count + 2);
  const logSpacing = log(spacing) - 0.5 * log(2 * Math.PI);
  const tail = -0.5 * deviations * deviations;
  for (let i = 0; i < count; i++) {
    const z = -deviations + i * spacing;
    losses[i] = lossAt(round, z * sigma);
    logWeights[i] = logSpacing - 0.5 * z * z;
  }
  losses[count] = lossAt(round, -deviations * sigma);
  logWeights[count] = tail;
  losses[count + 1] = lossAt(round, 1 + deviations * sigma);
  logWeights[count + 1] = tail - (losses[count + 1] ?? 0);
  return (order) => log1p(max(-1, secondOrderMoment(losses, logWeights, order)));
}

function secondOrderMoment(losses: Float64Array, logWeights: Float64Array, order: number): number {
  let sum = 0;
  for (let i = 0; i < losses.length; i++) {
    const loss = losses[i] ?? 0;
    const logWeight = logWeights[i] ?? 0;
    const power = order * loss;
    if (abs(power) < 1 && abs(loss) < 1) sum += exp(logWeight) * (expm1(power) - order * expm1(loss));
    else sum += exp(power + logWeight) - order * exp(loss + logWeight) + (order - 1) * exp(logWeight);
  }
  return sum;
}

/** The order of the moment of P/Q under Q that equals E[exp(tilt * loss)] in an adjacency. */
function momentOrder(adjacency: Adjacency, tilt: number): number {
  return adjacency === 'remove' ? 1 + tilt : -tilt;
}

/** An upper bound of one tail of the composed loss: the tilt that serves it best, and ln E[exp(tilt * loss)]. */
interface TailBound {
  readonly tilt: number;
  readonly logMoment: number;
}

/**
 * What the Chernoff bound says about both tails of a composition, before the grid is known.
 */
export interface TailBounds {
  readonly upper: TailBound;
  readonly lower: TailBound;
  readonly logMass: number;
}

function bestTail(
  terms: readonly MomentTerm[],
  adjacency: Adjacency,
  sign: 1 | -1,
  logMass: number,
): TailBound {
  const logMomentAt = (tilt: number): number => {
    let sum = 0;
    for (const { logMoment, steps } of terms) sum += steps * logMoment(momentOrder(adjacency, sign * tilt));
    return sum;
  };
  const reach = (exponent: number): number => {
    const tilt = 10 ** exponent;
    const value = (logMomentAt(tilt) - logMass) / tilt;
    return Number.isNaN(value) ? Infinity : value;
  };
  let best = -10;
  for (let exponent = -10; exponent <= 12; exponent += 0.5)
    if (reach(exponent) < reach(best)) best = exponent;
  for (let width = 0.25; width > 0.01; width /= 2)
    for (const exponent of [best - width, best + width]) if (reach(exponent) < reach(best)) best = exponent;
  return { tilt: sign * 10 ** best, logMoment: logMomentAt(10 ** best) };
}

/**
 * Chooses for both tails the tilt t at which the Chernoff bound is sharpest:
 *
 *   P(L >= w) <= E[exp(t L)] exp(-t w) for t > 0,   P(L <= w) <= E[exp(t L)] exp(-t w) for t < 0.
 *
 * Any tilt gives a valid bound, so that the search can only cost tightness.
 *
 * @param terms the composition.
 * @param adjacency whose loss is meant: ln P/Q under P, or ln Q/P under Q.
 * @param mass what each tail may hold.
 */
export function chernoffBounds(terms: readonly MomentTerm[], adjacency: Adjacency, mass: number): TailBounds {
  const logMass = log(mass);
  return {
    upper: bestTail(terms, adjacency, 1, logMass),
    lower: bestTail(terms, adjacency, -1, logMass),
    logMass,
  };
}

/**
 * The window outside of which each tail of the *discretised* loss holds at most the mass of `bounds`. Splitting a
 * loss l between the ends of an interval of length h multiplies E[exp(t l)] by at most exp(max(0, t (t + 1)) h^2 / 8):
 * the logarithm of that factor is convex in t with second derivative at most h^2 / 4 (a variance on an interval of
 * length h), and it vanishes at t = 0 and at t = -1, because the masses of both distributions are kept.
 *
 * @param squaredIntervals the sum of h^2 over all splits of the composition.
 */
export function windowOf(bounds: TailBounds, squaredIntervals: number): LossWindow {
  const reach = ({ tilt, logMoment }: TailBound): number => {
    const split = (max(0, tilt * (tilt + 1)) * squaredIntervals) / 8;
    return (logMoment + split - bounds.logMass) / tilt;
  };
  return { lowest: reach(bounds.lower), highest: reach(bounds.upper) };
}
