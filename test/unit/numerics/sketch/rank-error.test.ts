import { describe, expect, it } from '@jest/globals';
import { isExact, mergeSketches, quantile, type Sketch } from '../../../../src/numerics/sketch/index.js';
import { DISCRETE_SAMPLES, drawSample, SAMPLES, sketchesOfParts } from './samples.js';

const PARTS = [1, 50, 1000];

/** How many of the sorted values are below the value, or at most it. */
function rankBelow(sorted: Float64Array, isBelow: (value: number) => boolean): number {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (isBelow(sorted[middle]!)) from = middle + 1;
    else to = middle;
  }
  return from / sorted.length;
}

/** The largest distance of p from the ranks that quantile(p) has among the values, for p from p1 to p99. */
function worstRankError(sketch: Sketch, sorted: Float64Array): number {
  let worst = 0;
  for (let thousandths = 10; thousandths <= 990; thousandths++) {
    const probability = thousandths / 1000;
    const value = quantile(sketch, probability);
    const lowest = rankBelow(sorted, (other) => other < value);
    const highest = rankBelow(sorted, (other) => other <= value);
    worst = Math.max(worst, lowest - probability, probability - highest);
  }
  return worst;
}

/** The rank error of a merged sketch, whose count and extremes are exact. */
function checkedRankError(sketch: Sketch, sorted: Float64Array): number {
  expect([sketch.count, sketch.minimum, sketch.maximum]).toEqual([sorted.length, sorted[0], sorted.at(-1)]);
  expect([quantile(sketch, 0), quantile(sketch, 1)]).toEqual([sorted[0], sorted.at(-1)]);
  expect(isExact(sketch)).toBe(false);
  return worstRankError(sketch, sorted);
}

/** Of parts merged at once, and one after the other, as a cell is with each batch. */
function rankErrors(values: Float64Array, parts: number): { atOnce: number; oneByOne: number } {
  const sorted = values.slice().sort();
  const sketches = sketchesOfParts(values, parts);
  const cell = sketches.reduce((merged, sketch) => mergeSketches([merged, sketch]));
  return {
    atOnce: checkedRankError(mergeSketches(sketches), sorted),
    oneByOne: checkedRankError(cell, sorted),
  };
}

describe('the rank error of a digest of a million values, from p1 to p99, of 1, 50 and 1,000 parts', () => {
  it.each(Object.entries(SAMPLES))('%s: at most 1e-3, merged one by one 1.5e-3', (_, draw) => {
    const values = drawSample(draw);
    for (const parts of PARTS) {
      const { atOnce, oneByOne } = rankErrors(values, parts);
      expect(atOnce).toBeLessThanOrEqual(1e-3);
      expect(oneByOne).toBeLessThanOrEqual(1.5e-3);
    }
  });

  it.each(Object.entries(DISCRETE_SAMPLES))('%s: at most 3e-3', (_, draw) => {
    const values = drawSample(draw);
    for (const parts of PARTS) {
      const { atOnce, oneByOne } = rankErrors(values, parts);
      expect(Math.max(atOnce, oneByOne)).toBeLessThanOrEqual(3e-3);
    }
  });
});
