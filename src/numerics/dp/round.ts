/**
 * One training round: T steps of the Gaussian mechanism on a Poisson sample of the clients, under the neighbouring
 * relation "add or remove one client". The noise has the standard deviation noiseMultiplier · clippingBound.
 */
export interface SubsampledGaussianRound {
  /** σ, in [0, infinity]. */
  readonly noiseMultiplier: number;
  /** q, the probability of each client to take part in a step, in [0, 1]. */
  readonly sampleRate: number;
  /** T, a whole number from 0 to 2^53 - 1. */
  readonly steps: number;
}

/** What one step costs, when it is neither free nor infinite. */
export interface SubsampledGaussianStep {
  /** σ, in (0, infinity). */
  readonly noiseMultiplier: number;
  /** q, in (0, 1). */
  readonly sampleRate: number;
}

/** @throws RangeError which names the field that is outside its domain or not a number. */
export function checkRound({ noiseMultiplier, sampleRate, steps }: SubsampledGaussianRound): void {
  if (!(noiseMultiplier >= 0))
    throw new RangeError(`noiseMultiplier must be at least 0, not ${noiseMultiplier}.`);
  if (!(sampleRate >= 0 && sampleRate <= 1))
    throw new RangeError(`sampleRate must be from 0 to 1, not ${sampleRate}.`);
  if (!(Number.isSafeInteger(steps) && steps >= 0))
    throw new RangeError(`steps must be a whole number, at least 0, not ${steps}.`);
}
