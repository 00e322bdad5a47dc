import { add, divide, doubleDouble, multiply, twoProduct } from './double-double.js';
import { type SubsampledGaussianStep } from './round.js';

/** The coarsest step in units of σ, a dyadic one, so that u and u² are exact; the error of a Gaussian is e^(-2π²/h²). */
export const COARSEST_STEP = 0.625;

/** Where the density, times any power that grows beside it, is nothing: e^(-9.5² / 2) is 3e-20. */
export const REACH = 9.5;

/** 1 / k! from k = 14 down to 2. The next term is below 1e-18 of the sum. */
const SERIES = [14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2].map((k) => 1 / factorial(k));

/** Below it the series, above it the difference, which then loses at most four bits. */
const LARGEST_OF_SERIES = 0.25;

/** The nodes of one level of refinement. All arrays have one entry per node, in ascending order of u = z / σ. */
export interface Level {
  readonly first: number;
  readonly spacing: number;
  readonly logRatio: Float64Array;
  readonly curvature: Float64Array;
  readonly logDensity: Float64Array;
  readonly weight: Float64Array;
  readonly estimate: Float64Array;
}

export function makeLevel(step: SubsampledGaussianStep, largestOrder: number, index: number): Level {
  const spacing = index === 0 ? COARSEST_STEP : COARSEST_STEP / 2 ** (index - 1);
  const offset = index === 0 ? 0 : 0.5;
  const lowest = Math.floor(-REACH / spacing) + offset;
  const count = Math.ceil((largestOrder / step.noiseMultiplier + REACH) / spacing - lowest) + 1;
  const level: Level = {
    first: lowest * spacing,
    spacing,
    logRatio: new Float64Array(count),
    curvature: new Float64Array(count),
    logDensity: new Float64Array(count),
    weight: new Float64Array(count),
    estimate: new Float64Array(count),
  };
  fillWithNodes(level, step);
  return level;
}

function fillWithNodes(level: Level, { noiseMultiplier, sampleRate }: SubsampledGaussianStep): void {
  const inverse = divide(doubleDouble(1), doubleDouble(noiseMultiplier));
  const half = multiply(multiply(inverse, inverse), doubleDouble(-0.5));
  const logRate = Math.log(sampleRate);
  const rest = 1 - sampleRate;
  const logOdds = Math.log1p(-sampleRate) - logRate;
  for (let node = 0; node < level.logRatio.length; node++) {
    const u = level.first + node * level.spacing;
    const scaled = twoProduct(u, inverse.high);
    const loss = add({ high: scaled.high, low: scaled.low + u * inverse.low }, half).high;
    const x = sampleRate * Math.expm1(loss);
    const logRatio =
      x > 1
        ? logRate + loss + Math.log1p(Math.exp(logOdds - loss))
        : x < -0.5
          ? Math.log(rest + sampleRate * Math.exp(loss))
          : Math.log1p(x);
    const logSquare = x > 1e150 ? 2 * (logRate + loss) : 2 * Math.log(Math.abs(x));
    level.logRatio[node] = logRatio;
    level.curvature[node] = excessOfExp(-logRatio);
    level.logDensity[node] = logRatio - (u * u) / 2;
    level.weight[node] = Math.exp(logRatio - (u * u) / 2);
    level.estimate[node] = logSquare - (u * u) / 2;
  }
}

/** g(y) = e^y - 1 - y >= 0, to about 4e-15 of itself. */
export function excessOfExp(y: number): number {
  if (y > LARGEST_OF_SERIES || y < -LARGEST_OF_SERIES) return Math.exp(y) - 1 - y;
  let sum = 0;
  for (const coefficient of SERIES) sum = sum * y + coefficient;
  return sum * y * y;
}

function factorial(n: number): number {
  return n < 2 ? 1 : n * factorial(n - 1);
}
