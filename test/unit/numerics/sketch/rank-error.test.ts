import { describe, expect, it } from '@jest/globals';
import {
  decodeSketch,
  encodeSketch,
  isExact,
  mergeSketches,
  quantile,
  type Sketch,
} from '../../../../src/numerics/sketch/index.js';
import { DISCRETE_SAMPLES, drawSample, SAMPLES, sketchesOfParts } from './samples.js';

const PARTS = [1, 50, 1000];
const BATCHES = [100, 1000];

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

/** Read, merged with the next batch and written again, as a stored cell is. */
function extendedByEach(batches: readonly Sketch[]): Sketch {
  const [first, ...others] = batches;
  let stored = encodeSketch(first!);
  for (const batch of others) stored = encodeSketch(mergeSketches([decodeSketch(stored), batch]));
  return decodeSketch(stored);
}

/** Of parts merged at once, and of a cell that was extended batch by batch. */
function worstRankErrors(draw: (typeof SAMPLES)[keyof typeof SAMPLES]): { atOnce: number; extended: number } {
  const values = drawSample(draw);
  const sorted = values.slice().sort();
  const sketches = new Map([...PARTS, ...BATCHES].map((parts) => [parts, sketchesOfParts(values, parts)]));
  const atOnce = PARTS.map((parts) => mergeSketches(sketches.get(parts)!));
  const extended = BATCHES.map((batches) => extendedByEach(sketches.get(batches)!));
  const worstOf = (merged: Sketch[]) => Math.max(...merged.map((sketch) => checkedRankError(sketch, sorted)));
  return { atOnce: worstOf(atOnce), extended: worstOf(extended) };
}

describe('the rank error of a digest of a million values, from p1 to p99', () => {
  const ways = 'of 1, 50 and 1,000 parts at once, and extended by 100 and by 1,000 batches';

  it.each(Object.entries(SAMPLES))(`%s: at most 1e-3, ${ways}`, (_, draw) => {
    const { atOnce, extended } = worstRankErrors(draw);
    expect(atOnce).toBeLessThanOrEqual(1e-3);
    expect(extended).toBeLessThanOrEqual(1e-3);
  });

  it.each(Object.entries(DISCRETE_SAMPLES))(`%s: at most 3e-3, ${ways}`, (_, draw) => {
    const { atOnce, extended } = worstRankErrors(draw);
    expect(Math.max(atOnce, extended)).toBeLessThanOrEqual(3e-3);
  });
});
