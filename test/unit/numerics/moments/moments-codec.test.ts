import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  decodeMoments,
  EMPTY_MOMENTS,
  encodeMoments,
  mergeMoments,
} from '../../../../src/numerics/moments/index.js';
import { momentsOf, values } from './values.js';

/** The form of some moments with one of their numbers replaced. */
function withDouble(place: number, value: number): Uint8Array {
  const bytes = encodeMoments(momentsOf([1, 2, 4]));
  new DataView(bytes.buffer).setFloat64(2 + 8 * place, value, true);
  return bytes;
}

describe('the binary form of moments', () => {
  it('gives back the same moments, bit for bit', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        const moments = mergeMoments(momentsOf(a), momentsOf(b));
        const bytes = encodeMoments(moments);
        expect(decodeMoments(bytes)).toEqual(moments);
        expect(encodeMoments(decodeMoments(bytes))).toEqual(bytes);
      }),
    );
    expect(decodeMoments(encodeMoments(EMPTY_MOMENTS))).toEqual(EMPTY_MOMENTS);
  });

  it('keeps the largest count and an infinite M2, in 57 bytes', () => {
    const squaredDeviations = { high: Infinity, low: 0 };
    const moments = { ...momentsOf([1, 2]), count: 2 ** 51 - 1, squaredDeviations };
    expect(encodeMoments(moments)).toHaveLength(57);
    expect(decodeMoments(encodeMoments(moments))).toEqual(moments);
    expect(encodeMoments(momentsOf([1, 2]))).toHaveLength(50);
  });

  it('reads a view into a larger buffer', () => {
    const bytes = encodeMoments(momentsOf([1, 2]));
    const padded = Buffer.concat([Buffer.alloc(3, 9), bytes, Buffer.alloc(3, 9)]);
    expect(decodeMoments(padded.subarray(3, -3))).toEqual(momentsOf([1, 2]));
  });

  it('is refused at any other length', () => {
    const bytes = encodeMoments(momentsOf([1, 2, 4]));
    for (let length = 0; length < bytes.length; length++)
      expect(() => decodeMoments(bytes.subarray(0, length))).toThrow(RangeError);
    expect(() => decodeMoments(Buffer.concat([bytes, Buffer.alloc(1)]))).toThrow(RangeError);
    expect(() => decodeMoments(Buffer.from([1, 0, 0]))).toThrow(RangeError);
  });

  it.each([
    { name: 'version 0', bytes: [0, 0] },
    { name: 'version 2', bytes: [2, 0] },
    {
      name: 'a count of more bits than an integer has',
      bytes: [1, ...Array.from({ length: 60 }, () => 255)],
    },
    { name: 'a count in a longer form', bytes: [1, 128, 0] },
    {
      name: 'a count above 2^51 - 1',
      bytes: [1, 255, 255, 255, 255, 255, 255, 255, 15, ...new Array<number>(48).fill(0)],
    },
  ])('is refused with $name', ({ bytes }) => {
    expect(() => decodeMoments(Uint8Array.from(bytes))).toThrow(RangeError);
  });

  it.each([
    { name: 'a mean that is not a number', place: 0, value: NaN },
    { name: 'an infinite mean', place: 0, value: Infinity },
    { name: 'a mean above the maximum', place: 0, value: 5 },
    { name: 'a mean below the minimum', place: 0, value: 0.5 },
    { name: 'a low part as large as the high one', place: 1, value: 1 },
    { name: 'a low part that is not a number', place: 1, value: NaN },
    { name: 'a negative M2', place: 2, value: -1 },
    { name: 'an M2 that is not a number', place: 2, value: NaN },
    { name: 'a large low part of M2', place: 3, value: -1 },
    { name: 'a minimum that is not a number', place: 4, value: NaN },
    { name: 'a minimum above the mean', place: 4, value: 3 },
    { name: 'a minimum out of range', place: 4, value: -1e151 },
    { name: 'a maximum out of range', place: 5, value: 1e151 },
    { name: 'a maximum that is not a number', place: 5, value: NaN },
  ])('is refused with $name', ({ place, value }) => {
    expect(() => decodeMoments(withDouble(place, value))).toThrow(RangeError);
  });

  it('is refused, or is the form of what it gives, whatever the bytes', () => {
    const flipped = fc
      .tuple(values, fc.nat(), fc.integer({ min: 1, max: 255 }))
      .map(([list, at, bits]) =>
        encodeMoments(momentsOf(list)).map((byte, i, all) => (i === at % all.length ? byte ^ bits : byte)),
      );
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), flipped), (bytes) => {
        try {
          expect(encodeMoments(decodeMoments(bytes))).toEqual(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
