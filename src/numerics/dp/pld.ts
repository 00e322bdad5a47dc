import { epsilonOfGaussian } from './gaussian.js';
import { compose, regroup, termOfRound } from './pld-compose.js';
import { epsilonOfLosses } from './pld-epsilon.js';
import { distinctRounds, totalVariation } from './pld-round.js';
import type { SubsampledGaussianRound } from './round.js';

/** Parts of delta that the windows and the outcomes left out may take. */
const WINDOW_SHARE = 1e-5;
const OUTCOME_SHARE = 1e-6;
/** Above this part of delta, round-off decides the answer, which is then refused. */
const MOST_ROUND_OFF = 0.5;

/** Grid points, and how many steps are grouped on a grid of how many points. */
interface Effort {
  readonly size: number;
  readonly groupSize: number;
  readonly group: number;
}

/** Long ledgers get coarser grids, so that they stay affordable; every grid gives an upper bound. */
function effortFor(distinct: number): Effort {
  if (distinct <= 8) return { size: 2 ** 18, groupSize: 2 ** 16, group: 2 ** 8 };
  if (distinct <= 64) return { size: 2 ** 17, groupSize: 2 ** 15, group: 2 ** 8 };
  return { size: 2 ** 16, groupSize: 2 ** 14, group: 2 ** 10 };
}

/**
 * Epsilon by the privacy loss distribution alone, without the short cuts of `tightEpsilon`: the larger of both
 * adjacencies, never below the exact value.
 *
 * The truth is bounded from above at each step: losses are split so that the split mechanism dominates
 * (`discretiseRound`, `moveToGrid`), the upper tail outside of each window (Chernoff) counts as infinite loss, and the
 * bound of the round-off is taken from delta. For q = 1 it exceeds the exact Gaussian by at most 3e-4 relative, over
 * sigma in [0.3, 50], T up to 1e5 and delta in [1e-9, 1e-3], measured in `pld.test.ts`.
 *
 * @param distinct what `distinctRounds` returns, at least one, with sigma > 0.
 * @param delta in (0, 1).
 * @returns epsilon in [0, Infinity]; Infinity where the loss does not fit on a grid or round-off is not small
 * compared with delta: from about 1e-15 for a single step, and from about 1e-8 for 1e9 steps.
 * @see Doroshenko et al. 2022 (arXiv 2207.04380), Algorithm 1; Koskela et al. 2020 (arXiv 1906.03049), Algorithm 1.
 */
export function epsilonByLossDistribution(
  distinct: readonly SubsampledGaussianRound[],
  delta: number,
): number {
  let steps = 0;
  for (const round of distinct) steps += round.steps;
  const { size, groupSize, group } = effortFor(distinct.length);
  const mass = delta * WINDOW_SHARE;
  const grouping = { group, size: groupSize, mass: mass / distinct.length };
  const terms = distinct.map((round) => termOfRound(round, (delta * OUTCOME_SHARE) / steps));
  const grouped = steps > 16 * group ? terms.flatMap((term) => regroup(term, grouping)) : terms;
  const composed = compose(grouped, size, mass);
  if (composed === null || !(composed.roundOff < MOST_ROUND_OFF * delta)) return Infinity;
  const budget = delta - composed.roundOff;
  return Math.max(epsilonOfLosses(composed.pair.remove, budget), epsilonOfLosses(composed.pair.add, budget));
}

/**
 * A tight upper bound of epsilon for a composition of Poisson-subsampled Gaussian rounds, neighbours differing by one
 * client more or less:
 *
 *   the smallest epsilon with max over both adjacencies of E[(1 - exp(epsilon - L))+] <= delta, L the composed loss.
 *
 * Rounds without subsampling alone are answered by the exact Gaussian. Otherwise the answer is the smaller of the
 * privacy loss distribution and the exact Gaussian of the same rounds without subsampling, which is an upper bound too
 * (the hockey-stick divergence is jointly convex); it is 0 where the sum of the total variations is at most delta.
 *
 * @param rounds in any order; none, or rounds with q = 0 or T = 0, cost nothing.
 * @param delta in (0, 1).
 * @returns epsilon in [0, Infinity], rounded up: never below the exact value. Infinity when sigma = 0 with q, T > 0.
 * Not tight where the loss distribution gives up (see `epsilonByLossDistribution`): take the smaller of this and RDP.
 * @throws RangeError that names the argument or field which is outside its domain or not a number.
 * @see Doroshenko et al. 2022 (arXiv 2207.04380), Algorithm 1; Balle and Wang 2018 (arXiv 1805.06530), Theorem 8;
 * Zhu, Dong, Wang 2022 (arXiv 2106.08567), Theorem 11, for the dominating pairs of Poisson sampling.
 */
export function tightEpsilon(rounds: readonly SubsampledGaussianRound[], delta: number): number {
  if (!(delta > 0 && delta < 1)) throw new RangeError('delta must be above 0 and below 1');
  const distinct = distinctRounds(rounds);
  if (distinct.length === 0) return 0;
  if (distinct.some(({ noiseMultiplier }) => noiseMultiplier === 0)) return Infinity;
  let squaredMu = 0;
  let variation = 0;
  for (const round of distinct) {
    squaredMu += round.steps / round.noiseMultiplier / round.noiseMultiplier;
    variation += round.steps * totalVariation(round);
  }
  const unsampled = epsilonOfGaussian(Math.sqrt(squaredMu), delta);
  if (unsampled === 0 || distinct.every(({ sampleRate }) => sampleRate === 1)) return unsampled;
  if (variation * (1 + 1e-12) <= delta) return 0;
  return Math.min(unsampled, epsilonByLossDistribution(distinct, delta));
}
