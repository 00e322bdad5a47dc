import { describe, expect, it } from '@jest/globals';
import {
  EMPTY_MOMENTS,
  mergeMoments,
  MomentsAccumulator,
  sampleStandardDeviation,
  type Moments,
} from '../../../../src/numerics/moments/index.js';
import { logRelativeError, nistGroups, nistValues } from '../../../support/nist.js';
import { seededUniform, shuffled } from '../../../support/seeded.js';

const CELLS = [1, 2, 50];

function momentsOf(values: readonly number[]): Moments {
  const accumulator = new MomentsAccumulator();
  for (const value of values) accumulator.add(value);
  return accumulator.moments();
}

/** The values dealt to cells, and these merged in another order. */
function mergedFromCells(values: readonly number[], cells: number, seed: number): Moments {
  const parts = Array.from({ length: cells }, (_, cell) => values.filter((_, i) => i % cells === cell));
  return shuffled(parts.map(momentsOf), seededUniform(seed)).reduce(mergeMoments, EMPTY_MOMENTS);
}

/** F of a one-way analysis of variance, from the moments of the groups. */
function fStatistic(groups: readonly Moments[]): number {
  const between = groups
    .map((group) => ({ ...group, squaredDeviations: { high: 0, low: 0 } }))
    .reduce(mergeMoments);
  const within = groups.reduce((sum, group) => sum + group.squaredDeviations.high, 0);
  const degreesWithin = between.count - groups.length;
  return between.squaredDeviations.high / (groups.length - 1) / (within / degreesWithin);
}

describe('moments of the NIST reference data', () => {
  it.each([
    { name: 'Lew', size: 200, mean: -177.435, deviation: 277.332168044316, digits: 15 },
    { name: 'Lottery', size: 218, mean: 518.95871559633, deviation: 291.699727470969, digits: 15 },
    { name: 'Mavro', size: 50, mean: 2.001856, deviation: 0.000429123454003053, digits: 13.1 },
    { name: 'NumAcc1', size: 3, mean: 10_000_002, deviation: 1, digits: 15 },
    { name: 'NumAcc2', size: 1001, mean: 1.2, deviation: 0.1, digits: 15 },
    // 1000000.1 is not a double: exact arithmetic on its double reaches no more.
    { name: 'NumAcc3', size: 1001, mean: 1_000_000.2, deviation: 0.1, digits: 9.4 },
  ])('of $name reach $digits digits, from any number of cells', ({ name, size, mean, deviation, digits }) => {
    const values = nistValues(name);
    expect(values).toHaveLength(size);
    for (const cells of CELLS)
      for (let seed = 0; seed < 20; seed++) {
        const merged = mergedFromCells(values, cells, seed);
        expect(merged.count).toBe(size);
        expect(logRelativeError(merged.mean.high, mean)).toBeGreaterThanOrEqual(15);
        expect(logRelativeError(sampleStandardDeviation(merged), deviation)).toBeGreaterThanOrEqual(digits);
      }
  });

  it.each([
    { name: 'SiRstv', groups: 5, certified: 1.18046237440255, digits: 13 },
    { name: 'SmLs01', groups: 9, certified: 21, digits: 14.5 },
    { name: 'SmLs04', groups: 9, certified: 21, digits: 10.4 },
    { name: 'SmLs07', groups: 9, certified: 21, digits: 4.4 },
  ])('of $name give F to $digits digits, from any number of cells', ({ name, groups, certified, digits }) => {
    const values = nistGroups(name);
    expect(values).toHaveLength(groups);
    for (const cells of CELLS)
      for (let seed = 0; seed < 20; seed++) {
        const merged = values.map((group) => mergedFromCells(group, cells, seed));
        expect(logRelativeError(fStatistic(merged), certified)).toBeGreaterThanOrEqual(digits);
      }
  });
});
