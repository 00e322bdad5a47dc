/** The conversion is loose near 1 and its terms grow without bound there. */
const LARGEST_ORDER_LEFT_OUT = 1.01;

/** What a Rényi DP curve guarantees at some delta. */
export interface EpsilonFromRdp {
  /** >= 0; Infinity where the curve guarantees nothing. */
  readonly epsilon: number;
  /** The order that attains it; null when no order of the curve is finite. */
  readonly order: number | null;
}

/**
 * Converts a Rényi DP curve r(α) to approximate DP: the smallest epsilon that it gives at the stated delta,
 *
 *   epsilon = min over α > 1.01 of  r + log(1 - 1/α) - log(δα) / (α - 1),  at least 0
 *
 * and 0 at an order with √(1 - e^-r) < δ, because the total variation is at most √(1 - e^-KL), KL at most r, and a
 * total variation of at most δ is (0, δ)-DP. Without this branch tiny costs come out too large.
 *
 * @param vector r(α) >= 0 or Infinity, length = number of orders; an entry that is not finite is skipped.
 * @param orders α, in the order of `vector`; those up to 1.01 are skipped.
 * @param delta failure probability, in (0, 1); to the smallest double.
 * @returns the minimum and where it is attained, the first order where several do. Rounded to nearest, by a few units
 *   in the last place of the largest of the three terms; `roundEpsilonUp` before it is shown.
 * @throws RangeError when delta is outside its domain or not a number, or the lengths differ, or an entry is negative
 *   or not a number.
 * @see Canonne, Kamath, Steinke 2020 (arXiv 2004.00010), proposition 12; Balle et al. 2020 (arXiv 1905.09982), theorem
 *   21; for total variation Bretagnolle and Huber 1979. Measured in the tests "epsilon from RDP".
 */
export function epsilonFromRdp(
  vector: Float64Array,
  orders: readonly number[],
  delta: number,
): EpsilonFromRdp {
  if (!(delta > 0 && delta < 1)) throw new RangeError(`delta must be between 0 and 1, not ${delta}.`);
  if (vector.length !== orders.length)
    throw new RangeError(`A vector of ${vector.length} costs does not fit ${orders.length} orders.`);
  let best: EpsilonFromRdp = { epsilon: Infinity, order: null };
  for (const [index, order] of orders.entries()) {
    const cost = vector[index] ?? Infinity;
    if (!(cost >= 0)) throw new RangeError(`The cost at order ${order} must be at least 0, not ${cost}.`);
    if (!(order > LARGEST_ORDER_LEFT_OUT) || cost === Infinity) continue;
    const epsilon = epsilonAtOrder(cost, order, delta);
    if (epsilon < best.epsilon) best = { epsilon, order };
  }
  return best;
}

function epsilonAtOrder(cost: number, order: number, delta: number): number {
  // Both sides are roots: delta² underflows from 1.5e-162 down.
  if (Math.sqrt(-Math.expm1(-cost)) < delta) return 0;
  const epsilon = cost + Math.log1p(-1 / order) - (Math.log(delta) + Math.log(order)) / (order - 1);
  return Math.max(0, epsilon);
}

/**
 * The next double above epsilon, so that what is shown never claims more privacy than what was computed.
 * 0 stays 0 (nothing was spent) and Infinity stays.
 *
 * @param epsilon in [0, infinity].
 * @throws RangeError when it is negative or not a number.
 */
export function roundEpsilonUp(epsilon: number): number {
  checkNotNegative(epsilon);
  return epsilon === 0 || epsilon === Infinity ? epsilon : neighbour(epsilon, 1n);
}

/**
 * The next double below what remains of a budget; 0 stays 0 and Infinity stays.
 *
 * @param remaining in [0, infinity].
 * @throws RangeError when it is negative or not a number.
 */
export function roundDown(remaining: number): number {
  checkNotNegative(remaining);
  return remaining === 0 || remaining === Infinity ? remaining : neighbour(remaining, -1n);
}

function checkNotNegative(value: number): void {
  if (!(value >= 0)) throw new RangeError(`The value must be at least 0, not ${value}.`);
}

/** Positive doubles are ordered as their bits are. */
function neighbour(value: number, distance: bigint): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  view.setBigUint64(0, view.getBigUint64(0) + distance);
  return view.getFloat64(0);
}
