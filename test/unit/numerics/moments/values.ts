import fc from 'fast-check';
import { MomentsAccumulator, type Moments } from '../../../../src/numerics/moments/index.js';

/** Values near an offset that dwarfs their differences, or of any magnitude whose squares are normal doubles. */
const near = (offset: number) => fc.double({ min: -1, max: 1, noNaN: true }).map((x) => offset + toGrid(x));

/** No closer to 0 than 2^-60 other than 0 itself, so that no square underflows. */
function toGrid(value: number): number {
  return Math.round(value * 2 ** 60) / 2 ** 60;
}

const wide = fc
  .tuple(fc.double({ min: -1, max: 1, noNaN: true }), fc.integer({ min: -60, max: 490 }))
  .map(([x, exponent]) => toGrid(x) * 2 ** exponent);

export const values = fc.oneof(
  ...[0, 1e3, 1e9, 1e12].map((offset) => fc.array(near(offset), { minLength: 1, maxLength: 60 })),
  fc.array(wide, { minLength: 1, maxLength: 60 }),
  fc.array(fc.integer(), { minLength: 1, maxLength: 60 }),
);

export function momentsOf(list: readonly number[]): Moments {
  const accumulator = new MomentsAccumulator();
  for (const value of list) accumulator.add(value);
  return accumulator.moments();
}
