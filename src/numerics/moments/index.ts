export { mergeMoments } from './merge-moments.js';
export { EMPTY_MOMENTS, type Moments } from './moments.js';
export { MomentsAccumulator } from './moments-accumulator.js';
export { decodeMoments, encodeMoments } from './moments-codec.js';
export { sampleStandardDeviation, sampleVariance } from './variance.js';
