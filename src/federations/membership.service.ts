import {
  assertScope,
  parseNewOrganizationId,
  recordAudit,
  resolveOrganizationId,
  type OrganizationService,
} from '../auth/index.js';
import type { Clock } from '../core/clock.js';
import { conflict, forbidden, invalidInput, notFound } from '../core/errors.js';
import { isExternalId, isOwnId, newId, newIds } from '../core/ids.js';
import type { CallContext } from '../db/call-context.js';
import type { Transaction } from '../db/database.js';
import { isUniqueViolation } from '../db/dialect.js';
import { assertFederation } from './federation.policy.js';
import { federationRepository } from './federation.repository.js';
import { memberRepository, shown, type MemberRow, type StoredMember } from './member.repository.js';
import {
  MEMBERSHIP,
  membershipState,
  type MembershipStep,
  type Outcome,
  type StoredStatus,
} from './membership.js';

export const MAX_INVITED_AT_ONCE = 1_000;
export const MAX_PENDING_INVITATIONS = 1_000;
const MS_PER_DAY = 86_400_000;

export interface MembershipTarget {
  readonly federationId: string;
  readonly orgId: string;
}

type OwnStep = Extract<MembershipStep, 'join' | 'decline' | 'leave'>;

/** Takes the steps of `MEMBERSHIP`; who may take them and what is written is here, what they do is there. */
export class MembershipService {
  constructor(
    private readonly clock: Clock,
    private readonly organizations: OrganizationService,
    private readonly options: { readonly invitationDays: number },
  ) {}

  /** Accepts an invitation. @throws NOT_FOUND without a live one; FORBIDDEN where the viewer sees the federation. */
  join(ctx: CallContext, target: MembershipTarget): Promise<MemberRow> {
    return this.takeOwnStep(ctx, 'join', target);
  }

  /** @throws CONFLICT for an active member, which leaves instead. */
  decline(ctx: CallContext, target: MembershipTarget): Promise<MemberRow> {
    return this.takeOwnStep(ctx, 'decline', target);
  }

  /** @throws CONFLICT for the owner, and for an invited organization, which declines instead. */
  leave(ctx: CallContext, target: MembershipTarget): Promise<MemberRow> {
    return this.takeOwnStep(ctx, 'leave', target);
  }

  /** Ends a membership or withdraws an invitation. Owner only. */
  async remove(ctx: CallContext, target: MembershipTarget): Promise<MemberRow> {
    assertScope(ctx.viewer, 'federations:write');
    const now = this.clock.now();
    return ctx.db.transaction(async (tx) => {
      await this.assertManages(tx, ctx, target.federationId, now);
      const orgId =
        target.orgId === 'default' ? resolveOrganizationId(ctx.viewer, target.orgId) : target.orgId;
      const member = isExternalId(orgId) ? await memberRepository.lock(tx, target.federationId, orgId) : null;
      const outcome = MEMBERSHIP.remove[membershipState(member, now)];
      if (member === null || outcome === 'hidden') throw notFound('member');
      return this.apply(tx, ctx, { step: 'remove', outcome, member, now });
    });
  }

  /**
   * Invites organizations; one that is invited or active stays as it is, one that the gateway does not know is
   * registered. Owner only. @returns the members in the order asked, duplicates once.
   */
  async invite(
    ctx: CallContext,
    federationId: string,
    requestedOrgIds: readonly string[],
  ): Promise<MemberRow[]> {
    assertScope(ctx.viewer, 'federations:write');
    const write = () => ctx.db.transaction((tx) => this.inviteAll(tx, ctx, federationId, requestedOrgIds));
    try {
      return await write();
    } catch (error) {
      // Another federation registered one of the organizations at the same moment: the second look finds it.
      if (isUniqueViolation(error)) return await write();
      throw error;
    }
  }

  private async inviteAll(
    tx: Transaction,
    ctx: CallContext,
    federationId: string,
    requested: readonly string[],
  ): Promise<MemberRow[]> {
    const now = this.clock.now();
    await this.assertManages(tx, ctx, federationId, now);
    const orgIds = parseInvited(ctx, requested);
    await federationRepository.lock(tx, federationId);
    await this.organizations.registerInvited(tx, orgIds, now);
    const existing = await memberRepository.lockMany(tx, federationId, orgIds);
    const again = existing.filter((member) => MEMBERSHIP.invite[membershipState(member, now)] === 'invited');
    const known = new Set(existing.map(({ orgId }) => orgId));
    const newcomers = newMemberships(
      federationId,
      orgIds.filter((orgId) => !known.has(orgId)),
      now,
    );
    const invited = [...again, ...newcomers].map((member) => this.invitation(member, now));
    const pending = await memberRepository.countPending(tx, federationId, now);
    if (pending + invited.length > MAX_PENDING_INVITATIONS) {
      throw conflict(`a federation can have at most ${MAX_PENDING_INVITATIONS} pending invitations`, {
        pending,
      });
    }
    await memberRepository.insert(tx, invited.slice(again.length));
    for (const member of invited.slice(0, again.length)) await memberRepository.update(tx, member);
    const deeds = invited.map(({ orgId }) => ({
      action: 'member.invite',
      resourceId: federationId,
      details: { org_id: orgId },
    }));
    await recordAudit(tx, ctx, now, ...deeds);
    const byOrg = new Map([...existing, ...invited].map((member) => [member.orgId, member]));
    return orgIds.flatMap((orgId) => byOrg.get(orgId) ?? []).map((member) => shown(member, now));
  }

  private invitation(member: StoredMember, now: number): StoredMember {
    const expiresAt = now + this.options.invitationDays * MS_PER_DAY;
    return { ...member, status: 'invited', invitedAt: now, joinedAt: null, expiresAt, updatedAt: now };
  }

  private async takeOwnStep(ctx: CallContext, step: OwnStep, target: MembershipTarget): Promise<MemberRow> {
    assertScope(ctx.viewer, 'federations:write');
    const orgId = resolveOrganizationId(ctx.viewer, target.orgId);
    const { federationId } = target;
    const now = this.clock.now();
    const isWithinReach =
      isOwnId(federationId, 'fed') && (ctx.viewer.federationId ?? federationId) === federationId;
    return ctx.db.transaction(async (tx) => {
      const member = isWithinReach ? await memberRepository.lock(tx, federationId, orgId) : null;
      const outcome = MEMBERSHIP[step][membershipState(member, now)];
      if (member === null || outcome === 'hidden') throw await this.refusalOf(tx, ctx, step, federationId);
      return this.apply(tx, ctx, { step, outcome, member, now });
    });
  }

  /** Only an operator sees a federation in which the organization has no membership to speak of. */
  private async refusalOf(
    tx: Transaction,
    ctx: CallContext,
    step: OwnStep,
    federationId: string,
  ): Promise<Error> {
    const role = await federationRepository.roleOf(tx, ctx.viewer, federationId, this.clock.now());
    if (role === null || !ctx.viewer.isOperator) return notFound('federation');
    return step === 'join'
      ? forbidden('the organization has no live invitation to this federation')
      : notFound('member');
  }

  private async assertManages(
    tx: Transaction,
    ctx: CallContext,
    federationId: string,
    now: number,
  ): Promise<void> {
    const role = isOwnId(federationId, 'fed')
      ? await federationRepository.roleOf(tx, ctx.viewer, federationId, now)
      : null;
    assertFederation(role, 'manage');
  }

  private async apply(
    tx: Transaction,
    ctx: CallContext,
    taken: { step: MembershipStep; outcome: Exclude<Outcome, 'hidden'>; member: StoredMember; now: number },
  ): Promise<MemberRow> {
    const { step, outcome, member, now } = taken;
    if (outcome === 'same') return shown(member, now);
    if (outcome === 'conflict')
      throw conflict(conflictMessage(step, member), { status: shown(member, now).status });
    const moved = moveTo(outcome, member, now);
    await memberRepository.update(tx, moved);
    await recordAudit(tx, ctx, now, {
      action: `member.${step}`,
      resourceId: member.federationId,
      details: { org_id: member.orgId, from: member.status, to: outcome },
    });
    return shown(moved, now);
  }
}

/** Rows of organizations that were never invited, in the order given. */
function newMemberships(federationId: string, orgIds: readonly string[], now: number): StoredMember[] {
  const ids = newIds('mem', now, orgIds.length);
  return orgIds.map((orgId, i) => ({
    id: ids[i] ?? newId('mem', now), // there are as many ids as organizations
    federationId,
    orgId,
    role: 'member',
    status: 'invited',
    invitedAt: now,
    joinedAt: null,
    expiresAt: now,
    createdAt: now,
    updatedAt: now,
  }));
}

function moveTo(status: StoredStatus, member: StoredMember, now: number): StoredMember {
  return {
    ...member,
    status,
    updatedAt: now,
    joinedAt: status === 'active' ? now : member.joinedAt,
    expiresAt: null,
  };
}

const CONFLICTS: Partial<Readonly<Record<MembershipStep, string>>> = {
  decline: 'the organization is an active member: it can leave, not decline',
  leave: 'the organization is invited, not active: it can decline, not leave',
};

function conflictMessage(step: MembershipStep, member: StoredMember): string {
  if (member.role === 'owner')
    return 'the owner of a federation is always a member: it cannot decline, leave or be removed';
  return CONFLICTS[step] ?? 'the membership has ended already';
}

function parseInvited(ctx: CallContext, requested: readonly string[]): readonly string[] {
  if (requested.length === 0 || requested.length > MAX_INVITED_AT_ONCE) {
    throw invalidInput('orgIds', `must name 1 to ${MAX_INVITED_AT_ONCE} organizations`);
  }
  const ids = requested.map((id) =>
    id === 'default' ? resolveOrganizationId(ctx.viewer, id, 'orgIds') : parseNewOrganizationId('orgIds', id),
  );
  return [...new Set(ids)];
}
