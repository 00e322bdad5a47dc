/**
 * The contract's rules of membership, written again from its text and not from the source: what each step of each
 * caller answers, where it leads, and who sees what of the federation.
 */
export const OWN_STEPS = ['join', 'decline', 'leave'] as const;
export const STEPS = ['invite', 'remove', ...OWN_STEPS] as const;
export type Step = (typeof STEPS)[number];

/** An organization by its number: 0 is the owner, 1 to 3 may be invited, 4 is an outsider for ever. */
export type Organization = 0 | 1 | 2 | 3 | 4;
export type Caller = Organization | 'operator';
export const ORGANIZATIONS = [0, 1, 2, 3, 4] as const;

export type State = 'none' | 'invited' | 'active' | 'declined' | 'left' | 'removed' | 'expired';
export type Status = 200 | 403 | 404 | 409;

const INVITATION_DAYS = 30;

/** What an organization's own step does: the state that it leads to, `same`, or the refusal. */
// prettier-ignore
const OWN: Readonly<Record<(typeof OWN_STEPS)[number], Readonly<Record<State, State | 'same' | 404 | 409>>>> = {
  join:    { none: 404, invited: 'active',   active: 'same', declined: 404,    left: 404,    removed: 404, expired: 404 },
  decline: { none: 404, invited: 'declined', active: 409,    declined: 'same', left: 404,    removed: 404, expired: 404 },
  leave:   { none: 404, invited: 409,        active: 'left', declined: 404,    left: 'same', removed: 404, expired: 404 },
};

export class MembershipModel {
  private readonly states: Exclude<State, 'expired'>[] = ['active', 'none', 'none', 'none', 'none'];
  private readonly invitedOn = [0, 0, 0, 0, 0];
  private today = 0;

  stateOf(organization: Organization): State {
    const state = this.states[organization] ?? 'none';
    const isPast = this.today - (this.invitedOn[organization] ?? 0) >= INVITATION_DAYS;
    return state === 'invited' && isPast ? 'expired' : state;
  }

  pass(days: number): void {
    this.today += days;
  }

  /** Takes a step, of which `subject` is the organization that is invited or removed, joins, declines or leaves. */
  take(step: Step, by: Caller, subject: Organization): Status {
    if (step !== 'invite' && step !== 'remove') return this.takeOwn(step, by, subject);
    if (!this.sees(by)) return 404;
    if (by !== 0 && by !== 'operator') return 403;
    return step === 'invite' ? this.invite(subject) : this.remove(subject);
  }

  private takeOwn(step: (typeof OWN_STEPS)[number], by: Caller, subject: Organization): Status {
    if (subject === 0) return step === 'join' ? 200 : 409;
    const outcome = OWN[step][this.stateOf(subject)];
    if (outcome === 409) return 409;
    // An operator sees every federation, so that joining without an invitation is forbidden and not hidden.
    if (outcome === 404) return by === 'operator' && step === 'join' ? 403 : 404;
    if (outcome !== 'same' && outcome !== 'expired') this.states[subject] = outcome;
    return 200;
  }

  private invite(subject: Organization): 200 {
    const state = this.stateOf(subject);
    if (state === 'active' || state === 'invited') return 200;
    this.states[subject] = 'invited';
    this.invitedOn[subject] = this.today;
    return 200;
  }

  private remove(subject: Organization): Status {
    const state = this.stateOf(subject);
    if (subject === 0) return 409;
    if (state === 'none') return 404;
    if (state === 'declined' || state === 'left' || state === 'expired') return 409;
    this.states[subject] = 'removed';
    return 200;
  }

  sees(caller: Caller): boolean {
    return caller === 'operator' || this.stateOf(caller) === 'active' || this.stateOf(caller) === 'invited';
  }

  roleOf(caller: Caller): 'operator' | 'owner' | 'member' | 'invited' {
    if (caller === 'operator') return 'operator';
    if (caller === 0) return 'owner';
    return this.stateOf(caller) === 'active' ? 'member' : 'invited';
  }

  get memberCount(): number {
    return ORGANIZATIONS.filter((organization) => this.stateOf(organization) === 'active').length;
  }

  /** Those that were ever invited, and the owner. */
  get roster(): readonly { readonly organization: Organization; readonly state: State }[] {
    return ORGANIZATIONS.map((organization) => ({ organization, state: this.stateOf(organization) })).filter(
      ({ state }) => state !== 'none',
    );
  }
}
