import {
  epsilonFromRdp,
  RENYI_ORDERS_VERSION,
  renyiOrders,
  rdpVector,
  type SubsampledGaussianRound,
} from '../numerics/dp/index.js';
import { addRdp } from './rdp-vector.js';

/** What a federation may spend. */
export interface Budget {
  /** Epsilon, > 0. */
  readonly totalEpsilon: number;
  /** The one delta at which spent and remaining are told, in (0, 1). */
  readonly totalDelta: number;
}

/** The largest number of steps that a round may have. */
export const MAX_STEPS = 2 ** 31 - 1;

/** New vectors are over this version's orders. */
export const ORDERS_VERSION = RENYI_ORDERS_VERSION;
const ORDERS = renyiOrders(ORDERS_VERSION);
export const ORDER_COUNT = ORDERS.length;

/** The order that an entry of a vector is at. */
export function orderAt(index: number): number {
  const order = ORDERS[index];
  if (order === undefined) throw new RangeError(`there is no order ${index}`);
  return order;
}

/** The Rényi DP of a round over the orders of the current version. */
export function costOf(round: SubsampledGaussianRound): Float64Array {
  return rdpVector(round, ORDERS);
}

/** Epsilon that a vector gives at a delta: unrounded, for comparisons. Infinity where no order is finite. */
export function epsilonOf(vector: Float64Array, delta: number): number {
  return epsilonFromRdp(vector, ORDERS, delta).epsilon;
}

/** A round that is asked for, before or while it is recorded. Epsilons are unrounded. */
export interface Projection {
  readonly delta: number;
  readonly currentEpsilon: number;
  readonly projectedEpsilon: number;
  /** Projected minus current; NaN where both are infinite. */
  readonly roundEpsilonCost: number;
  /** Strictly: a round that ends exactly at the budget fits. */
  readonly exceeds: boolean;
  readonly budgetEpsilon: number;
  /** The vector with the round in it. */
  readonly vector: Float64Array;
}

/** Equal steps: the Rényi DP of one, and how many. */
export interface Steps {
  readonly oneStep: Float64Array;
  readonly steps: number;
}

/** What is checked against: epsilon of the budget, at a delta that is the budget's or the smaller one asked for. */
export interface Limit {
  readonly totalEpsilon: number;
  readonly delta: number;
}

/**
 * What a round would do to a ledger. Estimating and recording ask this one function, so that they cannot disagree.
 *
 * @param spent the ledger's vector.
 */
export function project(spent: Float64Array, asked: Steps, { totalEpsilon, delta }: Limit): Projection {
  const vector = withSteps(spent, asked);
  const currentEpsilon = epsilonOf(spent, delta);
  const projectedEpsilon = epsilonOf(vector, delta);
  return {
    delta,
    currentEpsilon,
    projectedEpsilon,
    roundEpsilonCost: projectedEpsilon - currentEpsilon,
    exceeds: projectedEpsilon > totalEpsilon,
    budgetEpsilon: totalEpsilon,
    vector,
  };
}

/** The same sum as with the vector of the whole round: a round costs its steps times one step. */
function withSteps(spent: Float64Array, { oneStep, steps }: Steps): Float64Array {
  return addRdp(
    spent,
    oneStep.map((cost) => steps * cost),
  );
}

/**
 * The most of these steps that still fit the budget, at most MAX_STEPS, 0 when not even one does. By bisection on the
 * projection itself: epsilon does not fall as steps are added.
 */
export function maxStepsWithin(
  spent: Float64Array,
  oneStep: Float64Array,
  { totalEpsilon, delta }: Limit,
): number {
  const fits = (steps: number) => epsilonOf(withSteps(spent, { oneStep, steps }), delta) <= totalEpsilon;
  if (!fits(1)) return 0;
  if (fits(MAX_STEPS)) return MAX_STEPS;
  let [most, tooMany] = [1, MAX_STEPS];
  while (tooMany - most > 1) {
    const middle = Math.floor((most + tooMany) / 2);
    if (fits(middle)) most = middle;
    else tooMany = middle;
  }
  return most;
}
