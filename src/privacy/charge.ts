import { setImmediate as giveWay } from 'node:timers/promises';
import { DomainError } from '../core/errors.js';
import type { Transaction } from '../db/database.js';
import { CostMemory } from './cost-memory.js';
import { costOf, maxStepsWithin, ORDER_COUNT, project, type Projection } from './accountant.js';
import { estimateOf, spentOf, type PrivacyEstimate } from './figures.js';
import type { LedgerRow } from './ledger.repository.js';
import { addRdp, decodeRdp, encodeRdp } from './rdp-vector.js';
import type { Parameters } from './round-input.js';
import { roundRepository, type RoundRow } from './round.repository.js';

/** What a round that is let through does to the ledger. */
export interface Charge {
  readonly previousRdp: Buffer | null;
  /** The sum with the round in it. */
  readonly cumulativeRdp: Buffer;
  readonly overdrawn: boolean;
}

/** How many rounds are held in memory while a ledger is recomputed. */
const CHUNK = 200;

/**
 * Charges a round to a ledger, whose lock the caller holds.
 * @throws PRIVACY_BUDGET_EXCEEDED with the estimate as its facts, unless the round has run already.
 */
export function chargeFor(ledger: LedgerRow, parameters: Parameters, alreadyExecuted: boolean): Charge {
  const { noiseMultiplier, sampleRate, numSteps, targetDelta } = parameters;
  const spent = spentOf(ledger);
  const asked = { oneStep: costOf({ noiseMultiplier, sampleRate, steps: 1 }), steps: numSteps };
  const limit = { totalEpsilon: ledger.totalEpsilon, delta: targetDelta ?? ledger.totalDelta };
  const projection = project(spent, asked, limit);
  if (projection.exceeds && !alreadyExecuted)
    throw budgetExceeded(projection, estimateOf(projection, maxStepsWithin(spent, asked.oneStep, limit)));
  return {
    previousRdp: ledger.rdp,
    cumulativeRdp: encodeRdp(projection.vector),
    overdrawn: projection.exceeds,
  };
}

function budgetExceeded({ budgetEpsilon }: Projection, estimate: PrivacyEstimate): DomainError {
  const projected =
    estimate.projectedEpsilon === null ? 'an infinite epsilon' : `epsilon ${estimate.projectedEpsilon}`;
  return new DomainError(
    'PRIVACY_BUDGET_EXCEEDED',
    `the round would bring the federation to ${projected}, above its budget of ${budgetEpsilon}; nothing was recorded`,
    {
      facts: {
        current_epsilon: estimate.currentEpsilon,
        projected_epsilon: estimate.projectedEpsilon,
        round_epsilon_cost: estimate.roundEpsilonCost,
        would_exceed_budget: estimate.wouldExceedBudget,
        budget_epsilon: estimate.budgetEpsilon,
        delta: estimate.delta,
        max_steps_within_budget: estimate.maxStepsWithinBudget,
        is_infinite: estimate.isInfinite,
      },
    },
  );
}

/** The ledger behind a new round; without a charge it is an untracked one. */
export function withRound(ledger: LedgerRow, charge: Charge | null): LedgerRow {
  const lastRoundNumber = ledger.lastRoundNumber + 1;
  if (charge === null) return { ...ledger, lastRoundNumber, roundsUntracked: ledger.roundsUntracked + 1 };
  return {
    ...ledger,
    lastRoundNumber,
    rdp: charge.cumulativeRdp,
    roundsTracked: ledger.roundsTracked + 1,
    version: ledger.version + 1,
  };
}

/**
 * The ledger without a counted round: the sums of the counted rounds behind it are made anew from the sum before it.
 * Never by subtraction, which would leave the round-off of what was added. The round itself is the caller's to change.
 */
export async function withoutRound(tx: Transaction, ledger: LedgerRow, round: RoundRow): Promise<LedgerRow> {
  const [vectors] = await roundRepository.findVectors(tx, [round.id]);
  let rdp = vectors?.previousRdp ?? null;
  let sum = decodeRdp(rdp, ORDER_COUNT);
  const costs = new CostMemory();
  for (let last = round.roundNumber; ;) {
    const rounds = await roundRepository.listBehind(tx, ledger.federationId, last, CHUNK);
    const changed = rounds
      .filter(({ isCounted }) => isCounted)
      .map((behind) => {
        const previousRdp = rdp;
        sum = addRdp(sum, costs.of(behind));
        rdp = encodeRdp(sum);
        return { id: behind.id, previousRdp, cumulativeRdp: rdp };
      });
    await roundRepository.putSums(tx, changed);
    last = rounds.at(-1)?.roundNumber ?? last;
    if (rounds.length < CHUNK) break;
    // SQLite works in this thread: other requests get their turn between two chunks.
    await giveWay();
  }
  return { ...ledger, rdp, roundsTracked: ledger.roundsTracked - 1, version: ledger.version + 1 };
}
