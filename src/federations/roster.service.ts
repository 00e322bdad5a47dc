import { assertScope, resolveOrganizationId } from '../auth/index.js';
import type { Clock } from '../core/clock.js';
import { forbidden, notFound } from '../core/errors.js';
import { isExternalId, isOwnId } from '../core/ids.js';
import { parsePage, type PageArguments } from '../core/page.js';
import type { CallContext } from '../db/call-context.js';
import type { Transaction } from '../db/database.js';
import type { FederationService } from './federation.service.js';
import {
  memberRepository,
  ROSTER_KEY_SHAPE,
  rosterKey,
  type MemberRow,
  type RosterRow,
  type RosterQuery,
} from './member.repository.js';
import type { MemberStatus } from './membership.js';

export { rosterKey, type MemberRow, type RosterQuery, type RosterRow };

const DEFAULT_STATUSES: readonly MemberStatus[] = ['active', 'invited'];

/** Reads memberships. Whoever sees a federation sees its roster. */
export class RosterService {
  constructor(
    private readonly clock: Clock,
    private readonly federations: FederationService,
  ) {}

  /** @param statuses none means active and invited. */
  parseQuery(ctx: CallContext, args: PageArguments, statuses: readonly MemberStatus[]): RosterQuery {
    const wanted = statuses.length === 0 ? DEFAULT_STATUSES : [...new Set(statuses)].sort();
    return { statuses: wanted, page: parsePage(args, ctx.maxPageSize, ROSTER_KEY_SHAPE) };
  }

  /** Rosters of federations that the viewer sees: each federation's rows in order, one more than the page holds. */
  listRosters(ctx: CallContext, federationIds: readonly string[], query: RosterQuery): Promise<RosterRow[]> {
    return memberRepository.listRosters(ctx.db, federationIds, query, this.clock.now());
  }

  async countRosters(
    ctx: CallContext,
    federationIds: readonly string[],
    statuses: readonly MemberStatus[],
  ): Promise<Map<string, number>> {
    const rows = await memberRepository.countRosters(ctx.db, federationIds, statuses, this.clock.now());
    return new Map(rows.map(({ federationId, count }) => [federationId, count]));
  }

  async findByOrganization(
    ctx: CallContext,
    federationIds: readonly string[],
    orgIds: readonly string[],
  ): Promise<MemberRow[]> {
    const wellFormed = orgIds.filter(isExternalId);
    if (wellFormed.length === 0) return [];
    return memberRepository.findByOrganization(ctx.db, federationIds, wellFormed, this.clock.now());
  }

  /**
   * Locks the membership of an organization that takes part now: whoever changes what is the member's own holds it.
   * @throws NOT_FOUND for whoever may not know of the federation, FORBIDDEN for one that does not take part.
   */
  async lockActive(tx: Transaction, ctx: CallContext, federationId: string, orgId: string): Promise<void> {
    if (!isOwnId(federationId, 'fed') || (ctx.viewer.federationId ?? federationId) !== federationId)
      throw notFound('federation');
    const member = await memberRepository.lock(tx, federationId, orgId);
    if (member?.status === 'active') return;
    const isKnown = await this.federations.isVisible(tx, ctx, federationId);
    throw isKnown
      ? forbidden('the organization is no active member of the federation')
      : notFound('federation');
  }

  /**
   * Locks a membership, past ones included, for the owner of the federation or for that member itself while it is
   * active. @throws NOT_FOUND, FORBIDDEN
   */
  async lockManagedOrOwn(
    tx: Transaction,
    ctx: CallContext,
    { federationId, orgId }: { readonly federationId: string; readonly orgId: string },
  ): Promise<{ readonly federationId: string; readonly orgId: string }> {
    const wanted = orgId === 'default' || orgId === '' ? resolveOrganizationId(ctx.viewer, orgId) : orgId;
    if (!ctx.viewer.isOperator && wanted === ctx.viewer.orgId) {
      await this.lockActive(tx, ctx, federationId, wanted);
    } else {
      await this.federations.getManaged(tx, ctx, federationId);
      const member = isExternalId(wanted) ? await memberRepository.lock(tx, federationId, wanted) : null;
      if (member === null) throw notFound('member');
    }
    return { federationId, orgId: wanted };
  }

  /** Locks a membership whatever its state, for an operator's command: nobody is asked for permission. */
  async lockAny(
    tx: Transaction,
    { federationId, orgId }: { readonly federationId: string; readonly orgId: string },
  ): Promise<void> {
    await this.federations.lockShared(tx, federationId);
    await memberRepository.lock(tx, federationId, orgId);
  }

  /**
   * Those of the organizations that are active members, and stay so until the transaction ends. For whoever may change
   * the federation.
   */
  async activeAmong(
    tx: Transaction,
    federationId: string,
    orgIds: readonly string[],
  ): Promise<ReadonlySet<string>> {
    const members = await memberRepository.lockMany(tx, federationId, orgIds);
    return new Set(members.flatMap(({ orgId, status }) => (status === 'active' ? [orgId] : [])));
  }

  /** A membership by its id; null when the viewer may not know of its federation. */
  async findVisible(ctx: CallContext, id: string): Promise<MemberRow | null> {
    if (!ctx.viewer.scopes.has('federations:read') || !isOwnId(id, 'mem')) return null;
    const [member] = await memberRepository.findMany(ctx.db, [id], this.clock.now());
    if (member === undefined) return null;
    const [federation] = await this.federations.findMany(ctx, [member.federationId]);
    return federation === undefined ? null : member;
  }

  /** Live invitations of the viewer's organization, oldest first, at most 100. */
  async listInvitations(ctx: CallContext): Promise<MemberRow[]> {
    assertScope(ctx.viewer, 'federations:read');
    if (ctx.viewer.orgId === null) return [];
    return memberRepository.listInvitations(
      ctx.db,
      ctx.viewer.orgId,
      ctx.viewer.federationId,
      this.clock.now(),
    );
  }
}
