import { assertScope, recordAudit, resolveOrganizationId, type OrganizationService } from '../auth/index.js';
import type { Clock } from '../core/clock.js';
import { conflict, DomainError, forbidden, notFound } from '../core/errors.js';
import { isOwnId, newId } from '../core/ids.js';
import { parsePage, toPage, type Page, type PageArguments, type PageRequest } from '../core/page.js';
import { parseOptionalText, parseText } from '../core/text.js';
import type { CallContext } from '../db/call-context.js';
import type { Reader, Transaction } from '../db/database.js';
import { isUniqueViolation } from '../db/dialect.js';
import { assertFederation, decideFederation } from './federation.policy.js';
import {
  federationRepository,
  type FederationFilter,
  type FederationRow,
  type FederationView,
  type ListedFederation,
} from './federation.repository.js';
import { memberRepository } from './member.repository.js';

export type { FederationView, ListedFederation };

/** Within this time the same creation by the same key is a repeat: a client repeats after a timeout. */
const REPEAT_WINDOW_MS = 10 * 60_000;

/** Federations that a refusal names. */
const MAX_CANDIDATES = 20;

export interface CreateFederation {
  readonly name: string;
  readonly orgId: string;
  readonly description?: string | null;
}

export interface ListFederations extends PageArguments {
  readonly orgId?: string | null;
  readonly name?: string | null;
}

/** What else begins with a federation, in the transaction that creates it. */
export type FederationCreated = (tx: Transaction, federationId: string) => Promise<void>;

export class FederationService {
  constructor(
    private readonly clock: Clock,
    private readonly organizations: OrganizationService,
    private readonly created: FederationCreated,
  ) {}

  /**
   * Creates a federation, owned by `orgId`, which becomes its first member.
   * @throws CONFLICT with `existing_id` when the owner has one of this name, unless this is a repeat (see above).
   */
  async create(ctx: CallContext, input: CreateFederation): Promise<FederationView> {
    assertScope(ctx.viewer, 'federations:write');
    if (ctx.viewer.federationId !== null)
      throw forbidden('a key that is bound to a federation cannot create another');
    const now = this.clock.now();
    const row: FederationRow = {
      id: newId('fed', now),
      orgId: resolveOrganizationId(ctx.viewer, input.orgId),
      name: parseText('name', input.name, { min: 1, max: 128 }),
      description: parseOptionalText('description', input.description, 512),
      createdByKey: ctx.viewer.keyId,
      createdAt: now,
      updatedAt: now,
    };
    const write = () => ctx.db.transaction((tx) => this.createOrRepeat(tx, ctx, row));
    try {
      return viewOf(await write(), ctx);
    } catch (error) {
      // Somebody took the name at the same moment: the second look finds it.
      if (isUniqueViolation(error)) return viewOf(await write(), ctx);
      throw error;
    }
  }

  private async createOrRepeat(
    tx: Transaction,
    ctx: CallContext,
    row: FederationRow,
  ): Promise<FederationRow> {
    const existing = await federationRepository.findByName(tx, row.orgId, row.name);
    if (existing !== null) {
      if (isRepeat(existing, row)) return existing;
      throw conflict('the organization owns a federation of this name already', { existing_id: existing.id });
    }
    if (!(await this.organizations.exists(tx, row.orgId))) throw notFound('organization');
    await federationRepository.insert(tx, row);
    await memberRepository.insert(tx, [
      {
        id: newId('mem', row.createdAt),
        federationId: row.id,
        orgId: row.orgId,
        role: 'owner',
        status: 'active',
        invitedAt: null,
        joinedAt: row.createdAt,
        expiresAt: null,
        createdAt: row.createdAt,
        updatedAt: row.createdAt,
      },
    ]);
    await this.created(tx, row.id);
    await recordAudit(tx, ctx, row.createdAt, {
      action: 'federation.create',
      resourceId: row.id,
      details: { org_id: row.orgId, name: row.name },
    });
    return row;
  }

  /** A federation by id; null when it does not exist or the viewer may not know of it. */
  async find(ctx: CallContext, id: string): Promise<FederationView | null> {
    assertScope(ctx.viewer, 'federations:read');
    const [view] = await this.findMany(ctx, [id]);
    return view ?? null;
  }

  /** Those of the federations that the viewer sees, in any order. For rows that point to them. */
  async findMany(ctx: CallContext, ids: readonly string[]): Promise<FederationView[]> {
    const wellFormed = ids.filter((id) => isOwnId(id, 'fed'));
    if (wellFormed.length === 0) return [];
    return federationRepository.findVisible(ctx.db, ctx.viewer, wellFormed, this.clock.now());
  }

  /** A federation that the viewer may change. @throws NOT_FOUND or FORBIDDEN */
  async getManaged(db: Reader, ctx: CallContext, id: string): Promise<FederationView> {
    const [federation] = isOwnId(id, 'fed')
      ? await federationRepository.findVisible(db, ctx.viewer, [id], this.clock.now())
      : [];
    assertFederation(federation?.viewerRole ?? null, 'manage');
    if (federation === undefined) throw notFound('federation');
    return federation;
  }

  /**
   * A federation in which the viewer takes part, for keys that may read one part of it; null when it does not exist or
   * the viewer may not know of it. @throws FORBIDDEN for an invited caller
   */
  async findParticipated(ctx: CallContext, id: string): Promise<FederationView | null> {
    const [federation] = await this.findMany(ctx, [id]);
    if (federation === undefined) return null;
    assertFederation(federation.viewerRole, 'participate');
    return federation;
  }

  /**
   * The id of the only federation in which the viewer's organization takes part.
   * @throws BAD_USER_INPUT naming the candidates where there are several, or none.
   */
  async getOnlyActive(ctx: CallContext): Promise<string> {
    const { orgId } = ctx.viewer;
    const candidates =
      orgId === null ? [] : await federationRepository.listActive(ctx.db, orgId, MAX_CANDIDATES);
    const [first] = candidates;
    if (first !== undefined && candidates.length === 1) return first.id;
    const names = candidates.map(({ id, name }) => `${id} (${name})`).join(', ');
    const requirement = `must be given: the organization of this key takes part in ${names === '' ? 'no federation' : names}`;
    throw new DomainError('BAD_USER_INPUT', `federationId ${requirement}`, {
      field: 'federationId',
      requirement,
      facts: { candidates },
    });
  }

  /**
   * Serializes what changes the federation as a whole. Where a transaction locks both, the federation comes before the
   * membership: its rows' foreign keys lock the federation in any case, and in two orders two transactions would each
   * hold what the other waits for.
   */
  lock(tx: Transaction, id: string): Promise<void> {
    return federationRepository.lock(tx, id);
  }

  /** Lets others share it, and keeps away whoever changes the federation as a whole; in the same order. */
  lockShared(tx: Transaction, id: string): Promise<void> {
    return federationRepository.lockShared(tx, id);
  }

  /** Whether the viewer may know of it. */
  async isVisible(db: Reader, ctx: CallContext, id: string): Promise<boolean> {
    return (await federationRepository.roleOf(db, ctx.viewer, id, this.clock.now())) !== null;
  }

  /** Whether the viewer may see what only those who take part see. */
  async isParticipant(ctx: CallContext, id: string): Promise<boolean> {
    const role = await federationRepository.roleOf(ctx.db, ctx.viewer, id, this.clock.now());
    return decideFederation(role, 'participate') === 'allowed';
  }

  /** What the viewer owns, takes part in or is invited to, in this order; an operator sees all. */
  async list(
    ctx: CallContext,
    args: ListFederations,
  ): Promise<{ page: Page<ListedFederation>; request: PageRequest; filter: FederationFilter }> {
    assertScope(ctx.viewer, 'federations:read');
    const { orgId = null, name = null } = args;
    const filter = {
      orgId: orgId === null ? null : resolveOrganizationId(ctx.viewer, orgId),
      name: name === null ? null : name.trim(),
    };
    const request = parsePage(args, ctx.maxPageSize, ['number', 'number', 'string']);
    const rows = await federationRepository.list(
      ctx.db,
      ctx.viewer,
      { filter, page: request },
      this.clock.now(),
    );
    return { page: toPage(rows, request.first), request, filter };
  }

  count(ctx: CallContext, filter: FederationFilter): Promise<number> {
    return federationRepository.count(ctx.db, ctx.viewer, filter, this.clock.now());
  }

  /** Whether an organization owns, takes part in or is invited to a federation that the viewer sees as well. */
  async isKnownTo(ctx: CallContext, orgId: string, federationId: string): Promise<boolean> {
    const [view] = await this.findMany(ctx, [federationId]);
    if (view === undefined) return false;
    const [member] = await memberRepository.findByOrganization(
      ctx.db,
      [federationId],
      [orgId],
      this.clock.now(),
    );
    return member?.status === 'active' || member?.status === 'invited';
  }
}

function isRepeat(existing: FederationRow, wanted: FederationRow): boolean {
  return (
    existing.createdByKey === wanted.createdByKey &&
    existing.description === wanted.description &&
    wanted.createdAt - existing.createdAt <= REPEAT_WINDOW_MS
  );
}

function viewOf(row: FederationRow, ctx: CallContext): FederationView {
  const { id, name, description, orgId, createdAt, updatedAt } = row;
  const viewerRole = ctx.viewer.isOperator ? 'operator' : 'owner';
  return { id, name, description, orgId, status: 'active', viewerRole, createdAt, updatedAt };
}
