/** So many distinct values are kept as they are. */
export const MAX_EXACT_VALUES = 256;

/**
 * The distribution of n values as items in ascending order of value. An item is an *atom*, one value and how often it
 * occurred, or a *centroid*, the mean of several distinct values and their number.
 *
 * Atoms alone, at most 256 of them: an exact list, which is raw data. Otherwise a t-digest that keeps heavy atoms.
 * Nothing changes a sketch once it is made.
 */
export interface Sketch {
  /** n, an integer in [0, 2^51 - 1]. */
  readonly count: number;
  /** values[0], exact; Infinity where n = 0. */
  readonly minimum: number;
  /** The last of the values, exact; -Infinity where n = 0. */
  readonly maximum: number;
  /** Values of atoms and means of centroids, ascending. */
  readonly values: Float64Array;
  /** counts[i] >= 1 values at values[i]; at least 2 for a centroid. */
  readonly counts: Float64Array;
  /** atoms[i] is 1 for an atom, 0 for a centroid. */
  readonly atoms: Uint8Array;
}

/** The sketch of no values, neutral under `mergeSketches`. */
export const EMPTY_SKETCH: Sketch = {
  count: 0,
  minimum: Infinity,
  maximum: -Infinity,
  values: new Float64Array(0),
  counts: new Float64Array(0),
  atoms: new Uint8Array(0),
};

/** Whether the sketch holds each value and its count, so that its quantiles are those of the values. */
export function isExact(sketch: Sketch): boolean {
  return sketch.values.length <= MAX_EXACT_VALUES && !sketch.atoms.includes(0);
}
