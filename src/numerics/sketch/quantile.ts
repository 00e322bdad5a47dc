import { type Sketch } from './sketch.js';

/** A point of the quantile function: the value at an index of the sorted values, counted from 0. */
interface Knot {
  readonly index: number;
  readonly value: number;
}

/**
 * The quantile of type 7: the value at index h = p (n - 1) of the sorted values, between two of them on a line.
 *
 * On an exact list these are the values themselves. On a digest the quantile function is a line through the extremes,
 * both ends of each atom, and the middle of each centroid, where the mean is taken to stand.
 *
 * @param sketch of at least one value.
 * @param probability p, in [0, 1].
 * @returns a value in [minimum, maximum], both exact; never falling in p. On an exact list within four units in the last
 * place of the type 7 quantile; on a digest within the rank error that `mergeSketches` states.
 * @throws RangeError for an empty sketch, or p outside [0, 1] or NaN.
 * @see Hyndman and Fan 1996, definition 7.
 */
export function quantile(sketch: Sketch, probability: number): number {
  if (!(probability >= 0 && probability <= 1)) throw new RangeError(`no probability: ${probability}`);
  if (sketch.count === 0) throw new RangeError('no values have no quantiles');
  const target = probability * (sketch.count - 1);
  let before: Knot = { index: 0, value: sketch.minimum };
  let covered = 0;
  for (const [i, value] of sketch.values.entries()) {
    const count = sketch.counts[i] ?? 0;
    const isAtom = sketch.atoms[i] === 1;
    const first = isAtom ? covered : covered + (count - 1) / 2;
    if (target <= first) return valueBetween(before, { index: first, value }, target);
    covered += count;
    before = { index: isAtom ? covered - 1 : first, value };
    if (target <= before.index) return value;
  }
  return valueBetween(before, { index: sketch.count - 1, value: sketch.maximum }, target);
}

function valueBetween(before: Knot, after: Knot, index: number): number {
  if (index >= after.index) return after.value;
  const share = (index - before.index) / (after.index - before.index);
  return Math.min(after.value, before.value + share * (after.value - before.value));
}
