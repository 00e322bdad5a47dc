import { type LossMasses } from './pld-masses.js';

/** Looked up once: a lookup of `Math` in each turn of the loops costs ten times as much where globals are virtual (jest). */
const { abs, exp, expm1, log1p, max } = Math;

/**
 * The smallest epsilon >= 0 with delta(epsilon) <= delta for a loss on a grid:
 *
 *   delta(epsilon) = infinityMass + sum over losses l > epsilon of mass(l) * (1 - exp(epsilon - l)).
 *
 * From the highest loss downward, the tail D_k = delta(l_k) - infinityMass and the weight B_k = sum of
 * mass(l) exp(l_k - l) follow by recurrences whose terms are all positive, so that no exponential of a loss is taken:
 *
 *   D_(k-1) = D_k + (B_k + m_k) (1 - e^-h),   B_(k-1) = (B_k + m_k) e^-h.
 *
 * @param pmf masses on a grid; negative ones (round-off) are allowed.
 * @param delta in (0, 1).
 * @returns epsilon in [0, Infinity], rounded up by 1e-12 relative, which covers the recurrence (measured in
 * `pld.test.ts`); Infinity when the infinity mass is at least delta, and when the tail that is on the grid does not
 * reach delta above a positive loss, because then the grid misses the distribution.
 * @see Koskela, Jälkö, Honkela 2020 (arXiv 1906.03049), section 4, for delta(epsilon) on a grid.
 */
export function epsilonOfLosses(pmf: LossMasses, delta: number): number {
  const budget = delta - pmf.infinityMass;
  if (!(budget > 0)) return Infinity;
  const { interval, masses } = pmf;
  const decay = exp(-interval);
  const rise = -expm1(-interval);
  let tail = 0;
  let weight = 0;
  for (let k = masses.length - 1; k > 0; k--) {
    const loss = pmf.origin + (pmf.offset + k) * interval;
    if (loss <= 0) return 0;
    const withPoint = weight + (masses[k] ?? 0);
    const next = tail + withPoint * rise;
    if (next > budget) {
      const below = -log1p(-(budget - tail) / withPoint);
      return max(0, loss - below + 1e-12 * abs(loss));
    }
    tail = next;
    weight = withPoint * decay;
  }
  return pmf.origin + pmf.offset * interval <= 0 ? 0 : Infinity;
}
