export { mergeSketches } from './merge-sketches.js';
export { quantile } from './quantile.js';
export { EMPTY_SKETCH, isExact, MAX_EXACT_VALUES, type Sketch } from './sketch.js';
export { SketchAccumulator } from './sketch-accumulator.js';
export { decodeSketch, encodeSketch } from './sketch-codec.js';
