import { SketchAccumulator, type Sketch } from '../../../../src/numerics/sketch/index.js';
import { seededNormal, seededUniform } from '../../../support/seeded.js';

const { exp, floor, PI, round, tan } = Math;

export const SAMPLE_SIZE = 1_000_000;

type Draw = (uniform: () => number, index: number) => number;

/** Continuous, sorted and with nine tenths of the values on ten of them. */
export const SAMPLES = {
  uniform: (uniform) => uniform(),
  normal: seededNormal,
  'log-normal': (uniform) => exp(2 * seededNormal(uniform)),
  'Pareto with index 1 / 2': (uniform) => uniform() ** -2,
  'Pareto with index 1': (uniform) => 1 / uniform(),
  Cauchy: (uniform) => tan(PI * (uniform() - 0.5)),
  sorted: (_uniform, index) => index,
  reversed: (_uniform, index) => SAMPLE_SIZE - index,
  'ten values and a few others': (uniform) =>
    uniform() < 0.9 ? floor(10 * uniform()) : 5 * seededNormal(uniform),
  'a thousand values': (uniform) => floor(1000 * uniform()),
} satisfies Record<string, Draw>;

/** More than 256 values with some per mille each: too many to keep, too heavy to draw a line through. */
export const DISCRETE_SAMPLES = {
  'three hundred values': (uniform) => floor(300 * uniform()),
  'normal, to two decimals': (uniform) => round(100 * seededNormal(uniform)) / 100,
  'a power law of integers': (uniform) => floor(1 / uniform()),
} satisfies Record<string, Draw>;

export function drawSample(draw: Draw): Float64Array {
  const uniform = seededUniform(42);
  const values = new Float64Array(SAMPLE_SIZE);
  for (let i = 0; i < SAMPLE_SIZE; i++) values[i] = draw(uniform, i);
  return values;
}

export function sketchOf(values: Iterable<number>): Sketch {
  const accumulator = new SketchAccumulator();
  for (const value of values) accumulator.add(value);
  return accumulator.sketch();
}

export function sketchesOfParts(values: Float64Array, parts: number): Sketch[] {
  const size = Math.ceil(values.length / parts);
  return Array.from({ length: parts }, (_, part) =>
    sketchOf(values.subarray(part * size, (part + 1) * size)),
  );
}
