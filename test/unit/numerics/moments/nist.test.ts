import { describe, expect, it } from '@jest/globals';
import {
  EMPTY_MOMENTS,
  mergeMoments,
  MomentsAccumulator,
  sampleStandardDeviation,
  type Moments,
} from '../../../../src/numerics/moments/index.js';
import {
  fStatistic,
  logRelativeError,
  NIST_ANOVA,
  NIST_UNIVARIATE,
  nistGroups,
  nistValues,
} from '../../../support/nist.js';
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

describe('moments of the NIST reference data', () => {
  it.each(NIST_UNIVARIATE)(
    'of $name reach $digits digits, from any number of cells',
    ({ name, size, mean, deviation, digits }) => {
      const values = nistValues(name);
      expect(values).toHaveLength(size);
      for (const cells of CELLS)
        for (let seed = 0; seed < 20; seed++) {
          const merged = mergedFromCells(values, cells, seed);
          expect(merged.count).toBe(size);
          expect(logRelativeError(merged.mean.high, mean)).toBeGreaterThanOrEqual(15);
          expect(logRelativeError(sampleStandardDeviation(merged), deviation)).toBeGreaterThanOrEqual(digits);
        }
    },
  );

  it.each(NIST_ANOVA)(
    'of $name give F to $digits digits, from any number of cells',
    ({ name, groups, certified, digits }) => {
      const values = nistGroups(name);
      expect(values).toHaveLength(groups);
      for (const cells of CELLS)
        for (let seed = 0; seed < 20; seed++) {
          const merged = values.map((group) => mergedFromCells(group, cells, seed));
          expect(logRelativeError(fStatistic(merged), certified)).toBeGreaterThanOrEqual(digits);
        }
    },
  );
});
