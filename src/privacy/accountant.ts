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

/**
 * What a round would do to a ledger. Estimating and recording ask this one function, so that they cannot disagree.
 *
 * @param spent the ledger's vector.
 * @param delta the budget's, or the smaller one that was asked for; all figures are at it.
 */
export function project(
  spent: Float64Array,
  round: SubsampledGaussianRound,
  { totalEpsilon }: Budget,
  delta: number,
): Projection {
  const vector = addRdp(spent, costOf(round));
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

/**
 * The most steps of this noise and sample rate that still fit the budget, at most MAX_STEPS, 0 when not even one does.
 * By bisection on the projection itself: epsilon does not fall as steps are added.
 */
export function maxStepsWithin(
  spent: Float64Array,
  round: Omit<SubsampledGaussianRound, 'steps'>,
  { totalEpsilon }: Budget,
  delta: number,
): number {
  const oneStep = costOf({ ...round, steps: 1 });
  const fits = (steps: number) =>
    epsilonOf(
      addRdp(
        spent,
        oneStep.map((cost) => steps * cost),
      ),
      delta,
    ) <= totalEpsilon;
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
