import { normalInterval } from '../special/normal.js';
import { checkRound, type SubsampledGaussianRound } from './round.js';

/** Looked up once: a lookup of `Math` in each turn of the loops costs ten times as much where globals are virtual (jest). */
const { exp, expm1, log, log1p } = Math;

/** Which of the two neighbours is observed: `remove` has the client and its neighbour lacks it, `add` the reverse. */
export type Adjacency = 'remove' | 'add';

/**
 * Checks the rounds, leaves out those that cost nothing, and joins those of equal noise and sample rate: only the
 * number of their steps matters, since composition is free of order.
 *
 * @param rounds in any order.
 * @returns rounds with q > 0 and T > 0 that differ in sigma or q, sorted, so that the order given cannot matter.
 * @throws RangeError that names the field which is outside its domain or not a number.
 */
export function distinctRounds(rounds: readonly SubsampledGaussianRound[]): SubsampledGaussianRound[] {
  const byParameters = new Map<string, SubsampledGaussianRound>();
  for (const round of rounds) {
    checkRound(round);
    if (round.sampleRate === 0 || round.steps === 0) continue;
    const key = `${round.noiseMultiplier} ${round.sampleRate}`;
    const steps = (byParameters.get(key)?.steps ?? 0) + round.steps;
    byParameters.set(key, { ...round, steps });
  }
  return [...byParameters.values()].sort(
    (a, b) => a.noiseMultiplier - b.noiseMultiplier || a.sampleRate - b.sampleRate,
  );
}

/**
 * The privacy loss at an outcome x of one step: ln(1 - q + q exp((2x - 1) / (2 sigma^2))), increasing in x.
 *
 * @returns relative error of a few ulp, no overflow.
 * @see Mironov, Talwar, Zhang 2019 (arXiv 1908.10530), section 3.
 */
export function lossAt({ noiseMultiplier, sampleRate }: SubsampledGaussianRound, x: number): number {
  const exponent = (x - 0.5) / noiseMultiplier / noiseMultiplier;
  if (sampleRate === 1) return exponent;
  if (exponent < 30) return log1p(sampleRate * expm1(exponent));
  return exponent + log(sampleRate) + log1p(((1 - sampleRate) / sampleRate) * exp(-exponent));
}

/** The outcome at which the privacy loss has a given value: the inverse of `lossAt`; -Infinity below its range. */
export function outcomeAt({ noiseMultiplier, sampleRate }: SubsampledGaussianRound, loss: number): number {
  const variance = noiseMultiplier * noiseMultiplier;
  if (sampleRate === 1) return variance * loss + 0.5;
  if (loss > 30) return variance * (loss - log(sampleRate) + log1p((sampleRate - 1) * exp(-loss))) + 0.5;
  const ratio = expm1(loss) / sampleRate;
  return ratio <= -1 ? -Infinity : variance * log1p(ratio) + 0.5;
}

/**
 * The total variation distance of one step, q (2 Phi(1 / (2 sigma)) - 1). Where the sum over all steps is at most
 * delta, epsilon is 0.
 */
export function totalVariation({ noiseMultiplier, sampleRate }: SubsampledGaussianRound): number {
  return sampleRate * normalInterval(-0.5 / noiseMultiplier, 0.5 / noiseMultiplier);
}
