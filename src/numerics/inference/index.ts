export { classicalAnova, welchAnova, type ClassicalAnova, type OneWayAnova } from './anova.js';
export { chiSquareTest, type ChiSquareTest, type ContingencyTable } from './chi-square.js';
export { DegenerateInputError, type DegenerateReason } from './degenerate-input.js';
export { pairsOf, type GroupSummary } from './group-summary.js';
export { gamesHowell, tukeyKramer, type PairComparison } from './post-hoc.js';
export { standardDeviation } from './standard-deviation.js';
export { pooledTTest, welchTTest, type TTest } from './t-test.js';
