/**
 * The contract's rules of membership, written again from its text and not from the source: a table of what a step
 * answers and where it leads, and who sees the federation.
 */
export const STEPS = ['invite', 'join', 'decline', 'leave', 'remove'] as const;
export type Step = (typeof STEPS)[number];

/** 0 is the owner. */
export type Caller = 0 | 1 | 2 | 3;

type State = 'none' | 'invited' | 'active' | 'declined' | 'left' | 'removed' | 'expired';

/** Answers of the steps that an organization takes for itself: the new state, `same`, or a refusal's status. */
const OWN: Readonly<
  Record<'join' | 'decline' | 'leave', Readonly<Record<State, State | 'same' | 404 | 409>>>
> = {
  join: {
    none: 404,
    invited: 'active',
    active: 'same',
    declined: 404,
    left: 404,
    removed: 404,
    expired: 404,
  },
  decline: {
    none: 404,
    invited: 'declined',
    active: 409,
    declined: 'same',
    left: 404,
    removed: 404,
    expired: 404,
  },
  leave: { none: 404, invited: 409, active: 'left', declined: 404, left: 'same', removed: 404, expired: 404 },
};

export class MembershipModel {
  private readonly states: State[];

  /** @param first state of organization 1. */
  constructor(first: State = 'none') {
    this.states = ['active', first, 'none', 'none'];
  }

  stateOf(caller: Caller): State {
    return this.states[caller] ?? 'none';
  }

  /** What the step answers; the states follow it. `subject` counts for invite and remove, which the owner takes. */
  take(step: Step, by: Caller, subject: Caller): number {
    if (step === 'invite' || step === 'remove') {
      if (!this.sees(by)) return 404;
      if (by !== 0) return 403;
      return step === 'invite' ? this.invite(subject) : this.remove(subject);
    }
    if (by === 0) return step === 'join' ? 200 : 409;
    const outcome = OWN[step][this.states[by] ?? 'none'];
    if (typeof outcome === 'number') return outcome;
    if (outcome !== 'same') this.states[by] = outcome;
    return 200;
  }

  private invite(subject: Caller): number {
    const state = this.states[subject];
    if (state !== 'active' && state !== 'invited') this.states[subject] = 'invited';
    return 200;
  }

  private remove(subject: Caller): number {
    const state = this.states[subject];
    if (subject === 0) return 409;
    if (state === 'none') return 404;
    if (state === 'declined' || state === 'left' || state === 'expired') return 409;
    this.states[subject] = 'removed';
    return 200;
  }

  expire(): void {
    for (const [i, state] of this.states.entries()) if (state === 'invited') this.states[i] = 'expired';
  }

  sees(caller: Caller): boolean {
    return this.states[caller] === 'active' || this.states[caller] === 'invited';
  }

  activeCount(): number {
    return this.states.filter((state) => state === 'active').length;
  }

  /** Status by organization, of those that were ever invited. */
  roster(ids: readonly string[]): Record<string, State> {
    return Object.fromEntries(
      ids.flatMap((id, i) => (this.states[i] === 'none' ? [] : [[id, this.states[i] ?? 'none']])),
    );
  }
}
