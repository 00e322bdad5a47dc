import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  MEMBERSHIP,
  membershipState,
  shownStatus,
  type MembershipState,
  type MembershipStep,
  type Outcome,
  type StoredStatus,
} from '../../../src/federations/membership.js';

const STEPS = ['invite', 'join', 'decline', 'leave', 'remove'] as const satisfies MembershipStep[];
const STORED = ['active', 'invited', 'declined', 'left', 'removed'] as const satisfies StoredStatus[];
const STATES = ['none', 'owner', 'expired', ...STORED] as const satisfies MembershipState[];

const isStored = (outcome: Outcome): outcome is StoredStatus => STORED.some((status) => status === outcome);

/** Where a step leads; the state itself where nothing changes. */
function after(state: MembershipState, step: MembershipStep): MembershipState {
  const outcome = MEMBERSHIP[step][state];
  return isStored(outcome) ? outcome : state;
}

it('has an answer to every step in every state', () => {
  expect(Object.keys(MEMBERSHIP).sort()).toEqual([...STEPS].sort());
  for (const step of STEPS) expect(Object.keys(MEMBERSHIP[step]).sort()).toEqual([...STATES].sort());
});

describe('the table of repeats, as the contract has it', () => {
  // prettier-ignore
  const contract: readonly (readonly [MembershipStep, Partial<Record<MembershipState, Outcome>>])[] = [
    ['join',    { invited: 'active',   active: 'same',     declined: 'hidden',   left: 'hidden',   removed: 'hidden',  expired: 'hidden' }],
    ['decline', { invited: 'declined', active: 'conflict', declined: 'same',     left: 'hidden',   removed: 'hidden',  expired: 'hidden' }],
    ['leave',   { invited: 'conflict', active: 'left',     declined: 'hidden',   left: 'same',     removed: 'hidden',  expired: 'hidden' }],
    ['remove',  { invited: 'removed',  active: 'removed',  declined: 'conflict', left: 'conflict', removed: 'same',    expired: 'conflict' }],
    ['invite',  { invited: 'same',     active: 'same',     declined: 'invited',  left: 'invited',  removed: 'invited', expired: 'invited' }],
  ];
  it.each(contract)('%s', (step, outcomes) => {
    expect(MEMBERSHIP[step]).toMatchObject(outcomes);
  });
});

describe('the owner', () => {
  it.each(STEPS)('stays the owner when it is to %s', (step) => {
    expect(after('owner', step)).toBe('owner');
  });

  it.each([
    ['leave', 'conflict'],
    ['remove', 'conflict'],
    ['decline', 'conflict'],
    ['join', 'same'],
    ['invite', 'same'],
  ] as const)('is answered to %s with %s, never hidden from', (step, outcome) => {
    expect(MEMBERSHIP[step].owner).toBe(outcome);
  });
});

describe('every state', () => {
  it('is reached from the first invitation on, but the owner', () => {
    const reached = new Set<MembershipState>(['none']);
    for (const state of reached) {
      for (const step of STEPS) reached.add(after(state, step));
      if (state === 'invited') reached.add('expired');
    }
    expect([...reached].sort()).toEqual(STATES.filter((state) => state !== 'owner').sort());
  });

  it.each(STATES.filter((state) => state !== 'owner'))(
    'can come back to active by an invitation: %s',
    (state) => {
      expect(after(after(state, 'invite'), 'join')).toBe('active');
    },
  );
});

describe('a step', () => {
  const moves = STEPS.flatMap((step) =>
    STATES.filter((state) => isStored(MEMBERSHIP[step][state])).map((state) => ({ step, state })),
  );
  it.each(moves)('that was taken is the same when it is repeated: $step from $state', ({ step, state }) => {
    expect(MEMBERSHIP[step][after(state, step)]).toBe('same');
  });

  it.each(['join', 'decline', 'leave'] as const)(
    'of an organization that was never invited shows nothing: %s',
    (step) => {
      expect(MEMBERSHIP[step].none).toBe('hidden');
    },
  );

  it('makes an active member of nobody but by joining', () => {
    for (const step of STEPS)
      for (const state of STATES)
        if (MEMBERSHIP[step][state] === 'active') expect([step, state]).toEqual(['join', 'invited']);
  });

  it('of the organization itself never follows an end, whatever it does', () => {
    const own = fc.constantFrom('join', 'decline', 'leave' as const);
    fc.assert(
      fc.property(
        fc.constantFrom('declined', 'left', 'removed', 'expired' as const),
        fc.array(own),
        (end, steps) => {
          expect(steps.reduce<MembershipState>(after, end)).toBe(end);
        },
      ),
    );
  });

  it('hides the federation from whoever saw it only by ending the membership', () => {
    const sees = (state: MembershipState) => ['owner', 'active', 'invited'].includes(state);
    for (const step of STEPS)
      for (const state of STATES.filter(sees)) {
        expect(MEMBERSHIP[step][state]).not.toBe('hidden');
        if (!sees(after(state, step))) expect(['decline', 'leave', 'remove']).toContain(step);
      }
  });
});

describe('an invitation', () => {
  const invited = { role: 'member', status: 'invited', expiresAt: 1_000 } as const;

  it.each([
    { now: 999, status: 'invited' },
    { now: 1_000, status: 'expired' },
    { now: 1_001, status: 'expired' },
  ])('that ends at 1,000 is $status at $now', ({ now, status }) => {
    expect(shownStatus(invited, now)).toBe(status);
    expect(membershipState(invited, now)).toBe(status);
  });

  it('is all that expires', () => {
    for (const status of STORED.filter((stored) => stored !== 'invited')) {
      expect(shownStatus({ status, expiresAt: 1 }, 2)).toBe(status);
    }
  });

  it('is none where there is no row, and the owner is the owner', () => {
    expect(membershipState(null, 0)).toBe('none');
    expect(membershipState({ role: 'owner', status: 'active', expiresAt: null }, 0)).toBe('owner');
  });
});
