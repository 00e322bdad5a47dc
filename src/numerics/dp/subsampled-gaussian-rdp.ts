import { logMomentsOfFractionalOrders } from './fractional-orders.js';
import { logMomentsOfIntegerOrders } from './integer-orders.js';
import { LARGEST_ORDER } from './log-factorials.js';
import { checkRound, type SubsampledGaussianRound, type SubsampledGaussianStep } from './round.js';

const SMALLEST_ORDER = 1.01;

/** Less noise costs more than 1e237 in each step, and is charged as none. */
const LEAST_NOISE = 1e-120;

/** Beyond these, in the direction of less cost, a round is charged as if it were at them, so that nothing underflows. */
const MOST_NOISE = 1e30;
const LEAST_SAMPLE_RATE = 1e-30;

/**
 * The Rényi DP of a round at each order α: T times that of one step, log A(α) / (α - 1), where A is the α-th moment of
 * the likelihood ratio of (1 - q) · N(0, σ²) + q · N(1, σ²) to N(0, σ²). At q = 1 it is α / (2σ²).
 *
 * @param round q = 0 or T = 0 costs 0; σ = 0 with q, T > 0 costs infinity.
 * @param orders each from 1.01 to 4096; those of `renyiOrders` are meant.
 * @returns one cost >= 0 per order, in the order of `orders`. Infinity where the cost exceeds the range of doubles;
 *   never NaN, and 0 only where the cost is.
 * @throws RangeError which names the field of the round, or the order, that is outside its domain.
 *
 * Error: relative, 4e-15 over the 274 reference values (σ 0.3 to 50, q 1e-4 to 0.99, α 1.1 to 1024) and 3e-14 over 307
 * harder ones (σ 0.02 to 1e4, q 1e-9 to 1 - 1e-9, α 1.02 to 4096), in the tests "subsampled Gaussian RDP".
 * Rounding: to nearest, not upward, so that a cost may be below the exact one by that error. σ above 1e30 and q below
 * 1e-30 are charged as those, which is more.
 * @see Mironov, Talwar, Zhang 2019 (arXiv 1908.10530), section 3: the divergence in this direction is the larger one,
 *   and section 3.3 for integer orders; Mironov 2017 (arXiv 1702.07476), proposition 7 for q = 1, and proposition 1 for
 *   the factor T.
 */
export function rdpVector(round: SubsampledGaussianRound, orders: readonly number[]): Float64Array {
  checkRound(round);
  for (const order of orders) checkOrder(order);
  const { noiseMultiplier, sampleRate, steps } = round;
  if (sampleRate === 0 || steps === 0) return new Float64Array(orders.length);
  return Float64Array.from(costsOfOneStep({ noiseMultiplier, sampleRate }, orders), (cost) => steps * cost);
}

/** One entry of `rdpVector`, with the same domain, error and rounding. */
export function rdpOfSubsampledGaussian(round: SubsampledGaussianRound, order: number): number {
  return rdpVector(round, [order])[0] ?? 0;
}

function checkOrder(order: number): void {
  if (!(order >= SMALLEST_ORDER && order <= LARGEST_ORDER))
    throw new RangeError(`A Rényi order must be from ${SMALLEST_ORDER} to ${LARGEST_ORDER}, not ${order}.`);
}

function costsOfOneStep(exact: SubsampledGaussianStep, orders: readonly number[]): number[] {
  if (exact.noiseMultiplier < LEAST_NOISE) return orders.map(() => Infinity);
  const noiseMultiplier = Math.min(exact.noiseMultiplier, MOST_NOISE);
  if (exact.sampleRate === 1) return orders.map((order) => order / (2 * noiseMultiplier * noiseMultiplier));
  const step = { noiseMultiplier, sampleRate: Math.max(exact.sampleRate, LEAST_SAMPLE_RATE) };
  const integers = orders.filter((order) => Number.isInteger(order));
  const fractions = orders.filter((order) => !Number.isInteger(order));
  const logMoments = new Map([
    ...pairs(integers, logMomentsOfIntegerOrders(step, integers)),
    ...pairs(fractions, logMomentsOfFractionalOrders(step, fractions)),
  ]);
  return orders.map((order) => (logMoments.get(order) ?? Infinity) / (order - 1));
}

function pairs(orders: readonly number[], values: readonly number[]): (readonly [number, number])[] {
  return orders.map((order, index) => [order, values[index] ?? Infinity] as const);
}
