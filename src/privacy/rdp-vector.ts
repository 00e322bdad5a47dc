import { RENYI_ORDERS_VERSION } from '../numerics/dp/index.js';

/**
 * The stored form of a Rényi DP vector: the version of its list of orders (one byte), then its doubles, little-endian, in
 * the order of the list. What is read is to the bit what was written.
 */
const BYTES = 8;

export function encodeRdp(vector: Float64Array): Buffer {
  const bytes = Buffer.alloc(1 + vector.length * BYTES);
  bytes.writeUInt8(RENYI_ORDERS_VERSION);
  vector.forEach((cost, index) => bytes.writeDoubleLE(cost, 1 + index * BYTES));
  return bytes;
}

/** @returns zeros for null: nothing is spent. @throws RangeError for bytes that are no vector over the current orders. */
export function decodeRdp(bytes: Buffer | null, length: number): Float64Array {
  const vector = new Float64Array(length);
  if (bytes === null) return vector;
  if (bytes.length !== 1 + length * BYTES || bytes[0] !== RENYI_ORDERS_VERSION)
    throw new RangeError(
      `these ${bytes.length} bytes are no vector over version ${RENYI_ORDERS_VERSION} of the orders`,
    );
  return vector.map((_, index) => bytes.readDoubleLE(1 + index * BYTES));
}

/** Composition: the costs of independent rounds add up, order by order. @see Mironov 2017, proposition 1. */
export function addRdp(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((cost, index) => cost + (b[index] ?? Infinity));
}
