import { assertAllowed, type Decision } from '../core/decision.js';

/** What the viewer is in a federation; null for somebody who may not know of it. */
export type FederationRole = 'owner' | 'member' | 'invited' | 'operator';

/** `view` includes the roster; `participate` is what invited organizations do not see yet; `manage` is the owner's. */
export type FederationAction = 'view' | 'participate' | 'manage';

const DECISIONS: Readonly<Record<FederationAction, Readonly<Record<FederationRole, Decision>>>> = {
  view: { owner: 'allowed', member: 'allowed', invited: 'allowed', operator: 'allowed' },
  participate: { owner: 'allowed', member: 'allowed', invited: 'forbidden', operator: 'allowed' },
  manage: { owner: 'allowed', member: 'forbidden', invited: 'forbidden', operator: 'allowed' },
};

const REASONS: Readonly<Record<FederationAction, string>> = {
  view: 'only members may see this',
  participate: 'only active members of the federation may see this: join it first',
  manage: 'only the owner of the federation may do this',
};

export function decideFederation(role: FederationRole | null, action: FederationAction): Decision {
  return role === null ? 'hidden' : DECISIONS[action][role];
}

/** @throws NOT_FOUND or FORBIDDEN */
export function assertFederation(role: FederationRole | null, action: FederationAction): void {
  assertAllowed(decideFederation(role, action), 'federation', REASONS[action]);
}
