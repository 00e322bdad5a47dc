import {
  epsilonFromRdp,
  RENYI_ORDERS_VERSION,
  renyiOrders,
  rdpVector,
  roundEpsilonUp,
} from '../../src/numerics/dp/index.js';

/**
 * The rules of the privacy ledger, written again from its semantics and not from the source: one step after the other,
 * the sum made anew from all rounds each time.
 */
export interface Parameters {
  readonly noiseMultiplier: number;
  readonly sampleRate: number;
  readonly numSteps: number;
  readonly targetDelta: number | null;
}

/** What is asked of a new round, without its id. */
export interface Content {
  readonly kind: 'record' | 'reserve';
  /** Null for an untracked round, which is recorded. */
  readonly parameters: Parameters | null;
  readonly alreadyExecuted: boolean;
  readonly samples: number | null;
}

export type Step =
  | { readonly step: 'add'; readonly round: number; readonly content: Content }
  | { readonly step: 'complete'; readonly round: number; readonly samples: number | null }
  | { readonly step: 'cancel'; readonly round: number }
  | { readonly step: 'budget'; readonly epsilon: number; readonly delta: number };

export type Status = 'reserved' | 'completed' | 'cancelled';

/** What a step answers. */
export type Outcome =
  | { readonly refusal: 'invalid_input' | 'not_found' | 'conflict' }
  | {
      readonly refusal: 'privacy_budget_exceeded';
      readonly current: number | null;
      readonly projected: number | null;
      readonly budget: number;
    }
  | {
      readonly number: number;
      readonly status: Status;
      readonly overdrawn: boolean;
      readonly duplicate: boolean;
    }
  | { readonly spent: number | null; readonly tracked: number; readonly untracked: number };

export interface Round {
  /** Which of the clients' ids. */
  readonly round: number;
  readonly content: Content;
  readonly status: Status;
  readonly overdrawn: boolean;
  /** The samples that a reservation was completed with; undefined before. */
  readonly completedWith?: number | null;
}

const ORDERS = renyiOrders(RENYI_ORDERS_VERSION);
const COSTS = new Map<string, Float64Array>();

type Costing = Omit<Parameters, 'targetDelta'>;

function costOf({ noiseMultiplier, sampleRate, numSteps }: Costing): Float64Array {
  const key = [noiseMultiplier, sampleRate, numSteps].join();
  const cost = COSTS.get(key) ?? rdpVector({ noiseMultiplier, sampleRate, steps: numSteps }, ORDERS);
  COSTS.set(key, cost);
  return cost;
}

/** The sum of rounds in the order given. */
export function sumOf(rounds: readonly Costing[]): Float64Array {
  const sum = new Float64Array(ORDERS.length);
  for (const round of rounds) costOf(round).forEach((cost, i) => (sum[i]! += cost));
  return sum;
}

function epsilonOf(rounds: readonly Costing[], delta: number): number {
  return epsilonFromRdp(sumOf(rounds), ORDERS, delta).epsilon;
}

function shown(epsilon: number): number | null {
  return Number.isFinite(epsilon) ? roundEpsilonUp(epsilon) : null;
}

export class LedgerModel {
  /** Rounds have the numbers 1, 2, … of their places. */
  constructor(
    readonly budget: { readonly epsilon: number; readonly delta: number },
    readonly rounds: readonly Round[] = [],
  ) {}

  /** What a step answers, and the ledger behind it. */
  take(step: Step): { readonly outcome: Outcome; readonly after: LedgerModel } {
    if (step.step === 'budget') {
      const after = new LedgerModel({ epsilon: step.epsilon, delta: step.delta }, this.rounds);
      return { outcome: after.status, after };
    }
    const index = this.rounds.findIndex(({ round }) => round === step.round);
    const round = this.rounds[index];
    if (step.step === 'add') {
      if (round === undefined) return this.add(step.round, step.content);
      return JSON.stringify(round.content) === JSON.stringify(step.content)
        ? this.answer(index, true)
        : this.refuse('conflict');
    }
    if (round === undefined) return this.refuse('not_found');
    const isTaken =
      step.step === 'cancel' ? round.status === 'cancelled' : round.completedWith === step.samples;
    if (isTaken) return this.answer(index, true);
    if (round.status !== 'reserved') return this.refuse('conflict');
    const ended: Round =
      step.step === 'cancel'
        ? { ...round, status: 'cancelled' }
        : { ...round, status: 'completed', completedWith: step.samples };
    return new LedgerModel(this.budget, this.rounds.with(index, ended)).answer(index, false);
  }

  private add(round: number, content: Content): { outcome: Outcome; after: LedgerModel } {
    const { parameters, kind, alreadyExecuted } = content;
    const delta = parameters?.targetDelta ?? this.budget.delta;
    if (delta > this.budget.delta) return this.refuse('invalid_input');
    const current = epsilonOf(this.counted, delta);
    const projected = parameters === null ? 0 : epsilonOf([...this.counted, parameters], delta);
    const overdrawn = projected > this.budget.epsilon;
    if (overdrawn && !alreadyExecuted) {
      const figures = { current: shown(current), projected: shown(projected), budget: this.budget.epsilon };
      return { outcome: { refusal: 'privacy_budget_exceeded', ...figures }, after: this };
    }
    const status = kind === 'reserve' ? 'reserved' : 'completed';
    const after = new LedgerModel(this.budget, [...this.rounds, { round, content, status, overdrawn }]);
    return after.answer(this.rounds.length, false);
  }

  /** The parameters of the rounds in the sum. */
  get counted(): Parameters[] {
    return this.rounds.flatMap(({ status, content: { parameters } }) =>
      status === 'cancelled' || parameters === null ? [] : [parameters],
    );
  }

  get status(): { spent: number | null; tracked: number; untracked: number } {
    const { counted } = this;
    return {
      spent: shown(epsilonOf(counted, this.budget.delta)),
      tracked: counted.length,
      untracked: this.rounds.filter(({ content }) => content.parameters === null).length,
    };
  }

  private refuse(refusal: 'invalid_input' | 'not_found' | 'conflict'): {
    outcome: Outcome;
    after: LedgerModel;
  } {
    return { outcome: { refusal }, after: this };
  }

  private answer(index: number, duplicate: boolean): { outcome: Outcome; after: LedgerModel } {
    const { status, overdrawn } = this.rounds[index]!;
    return { outcome: { number: index + 1, status, overdrawn, duplicate }, after: this };
  }
}
