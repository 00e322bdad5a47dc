import { LRUCache } from 'lru-cache';
import { costOf } from './accountant.js';
import type { RoundRow } from './round.repository.js';

/** About 1.3 MB. Rounds of one federation mostly repeat a few parameters. */
const MAX_COSTS = 1_000;

/** The costs of rounds that were looked at last, so that a ledger of equal rounds is recomputed in no time. */
export class CostMemory {
  private readonly known = new LRUCache<string, Float64Array>({ max: MAX_COSTS });

  /** @throws Error for an untracked round, which costs nothing that is known. */
  of({ id, noiseMultiplier, sampleRate, numSteps }: RoundRow): Float64Array {
    if (noiseMultiplier === null || sampleRate === null || numSteps === null)
      throw new Error(`the round ${id} has no privacy parameters`);
    const key = `${noiseMultiplier} ${sampleRate} ${numSteps}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const cost = costOf({ noiseMultiplier, sampleRate, steps: numSteps });
    this.known.set(key, cost);
    return cost;
  }
}
