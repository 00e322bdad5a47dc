import { describe, expect, it } from '@jest/globals';
import { doubleDouble } from '../../../src/numerics/dp/double-double.js';
import { classicalAnova, welchAnova } from '../../../src/numerics/inference/anova.js';
import { chiSquareTest } from '../../../src/numerics/inference/chi-square.js';
import type { GroupSummary } from '../../../src/numerics/inference/group-summary.js';
import { gamesHowell, tukeyKramer } from '../../../src/numerics/inference/post-hoc.js';
import { pooledTTest, welchTTest } from '../../../src/numerics/inference/t-test.js';
import { summaryOf } from './summaries.js';

const varied = summaryOf([1, 2, 4]);
const single = summaryOf([3]);
const empty = summaryOf([]);
const constant = summaryOf([5, 5, 5]);
const minute = (middle: number): GroupSummary => summaryOf([middle, 1e-200, 2e-200]);
const huge = (middle: number): GroupSummary => ({
  count: 1e9,
  mean: doubleDouble(middle),
  m2: doubleDouble(1e308),
  min: -1e150,
  max: 1e150,
});

const refusals = [
  {
    name: "Welch's t of one value",
    reason: 'insufficient_data',
    run: () => welchTTest(varied, single, 0.95),
  },
  {
    name: 'the pooled t of one value',
    reason: 'insufficient_data',
    run: () => pooledTTest(single, varied, 0.95),
  },
  { name: "Welch's t of no value", reason: 'insufficient_data', run: () => welchTTest(varied, empty, 0.95) },
  {
    name: "Welch's t of constants",
    reason: 'zero_variance',
    run: () => welchTTest(constant, constant, 0.95),
  },
  {
    name: 'the pooled t of constants',
    reason: 'zero_variance',
    run: () => pooledTTest(constant, constant, 0.95),
  },
  {
    name: "Welch's t of minute spread",
    reason: 'spread_out_of_range',
    run: () => welchTTest(minute(0), minute(3e-200), 0.95),
  },
  {
    name: "Welch's t of huge spread",
    reason: 'spread_out_of_range',
    run: () => welchTTest(huge(1e150), huge(-1e150), 0.95),
  },
  { name: 'ANOVA of no group', reason: 'insufficient_groups', run: () => classicalAnova([]) },
  { name: 'ANOVA of one group', reason: 'insufficient_groups', run: () => classicalAnova([varied]) },
  {
    name: 'ANOVA of single values',
    reason: 'insufficient_data',
    run: () => classicalAnova([single, single, single]),
  },
  {
    name: 'ANOVA with an empty group',
    reason: 'insufficient_data',
    run: () => classicalAnova([varied, empty]),
  },
  {
    name: 'ANOVA of constants',
    reason: 'zero_variance',
    run: () => classicalAnova([constant, constant, single]),
  },
  {
    name: 'ANOVA of minute spread',
    reason: 'spread_out_of_range',
    run: () => classicalAnova([minute(0), minute(3e-200)]),
  },
  {
    name: 'ANOVA of huge spread',
    reason: 'spread_out_of_range',
    run: () => classicalAnova([huge(0), huge(1)]),
  },
  { name: "Welch's ANOVA of one group", reason: 'insufficient_groups', run: () => welchAnova([varied]) },
  {
    name: "Welch's ANOVA with one value",
    reason: 'insufficient_data',
    run: () => welchAnova([varied, single]),
  },
  {
    name: "Welch's ANOVA with a constant",
    reason: 'zero_variance',
    run: () => welchAnova([varied, constant]),
  },
  {
    name: "Welch's ANOVA with minute spread",
    reason: 'spread_out_of_range',
    run: () => welchAnova([varied, minute(0)]),
  },
  { name: 'Tukey of one group', reason: 'insufficient_groups', run: () => tukeyKramer([varied], 0.95) },
  {
    name: 'Tukey of single values',
    reason: 'insufficient_data',
    run: () => tukeyKramer([single, single], 0.95),
  },
  { name: 'Tukey of constants', reason: 'zero_variance', run: () => tukeyKramer([constant, constant], 0.95) },
  {
    name: 'Games-Howell of one group',
    reason: 'insufficient_groups',
    run: () => gamesHowell([varied], 0.95),
  },
  {
    name: 'Games-Howell with one value',
    reason: 'insufficient_data',
    run: () => gamesHowell([varied, varied, single], 0.95),
  },
  {
    name: 'Games-Howell with two constants',
    reason: 'zero_variance',
    run: () => gamesHowell([varied, constant, constant], 0.95),
  },
  { name: 'chi-square of nothing', reason: 'degenerate_table', run: () => chiSquareTest([]) },
  {
    name: 'chi-square of zeros',
    reason: 'degenerate_table',
    run: () =>
      chiSquareTest([
        [0, 0],
        [0, 0],
      ]),
  },
  {
    name: 'chi-square of one row',
    reason: 'degenerate_table',
    run: () =>
      chiSquareTest([
        [1, 2],
        [0, 0],
      ]),
  },
  {
    name: 'chi-square of one column',
    reason: 'degenerate_table',
    run: () =>
      chiSquareTest([
        [1, 0],
        [2, 0],
      ]),
  },
] as const;

describe('degenerate data', () => {
  it.each(refusals)('are refused with their reason: $name is $reason', ({ reason, run }) => {
    expect(run).toThrow(expect.objectContaining({ name: 'DegenerateInputError', reason }));
  });

  it('are not those with one constant or one single group', () => {
    expect(welchTTest(constant, varied, 0.95).degreesOfFreedom).toBe(2);
    expect(classicalAnova([constant, varied, single]).degreesOfFreedomWithin).toBe(4);
    expect(tukeyKramer([constant, varied, single], 0.95)).toHaveLength(3);
    expect(gamesHowell([constant, varied, varied], 0.95)).toHaveLength(3);
  });

  it('do not hide behind a group whose squares vanish beside another', () => {
    expect(welchTTest(varied, minute(0), 0.95).degreesOfFreedom).toBe(2);
  });
});

describe('arguments outside their domain', () => {
  const domain = [
    { name: 'a level of 0', run: () => welchTTest(varied, varied, 0) },
    { name: 'a level of 1', run: () => tukeyKramer([varied, varied], 1) },
    { name: 'a level that is NaN', run: () => gamesHowell([varied, varied], Number.NaN) },
    { name: 'a broken count of values', run: () => classicalAnova([varied, { ...varied, count: 2.5 }]) },
    {
      name: 'a broken cell',
      run: () =>
        chiSquareTest([
          [1, 2],
          [3, 0.5],
        ]),
    },
    {
      name: 'a negative cell',
      run: () =>
        chiSquareTest([
          [1, 2],
          [3, -1],
        ]),
    },
    { name: 'rows of unequal length', run: () => chiSquareTest([[1, 2], [3]]) },
    {
      name: 'counts beyond 2^53',
      run: () =>
        chiSquareTest([
          [2 ** 52, 2 ** 52],
          [1, 1],
        ]),
    },
  ];
  it.each(domain)('are refused as such: $name', ({ run }) => {
    expect(run).toThrow(expect.objectContaining({ name: 'RangeError' }));
  });
});
