import type { Clock } from '../core/clock.js';
import { conflict, invalidInput } from '../core/errors.js';
import { EXTERNAL_ID_RULE, isExternalId, isReservedOrganizationId, newId } from '../core/ids.js';
import { parsePage, toPage, type Page, type PageArguments, type PageRequest } from '../core/page.js';
import { parseText } from '../core/text.js';
import type { CallContext } from '../db/call-context.js';
import type { Transaction } from '../db/database.js';
import { isUniqueViolation } from '../db/dialect.js';
import { recordAudit } from './audit.js';
import { assertOperator } from './auth.policy.js';
import { organizationRepository, type OrganizationRow } from './organization.repository.js';

export type { OrganizationRow };

export interface CreateOrganization {
  readonly id?: string | null;
  readonly name: string;
}

export interface OrganizationWritten {
  readonly organization: OrganizationRow;
  /** False when the organization stood there already. */
  readonly created: boolean;
}

export class OrganizationService {
  constructor(private readonly clock: Clock) {}

  /**
   * Registers an organization, or completes one that an invitation registered. Operator only; the same again is the
   * same answer. @throws CONFLICT when the id has another name.
   */
  async create(ctx: CallContext, input: CreateOrganization): Promise<OrganizationWritten> {
    assertOperator(ctx.viewer);
    const name = parseText('name', input.name, { min: 1, max: 128 });
    const now = this.clock.now();
    const id =
      input.id === null || input.id === undefined
        ? newId('org', now)
        : parseNewOrganizationId('id', input.id);
    const write = () => ctx.db.transaction((tx) => this.register(tx, ctx, { id, name, createdAt: now }));
    try {
      return await write();
    } catch (error) {
      // Somebody registered the same id at the same moment: the second look finds it.
      if (isUniqueViolation(error)) return await write();
      throw error;
    }
  }

  private async register(
    tx: Transaction,
    ctx: CallContext,
    wanted: OrganizationRow & { name: string },
  ): Promise<OrganizationWritten> {
    const existing = await organizationRepository.lock(tx, wanted.id);
    if (existing?.name === wanted.name) return { organization: existing, created: false };
    if (existing !== null && existing.name !== null) {
      throw conflict('an organization with this id exists under another name', { existing_id: existing.id });
    }
    if (existing === null) await organizationRepository.insert(tx, [wanted]);
    else await organizationRepository.rename(tx, wanted.id, wanted.name);
    await recordAudit(tx, ctx, wanted.createdAt, {
      action: 'organization.create',
      resourceId: wanted.id,
      details: { name: wanted.name },
    });
    return { organization: { ...wanted, createdAt: existing?.createdAt ?? wanted.createdAt }, created: true };
  }

  /** For another feature's transaction. */
  exists(tx: Transaction, id: string): Promise<boolean> {
    return organizationRepository.exists(tx, id);
  }

  /** Makes sure that the organizations exist, by id alone: an invitation may precede onboarding. */
  async registerInvited(tx: Transaction, ids: readonly string[], now: number): Promise<void> {
    const known = new Set((await organizationRepository.findMany(tx, ids)).map(({ id }) => id));
    const unknown = ids.filter((id) => !known.has(id));
    await organizationRepository.insert(
      tx,
      unknown.map((id) => ({ id, name: null, createdAt: now })),
    );
  }

  /** Operator only. Ordered by creation. */
  async list(
    ctx: CallContext,
    args: PageArguments,
  ): Promise<{ page: Page<OrganizationRow>; request: PageRequest }> {
    assertOperator(ctx.viewer);
    const request = parsePage(args, ctx.maxPageSize, ['number', /^(?!key_|qry_|shm_)/]);
    return { page: toPage(await organizationRepository.list(ctx.db, request), request.first), request };
  }

  count(ctx: CallContext): Promise<number> {
    return organizationRepository.count(ctx.db);
  }

  /** An organization by id, for whoever may know of it: itself, those that share a federation with it, operators. */
  async findVisible(ctx: CallContext, id: string): Promise<OrganizationRow | null> {
    if (!isExternalId(id)) return null;
    const mayKnow =
      ctx.viewer.isOperator || ctx.viewer.orgId === id || (await this.sharesFederation(ctx, id));
    return mayKnow ? organizationRepository.find(ctx.db, id) : null;
  }

  private async sharesFederation({ viewer, db }: CallContext, otherId: string): Promise<boolean> {
    const { orgId, federationId } = viewer;
    if (orgId === null || !viewer.scopes.has('federations:read')) return false;
    return organizationRepository.shareFederation(db, { orgId, federationId }, otherId, this.clock.now());
  }
}

/** The id of an organization that is to be registered. @throws BAD_USER_INPUT for a malformed or reserved one. */
export function parseNewOrganizationId(field: string, id: string): string {
  if (!isExternalId(id)) throw invalidInput(field, EXTERNAL_ID_RULE);
  if (isReservedOrganizationId(id)) {
    throw invalidInput(field, 'must not be "default" nor begin with fed_, mem_, rnd_, qry_, key_ or shm_');
  }
  return id;
}
