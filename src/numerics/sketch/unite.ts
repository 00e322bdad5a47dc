import { requireCount } from '../domain.js';
import { EMPTY_SKETCH, type Sketch } from './sketch.js';

/**
 * The items of two sketches in one, in linear time; atoms of one value become one. No item is lost, so nothing is
 * rounded.
 *
 * @throws RangeError when the counts add up to more than 2^51 - 1.
 */
export function unite(a: Sketch, b: Sketch): Sketch {
  if (a.count === 0) return b;
  if (b.count === 0) return a;
  const total = requireCount(a.count + b.count);
  const [lengthOfA, lengthOfB] = [a.values.length, b.values.length];
  const values = new Float64Array(lengthOfA + lengthOfB);
  const counts = new Float64Array(lengthOfA + lengthOfB);
  const atoms = new Uint8Array(lengthOfA + lengthOfB);
  let length = 0;
  let lastAtom = NaN;
  // One loop without a call in it: of what merging digests costs this is most.
  for (let i = 0, j = 0; i < lengthOfA || j < lengthOfB;) {
    const isOfA = j === lengthOfB || (i < lengthOfA && (a.values[i] ?? 0) <= (b.values[j] ?? 0));
    const source = isOfA ? a : b;
    const index = isOfA ? i++ : j++;
    const value = source.values[index] ?? 0;
    const count = source.counts[index] ?? 0;
    const atom = source.atoms[index] ?? 0;
    if (atom === 1 && value === lastAtom) {
      counts[length - 1] = (counts[length - 1] ?? 0) + count;
      continue;
    }
    values[length] = value;
    counts[length] = count;
    atoms[length] = atom;
    length += 1;
    lastAtom = atom === 1 ? value : NaN;
  }
  return {
    count: total,
    minimum: Math.min(a.minimum, b.minimum),
    maximum: Math.max(a.maximum, b.maximum),
    ...firstOf({ values, counts, atoms }, length),
  };
}

/** The sketch of values in ascending order: atoms only. */
export function sketchOfSorted(sorted: Float64Array): Sketch {
  const [minimum] = sorted;
  const maximum = sorted.at(-1);
  if (minimum === undefined || maximum === undefined) return EMPTY_SKETCH;
  const values = new Float64Array(sorted.length);
  const counts = new Float64Array(sorted.length);
  let length = 0;
  let last = NaN;
  for (const value of sorted) {
    if (value !== last) {
      values[length] = value;
      length += 1;
      last = value;
    }
    counts[length - 1] = (counts[length - 1] ?? 0) + 1;
  }
  const atoms = new Uint8Array(sorted.length).fill(1);
  return { count: sorted.length, minimum, maximum, ...firstOf({ values, counts, atoms }, length) };
}

type Items = Pick<Sketch, 'values' | 'counts' | 'atoms'>;

function firstOf(items: Items, length: number): Items {
  if (length === items.values.length) return items;
  return {
    values: items.values.subarray(0, length),
    counts: items.counts.subarray(0, length),
    atoms: items.atoms.subarray(0, length),
  };
}
