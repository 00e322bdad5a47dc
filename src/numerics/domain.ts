/** Beyond this the square of a difference of two values leaves the range of doubles. */
export const MAX_MAGNITUDE = 1e150;

/** The largest total count: with two bits more it is still an exact integer. */
export const MAX_COUNT = 2 ** 51 - 1;

/**
 * Checks a value that is to be summarised.
 *
 * @returns the value, -0 as 0, so that equal values are one value whatever their order.
 * @throws RangeError unless |value| <= 1e150 (so for NaN and infinities too).
 */
export function requireValue(value: number): number {
  if (Math.abs(value) <= MAX_MAGNITUDE) return value + 0;
  throw new RangeError(`a value must be finite, at most 1e150 in magnitude: ${value}`);
}

/**
 * Checks a count, or a total of counts.
 *
 * @returns the count.
 * @throws RangeError unless it is an integer in [1, 2^51 - 1].
 */
export function requireCount(count: number): number {
  if (Number.isInteger(count) && count >= 1 && count <= MAX_COUNT) return count;
  throw new RangeError(`a count must be an integer from 1 to 2^51 - 1: ${count}`);
}
