/** What is stored. An invitation past its time is stored as invited and shown as expired. */
export type StoredStatus = 'active' | 'invited' | 'declined' | 'left' | 'removed';
export type MemberStatus = StoredStatus | 'expired';
export type MemberRole = 'owner' | 'member';

/** A membership's place in its life; `none` before the first invitation, `owner` from the federation's creation. */
export type MembershipState = MemberStatus | 'none' | 'owner';
export type MembershipStep = 'invite' | 'join' | 'decline' | 'leave' | 'remove';

/**
 * A stored status: the step moves the membership there. `same`: nothing changes and the row is the answer.
 * `conflict`: the state forbids the step. `hidden`: whoever takes the step may not know that the federation exists.
 */
export type Outcome = StoredStatus | 'same' | 'conflict' | 'hidden';

/** The whole life of a membership: what each step does in each state. */
// prettier-ignore
export const MEMBERSHIP: Readonly<Record<MembershipStep, Readonly<Record<MembershipState, Outcome>>>> = {
  // step      none               invited              active              declined              left              removed              expired              owner
  invite:  { none: 'invited', invited: 'same',     active: 'same',     declined: 'invited',  left: 'invited',  removed: 'invited', expired: 'invited',  owner: 'same' },
  join:    { none: 'hidden',  invited: 'active',   active: 'same',     declined: 'hidden',   left: 'hidden',   removed: 'hidden',  expired: 'hidden',   owner: 'same' },
  decline: { none: 'hidden',  invited: 'declined', active: 'conflict', declined: 'same',     left: 'hidden',   removed: 'hidden',  expired: 'hidden',   owner: 'conflict' },
  leave:   { none: 'hidden',  invited: 'conflict', active: 'left',     declined: 'hidden',   left: 'same',     removed: 'hidden',  expired: 'hidden',   owner: 'conflict' },
  remove:  { none: 'hidden',  invited: 'removed',  active: 'removed',  declined: 'conflict', left: 'conflict', removed: 'same',    expired: 'conflict', owner: 'conflict' },
};

interface StoredMembership {
  readonly role: MemberRole;
  readonly status: StoredStatus;
  readonly expiresAt: number | null;
}

export function membershipState(member: StoredMembership | null, now: number): MembershipState {
  if (member === null) return 'none';
  return member.role === 'owner' ? 'owner' : shownStatus(member, now);
}

export function shownStatus(member: Omit<StoredMembership, 'role'>, now: number): MemberStatus {
  const isExpired = member.status === 'invited' && member.expiresAt !== null && member.expiresAt <= now;
  return isExpired ? 'expired' : member.status;
}
