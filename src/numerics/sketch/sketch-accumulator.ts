import { MAX_MAGNITUDE, requireCount, requireValue } from '../domain.js';
import { compressForStorage, compressWhileWorking } from './compress.js';
import { EMPTY_SKETCH, type Sketch } from './sketch.js';
import { sketchOfSorted, unite } from './unite.js';

const { abs } = Math;

const INITIAL_CAPACITY = 16;
const MAX_CAPACITY = 4096;

/**
 * The sketch of one batch. It depends on the order of the values only where they have more than 256 distinct ones, and
 * then within its rank error. Values wait in a buffer that is sorted when it is full, so an insert costs about 110 ns.
 */
export class SketchAccumulator {
  private merged = EMPTY_SKETCH;
  private buffer = new Float64Array(INITIAL_CAPACITY);
  private buffered = 0;
  private readonly repeated = new Map<number, number>();

  /**
   * @param value finite, |value| <= 1e150.
   * @throws RangeError when the value is outside its domain; nothing is added then.
   */
  add(value: number): void {
    if (!(abs(value) <= MAX_MAGNITUDE)) requireValue(value);
    if (this.buffered === this.buffer.length) this.makeRoom();
    this.buffer[this.buffered++] = value + 0;
  }

  /**
   * Adds a value `count` times at once.
   *
   * @param value finite, |value| <= 1e150.
   * @param count an integer in [1, 2^51 - 1].
   * @throws RangeError when an argument, or the total count of the value, is outside its domain; nothing is added then.
   */
  addRepeated(value: number, count: number): void {
    const key = requireValue(value);
    this.repeated.set(key, requireCount((this.repeated.get(key) ?? 0) + requireCount(count)));
    if (this.repeated.size >= MAX_CAPACITY) this.flush();
  }

  /**
   * What was added so far; the accumulator can go on.
   *
   * @throws RangeError when the total count exceeds 2^51 - 1.
   */
  sketch(): Sketch {
    this.flush();
    return compressForStorage(this.merged);
  }

  private makeRoom(): void {
    if (this.buffer.length >= MAX_CAPACITY) {
      this.flush();
      return;
    }
    const larger = new Float64Array(4 * this.buffer.length);
    larger.set(this.buffer);
    this.buffer = larger;
  }

  private flush(): void {
    const sorted = sketchOfSorted(this.buffer.subarray(0, this.buffered).sort());
    const added = unite(sorted, sketchOfCounts(this.repeated));
    this.merged = compressWhileWorking(unite(this.merged, added));
    this.buffered = 0;
    this.repeated.clear();
  }
}

function sketchOfCounts(countsOfValues: ReadonlyMap<number, number>): Sketch {
  const values = Float64Array.from(countsOfValues.keys()).sort();
  const [minimum] = values;
  const maximum = values.at(-1);
  if (minimum === undefined || maximum === undefined) return EMPTY_SKETCH;
  const counts = values.map((value) => countsOfValues.get(value) ?? 0);
  const count = requireCount(counts.reduce((sum, itemCount) => sum + itemCount, 0));
  return { count, minimum, maximum, values, counts, atoms: new Uint8Array(values.length).fill(1) };
}
