import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  EMPTY_SKETCH,
  isExact,
  mergeSketches,
  quantile,
  SketchAccumulator,
} from '../../../../src/numerics/sketch/index.js';
import { seededUniform, shuffled } from '../../../support/seeded.js';
import { sketchOf } from './samples.js';

const PROBABILITIES = [0, 0.01, 0.1, 0.25, 1 / 3, 0.5, 0.75, 0.9, 0.99, 1];

/** Few distinct values, so that the list stays exact. */
const fewValues = fc.array(
  fc.integer({ min: -100, max: 100 }).map((value) => value / 3),
  { minLength: 1, maxLength: 500 },
);
const anyValues = fc.array(fc.double({ min: -1e150, max: 1e150, noNaN: true }), {
  minLength: 1,
  maxLength: 2000,
  size: 'max',
});

/** Type 7 of sorted values. */
function quantileOfValues(values: readonly number[], probability: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const index = probability * (sorted.length - 1);
  const below = sorted[Math.floor(index)]!;
  return below + (index % 1) * (sorted[Math.ceil(index)]! - below);
}

describe('a sketch of at most 256 distinct values', () => {
  it('is exact, with the quantiles of the values, in whatever order and parts', () => {
    fc.assert(
      fc.property(fc.array(fewValues, { minLength: 1, maxLength: 6 }), fc.integer(), (parts, seed) => {
        const merged = mergeSketches(shuffled(parts.map(sketchOf), seededUniform(seed)));
        const all = parts.flat();
        expect(isExact(merged)).toBe(true);
        expect(merged).toEqual(sketchOf(all));
        for (const p of PROBABILITIES) expect(quantile(merged, p)).toBeCloseTo(quantileOfValues(all, p), 12);
      }),
    );
  });

  it('holds each value and its count', () => {
    const accumulator = new SketchAccumulator();
    for (const value of [3, 1, -0, 3, 0]) accumulator.add(value);
    accumulator.addRepeated(1, 1e12);
    accumulator.addRepeated(1, 2);
    const sketch = accumulator.sketch();
    expect([...sketch.values]).toEqual([0, 1, 3]);
    expect([...sketch.counts]).toEqual([2, 1e12 + 3, 2]);
    expect(sketch).toMatchObject({ count: 1e12 + 7, minimum: 0, maximum: 3 });
    expect(quantile(sketch, 0.5)).toBe(1);
  });

  it('is exact up to the 256th value, in one part or many', () => {
    const values = Array.from({ length: 257 }, (_, i) => Math.sqrt(i));
    const many = Array.from({ length: 40 }, () => values.slice(0, 256)).flat();
    expect(isExact(sketchOf(many))).toBe(true);
    expect(isExact(sketchOf([...many, ...values]))).toBe(false);
    expect(isExact(mergeSketches(values.slice(0, 256).map((value) => sketchOf([value]))))).toBe(true);
    expect(isExact(mergeSketches(values.map((value) => sketchOf([value]))))).toBe(false);
  });
});

describe('any sketch', () => {
  it('has exact count and extremes, and quantiles that never fall', () => {
    fc.assert(
      fc.property(anyValues, fc.integer({ min: 1, max: 2000 }), (values, cut) => {
        const merged = mergeSketches([sketchOf(values.slice(0, cut)), sketchOf(values.slice(cut))]);
        const quantiles = PROBABILITIES.map((p) => quantile(merged, p));
        expect(merged.count).toBe(values.length);
        expect([quantiles[0], quantiles.at(-1)]).toEqual([merged.minimum, merged.maximum]);
        expect([merged.minimum, merged.maximum]).toEqual([Math.min(...values) + 0, Math.max(...values) + 0]);
        expect(quantiles).toEqual(quantiles.toSorted((a, b) => a - b));
        expect(isExact(merged)).toBe(new Set(values).size <= 256);
      }),
      { numRuns: 60 },
    );
  });

  it('is the same for the same values in the same order, and does not change when more are added', () => {
    const uniform = seededUniform(7);
    const values = Array.from({ length: 20_000 }, uniform);
    const accumulator = new SketchAccumulator();
    for (const value of values) accumulator.add(value);
    const sketch = accumulator.sketch();
    expect(sketch).toEqual(sketchOf(values));
    const copy = structuredClone(sketch);
    for (let i = 0; i < 10_000; i++) accumulator.add(2);
    expect(accumulator.sketch().count).toBe(30_000);
    mergeSketches([sketch, sketchOf([1, 2, 3])]);
    expect(sketch).toEqual(copy);
  });

  it('takes repeated values beyond the exact list', () => {
    const accumulator = new SketchAccumulator();
    for (let i = 0; i < 10_000; i++) accumulator.addRepeated(i, 1 + (i % 3));
    const sketch = accumulator.sketch();
    expect(sketch).toMatchObject({ count: 19_999, minimum: 0, maximum: 9999 });
    expect(Math.abs(quantile(sketch, 0.5) - 5000)).toBeLessThan(10);
  });

  it('of none is empty, and neutral', () => {
    const some = sketchOf([1, 2]);
    expect(mergeSketches([])).toEqual(EMPTY_SKETCH);
    expect(sketchOf([])).toEqual(EMPTY_SKETCH);
    expect(mergeSketches([EMPTY_SKETCH, some, EMPTY_SKETCH])).toEqual(some);
    expect(() => quantile(EMPTY_SKETCH, 0.5)).toThrow(RangeError);
  });

  it('refuses what is outside its domain', () => {
    const accumulator = new SketchAccumulator();
    for (const value of [NaN, Infinity, -Infinity, 1.1e150]) {
      expect(() => accumulator.add(value)).toThrow(RangeError);
      expect(() => accumulator.addRepeated(value, 1)).toThrow(RangeError);
    }
    for (const count of [0, -1, 0.5, NaN, 2 ** 51])
      expect(() => accumulator.addRepeated(1, count)).toThrow(RangeError);
    expect(accumulator.sketch()).toEqual(EMPTY_SKETCH);
    for (const p of [-0.01, 1.01, NaN]) expect(() => quantile(sketchOf([1]), p)).toThrow(RangeError);
    const most = { ...sketchOf([1]), count: 2 ** 51 - 1 };
    expect(() => mergeSketches([most, sketchOf([2])])).toThrow(RangeError);
  });

  it('keeps a heavy value of many exactly', () => {
    const uniform = seededUniform(3);
    const values = Array.from({ length: 100_000 }, () => (uniform() < 0.02 ? 0.5 : uniform()));
    const sketch = sketchOf(values);
    expect(isExact(sketch)).toBe(false);
    for (const p of [0.495, 0.5, 0.505]) expect(quantile(sketch, p)).toBe(0.5);
  });
});
