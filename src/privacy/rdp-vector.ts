/**
 * The stored form of a Rényi DP vector: its doubles, little-endian, in the order of its list of orders. Whole numbers of
 * bits, so that what is read is exactly what was written.
 */
const BYTES = 8;

export function encodeRdp(vector: Float64Array): Buffer {
  const bytes = Buffer.alloc(vector.length * BYTES);
  vector.forEach((cost, index) => bytes.writeDoubleLE(cost, index * BYTES));
  return bytes;
}

/** @returns zeros for null: nothing is spent. @throws RangeError for bytes that are no vector of this length. */
export function decodeRdp(bytes: Buffer | null, length: number): Float64Array {
  const vector = new Float64Array(length);
  if (bytes === null) return vector;
  if (bytes.length !== length * BYTES)
    throw new RangeError(`a vector of ${length} orders has ${length * BYTES} bytes, not ${bytes.length}`);
  return vector.map((_, index) => bytes.readDoubleLE(index * BYTES));
}

/** Composition: the costs of independent rounds add up, order by order. @see Mironov 2017, proposition 1. */
export function addRdp(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((cost, index) => cost + (b[index] ?? Infinity));
}
