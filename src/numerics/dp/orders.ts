/** The version that new vectors are made with; it is stored beside each of them. */
export const RENYI_ORDERS_VERSION = 1;

/**
 * Version 1: 1.02 to 1.09 in steps of 0.01, 1.1 to 10.9 in steps of 0.1, 11 to 63, then 64 to 4096 by doubling: 167 orders.
 *
 * The list from 1.1 to 1024 is the common default; 1.02 to 1.09 tighten large costs, 2048 and 4096 tiny ones. It starts
 * at 1.02 because the conversion to epsilon uses no order at or below 1.01 (see `epsilonFromRdp`).
 */
const ORDERS_OF_VERSION_1: readonly number[] = [
  ...integersBetween(102, 109).map((hundredths) => hundredths / 100),
  ...integersBetween(11, 109).map((tenths) => tenths / 10),
  ...integersBetween(11, 63),
  ...[64, 128, 256, 512, 1_024, 2_048, 4_096],
];

/**
 * Gives the Rényi orders of a version: ascending, each the double nearest to its decimal. A published list never changes,
 * since a stored vector means nothing without it.
 *
 * @param version 1, the only one so far.
 * @throws RangeError when there is no such version.
 */
export function renyiOrders(version: number): readonly number[] {
  if (version !== RENYI_ORDERS_VERSION)
    throw new RangeError(`There is no version ${version} of the Rényi orders.`);
  return ORDERS_OF_VERSION_1;
}

function integersBetween(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
