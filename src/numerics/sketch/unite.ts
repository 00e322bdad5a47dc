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
  const items = new ItemList(a.values.length + b.values.length);
  let i = 0;
  let j = 0;
  while (i < a.values.length && j < b.values.length) {
    if ((a.values[i] ?? 0) <= (b.values[j] ?? 0)) items.appendFrom(a, i++);
    else items.appendFrom(b, j++);
  }
  while (i < a.values.length) items.appendFrom(a, i++);
  while (j < b.values.length) items.appendFrom(b, j++);
  return items.sketch({
    count: requireCount(a.count + b.count),
    minimum: Math.min(a.minimum, b.minimum),
    maximum: Math.max(a.maximum, b.maximum),
  });
}

/** The sketch of values in ascending order, each once: atoms only. */
export function sketchOfSorted(values: Float64Array): Sketch {
  const [minimum] = values;
  const maximum = values.at(-1);
  if (minimum === undefined || maximum === undefined) return EMPTY_SKETCH;
  const items = new ItemList(values.length);
  for (const value of values) items.append(value, 1, 1);
  return items.sketch({ count: values.length, minimum, maximum });
}

/** Items as they are appended in ascending order. */
class ItemList {
  private length = 0;
  private readonly values: Float64Array;
  private readonly counts: Float64Array;
  private readonly atoms: Uint8Array;

  constructor(capacity: number) {
    this.values = new Float64Array(capacity);
    this.counts = new Float64Array(capacity);
    this.atoms = new Uint8Array(capacity);
  }

  appendFrom(source: Sketch, index: number): void {
    this.append(source.values[index] ?? 0, source.counts[index] ?? 0, source.atoms[index] ?? 0);
  }

  append(value: number, count: number, atom: number): void {
    const last = this.length - 1;
    // Reading at -1 would be slow from then on.
    if (atom === 1 && last >= 0 && this.values[last] === value && this.atoms[last] === 1) {
      this.counts[last] = (this.counts[last] ?? 0) + count;
      return;
    }
    this.values[this.length] = value;
    this.counts[this.length] = count;
    this.atoms[this.length] = atom;
    this.length += 1;
  }

  sketch(totals: Pick<Sketch, 'count' | 'minimum' | 'maximum'>): Sketch {
    if (this.length === this.values.length)
      return { ...totals, values: this.values, counts: this.counts, atoms: this.atoms };
    return {
      ...totals,
      values: this.values.subarray(0, this.length),
      counts: this.counts.subarray(0, this.length),
      atoms: this.atoms.subarray(0, this.length),
    };
  }
}
