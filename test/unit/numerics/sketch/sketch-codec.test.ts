import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  decodeSketch,
  EMPTY_SKETCH,
  encodeSketch,
  SketchAccumulator,
  type Sketch,
} from '../../../../src/numerics/sketch/index.js';
import { seededUniform } from '../../../support/seeded.js';
import { sketchOf } from './samples.js';

const value = fc.oneof(
  fc.double({ min: -1e150, max: 1e150, noNaN: true }),
  fc.integer(),
  fc.maxSafeInteger(),
);
const counted = fc.array(fc.tuple(value, fc.integer({ min: 1, max: 1e9 })), { maxLength: 600, size: 'max' });
const sketches = counted.map((pairs) => {
  const accumulator = new SketchAccumulator();
  for (const [x, count] of pairs) accumulator.addRepeated(x, count);
  return accumulator.sketch();
});

const uniform = seededUniform(11);
const DIGEST = sketchOf(Array.from({ length: 50_000 }, uniform));

const ATOM = 1;
const CENTROID = 0;

/** The form of items, given as [count, kind, value]. */
function formOf(items: readonly (readonly [number, number, number])[]): Uint8Array {
  const bytes = Buffer.alloc(2 + 9 * items.length);
  bytes.set([1, items.length]);
  items.forEach(([count, kind, x], i) => {
    bytes.writeUInt8(4 * count + kind, 2 + 9 * i);
    bytes.writeDoubleLE(x, 3 + 9 * i);
  });
  return bytes;
}

function sizeOf(sketch: Sketch): number {
  return encodeSketch(sketch).length;
}

describe('the binary form of a sketch', () => {
  it('gives back the same sketch, bit for bit', () => {
    fc.assert(
      fc.property(sketches, (sketch) => {
        expect(decodeSketch(encodeSketch(sketch))).toEqual(sketch);
      }),
    );
    expect(decodeSketch(encodeSketch(EMPTY_SKETCH))).toEqual(EMPTY_SKETCH);
    expect(decodeSketch(encodeSketch(DIGEST))).toEqual(DIGEST);
  });

  it('is small', () => {
    expect(sizeOf(EMPTY_SKETCH)).toBe(2);
    expect(sizeOf(sketchOf([0.5]))).toBe(11);
    expect(sizeOf(sketchOf([5]))).toBe(4);
    expect(sizeOf(DIGEST)).toBeLessThan(1300);
    expect(sizeOf(sketchOf(Array.from({ length: 256 }, uniform)))).toBeLessThanOrEqual(3 + 256 * 9);
    const heaviest = Array.from({ length: 512 }, (_, i) => [i + 0.25, i + 0.25, i + 0.25, i + 0.5]).flat();
    expect(sizeOf(sketchOf(heaviest))).toBeLessThan(10_000);
  });

  it('reads a view into a larger buffer', () => {
    const padded = Buffer.concat([Buffer.alloc(3, 9), encodeSketch(DIGEST), Buffer.alloc(3, 9)]);
    expect(decodeSketch(padded.subarray(3, -3))).toEqual(DIGEST);
  });

  it('is refused at any other length', () => {
    const bytes = encodeSketch(DIGEST);
    for (let length = 0; length < bytes.length; length++)
      expect(() => decodeSketch(bytes.subarray(0, length))).toThrow(RangeError);
    expect(() => decodeSketch(Buffer.concat([bytes, Buffer.alloc(1)]))).toThrow(RangeError);
    expect(() => decodeSketch(Buffer.from([1, 0, 0]))).toThrow(RangeError);
  });

  it('is accepted as the cases below have it, but for one number', () => {
    expect(decodeSketch(formOf([[1, ATOM, 0.5]]))).toMatchObject({ count: 1, minimum: 0.5, maximum: 0.5 });
    const digest = decodeSketch(
      formOf([
        [1, ATOM, 0.5],
        [3, CENTROID, 1.5],
        [2, ATOM, 2.5],
      ]),
    );
    expect(digest).toMatchObject({ count: 6, minimum: 0.5, maximum: 2.5 });
  });

  it.each([
    { name: 'version 0', bytes: Uint8Array.of(0, 0) },
    { name: 'version 2', bytes: Uint8Array.of(2, 0) },
    { name: 'more items than bytes', bytes: Uint8Array.of(1, 255, 255, 255, 255, 255, 255, 255, 15) },
    { name: 'an endless number of items', bytes: new Uint8Array(100).fill(255, 1).fill(1, 0, 1) },
    { name: 'a count of 0', bytes: formOf([[0, ATOM, 0.5]]) },
    { name: 'a huge count', bytes: Uint8Array.of(1, 1, 254, 255, 255, 255, 255, 255, 255, 127, 0) },
    { name: 'a centroid of one value', bytes: formOf([[1, CENTROID, 0.5]]) },
    { name: 'an unknown kind', bytes: formOf([[1, 3, 0.5]]) },
    { name: 'a value that is not a number', bytes: formOf([[1, ATOM, NaN]]) },
    { name: 'an infinite value', bytes: formOf([[1, ATOM, Infinity]]) },
    { name: 'a value out of range', bytes: formOf([[1, ATOM, 1e151]]) },
    {
      name: 'unsorted values',
      bytes: formOf([
        [1, ATOM, 1.5],
        [1, ATOM, 0.5],
      ]),
    },
    {
      name: 'a value twice',
      bytes: formOf([
        [1, ATOM, 0.5],
        [1, ATOM, 0.5],
      ]),
    },
  ])('is refused with $name', ({ bytes }) => {
    expect(() => decodeSketch(bytes)).toThrow(RangeError);
  });

  it('is refused where the counts add up to more than 2^51 - 1', () => {
    const half = [252, 255, 255, 255, 255, 255, 255, 7];
    expect(decodeSketch(Uint8Array.of(1, 1, ...half.with(0, 254), 2)).count).toBe(2 ** 50 - 1);
    const three = [2, 4, 6].flatMap((zigzag) => [...half.with(0, 254), zigzag]);
    expect(() => decodeSketch(Uint8Array.of(1, 3, ...three))).toThrow(RangeError);
  });

  it('is refused, or gives a sketch that has this form, whatever the bytes', () => {
    const flipped = fc
      .tuple(sketches, fc.nat(), fc.integer({ min: 1, max: 255 }))
      .map(([sketch, at, bits]) =>
        encodeSketch(sketch).map((byte, i, all) => (i === at % all.length ? byte ^ bits : byte)),
      );
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 60 }), flipped), (bytes) => {
        try {
          const sketch = decodeSketch(bytes);
          expect(decodeSketch(encodeSketch(sketch))).toEqual(sketch);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
