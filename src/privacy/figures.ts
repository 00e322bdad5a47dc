import { roundDown, roundEpsilonUp } from '../numerics/dp/index.js';
import { epsilonOf, ORDER_COUNT, ORDERS_VERSION, type Projection } from './accountant.js';
import type { LedgerRow } from './ledger.repository.js';
import { decodeRdp } from './rdp-vector.js';
import type { RoundVectors } from './round.repository.js';

/** What a ledger says of itself, as it leaves the server: spent is rounded up, what remains down. */
export interface PrivacyStatus {
  readonly federationId: string;
  readonly totalEpsilonBudget: number;
  readonly totalDeltaBudget: number;
  /** Null for infinity. */
  readonly currentEpsilonSpent: number | null;
  readonly epsilonRemaining: number;
  readonly isExhausted: boolean;
  readonly isInfinite: boolean;
  readonly roundsTracked: number;
  readonly roundsUntracked: number;
  readonly accountant: 'rdp';
}

export interface PrivacyEstimate {
  readonly currentEpsilon: number | null;
  readonly projectedEpsilon: number | null;
  readonly roundEpsilonCost: number | null;
  readonly wouldExceedBudget: boolean;
  readonly budgetEpsilon: number;
  readonly delta: number;
  readonly maxStepsWithinBudget: number;
  readonly isInfinite: boolean;
}

/** Of one round in its ledger; both null for a round that is not in the sum. */
export interface RoundFigures {
  readonly epsilonCost: number | null;
  readonly cumulativeEpsilon: number | null;
}

/** JSON has no infinity: null says it, beside `isInfinite`. */
export function shownEpsilon(epsilon: number): number | null {
  return Number.isFinite(epsilon) ? roundEpsilonUp(Math.max(0, epsilon)) : null;
}

/** The vector of a ledger or a round. @throws Error for one over orders that this version does not know. */
export function spentOf({ rdp, ordersVersion }: Pick<LedgerRow, 'rdp' | 'ordersVersion'>): Float64Array {
  if (ordersVersion !== ORDERS_VERSION)
    throw new Error(
      `the ledger is over version ${ordersVersion} of the Rényi orders, which this gateway does not know`,
    );
  return decodeRdp(rdp, ORDER_COUNT);
}

export function statusOf(ledger: LedgerRow): PrivacyStatus {
  const spent = epsilonOf(spentOf(ledger), ledger.totalDelta);
  return {
    federationId: ledger.federationId,
    totalEpsilonBudget: ledger.totalEpsilon,
    totalDeltaBudget: ledger.totalDelta,
    currentEpsilonSpent: shownEpsilon(spent),
    epsilonRemaining: remainingOf(ledger.totalEpsilon, spent),
    isExhausted: spent >= ledger.totalEpsilon,
    isInfinite: spent === Infinity,
    roundsTracked: ledger.roundsTracked,
    roundsUntracked: ledger.roundsUntracked,
    accountant: 'rdp',
  };
}

/** Rounded down, so that whoever spends it stays within the budget. Of an untouched budget all of it remains. */
function remainingOf(totalEpsilon: number, spent: number): number {
  if (spent === 0) return totalEpsilon;
  return spent < totalEpsilon ? roundDown(totalEpsilon - spent) : 0;
}

/** @param maxSteps see `maxStepsWithin` */
export function estimateOf(projection: Projection, maxSteps: number): PrivacyEstimate {
  const { currentEpsilon, projectedEpsilon, roundEpsilonCost, exceeds, budgetEpsilon, delta } = projection;
  return {
    currentEpsilon: shownEpsilon(currentEpsilon),
    projectedEpsilon: shownEpsilon(projectedEpsilon),
    roundEpsilonCost: shownEpsilon(roundEpsilonCost),
    wouldExceedBudget: exceeds,
    budgetEpsilon,
    delta,
    maxStepsWithinBudget: maxSteps,
    isInfinite: projectedEpsilon === Infinity,
  };
}

export function figuresOf({ cumulativeRdp, previousRdp }: RoundVectors, delta: number): RoundFigures {
  if (cumulativeRdp === null) return { epsilonCost: null, cumulativeEpsilon: null };
  const [before, after] = [previousRdp, cumulativeRdp].map((rdp) =>
    epsilonOf(decodeRdp(rdp, ORDER_COUNT), delta),
  );
  if (before === undefined || after === undefined) throw new Error('two vectors give two epsilons');
  return { epsilonCost: shownEpsilon(after - before), cumulativeEpsilon: shownEpsilon(after) };
}
