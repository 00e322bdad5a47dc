import type { Clock } from '../core/clock.js';
import { invalidInput, notFound } from '../core/errors.js';
import { isOwnId, newId } from '../core/ids.js';
import { parsePage, toPage, type Page, type PageArguments, type PageRequest } from '../core/page.js';
import { parseText } from '../core/text.js';
import type { Scope } from '../core/viewer.js';
import type { CallContext } from '../db/call-context.js';
import { limitsWithin, maySeeKey } from './api-key.policy.js';
import { apiKeyRepository, type ApiKeyFilter, type ApiKeyRow } from './api-key.repository.js';
import { recordAudit } from './audit.js';
import type { Authenticator } from './authenticator.js';
import { assertScope, resolveOrganizationId } from './auth.policy.js';
import { organizationRepository } from './organization.repository.js';
import { DEFAULT_SCOPES, parseScopes } from './scopes.js';
import { displayPrefix, generateSecret, hashSecret, type SecretKind } from './secrets.js';

const MS_PER_DAY = 86_400_000;
const MAX_RPM = 1_000_000;
const MAX_EXPIRY_DAYS = 3_650;

export type { ApiKeyRow };

export interface CreateApiKey {
  readonly orgId: string;
  readonly name: string;
  readonly scopes?: readonly string[] | null;
  readonly federationId?: string | null;
  readonly rateLimitRpm?: number | null;
  readonly expiresInDays?: number | null;
}

export interface ApiKeyServiceOptions {
  readonly pepper: string;
  readonly secretKind: SecretKind;
  readonly defaultRpm: number;
  /** Whether an organization knows of a federation; the federations' own answer, handed in by app.ts. */
  readonly knowsFederation: (ctx: CallContext, orgId: string, federationId: string) => Promise<boolean>;
}

export class ApiKeyService {
  constructor(
    private readonly clock: Clock,
    private readonly authenticator: Authenticator,
    private readonly options: ApiKeyServiceOptions,
  ) {}

  /**
   * Makes a key: an operator for any organization, a key with `keys:write` for its own and within its own limits.
   * @param kind only the command line makes operator keys.
   * @returns the key and its secret, which is nowhere to be had again.
   */
  async create(
    ctx: CallContext,
    input: CreateApiKey,
    { isOperator } = { isOperator: false },
  ): Promise<{ apiKey: ApiKeyRow; secret: string }> {
    assertScope(ctx.viewer, 'keys:write');
    const orgId = resolveOrganizationId(ctx.viewer, input.orgId);
    const now = this.clock.now();
    const limits = limitsWithin(
      ctx.viewer,
      await this.parseLimits(ctx, orgId, input, now),
      this.options.defaultRpm,
    );
    const secret = generateSecret(this.options.secretKind);
    const secretHash = hashSecret(secret, this.options.pepper);
    const apiKey: ApiKeyRow = {
      ...limits,
      id: newId('key', now),
      orgId,
      name: parseText('name', input.name, { min: 1, max: 128 }),
      prefix: displayPrefix(secret),
      isOperator,
      createdAt: now,
      lastUsedAt: null,
      revokedAt: null,
    };
    await ctx.db.transaction(async (tx) => {
      if (!(await organizationRepository.exists(tx, orgId))) throw notFound('organization');
      await apiKeyRepository.insert(tx, apiKey, secretHash);
      const details = { org_id: orgId, name: apiKey.name, scopes: apiKey.scopes, is_operator: isOperator };
      await recordAudit(tx, ctx, now, { action: 'key.create', resourceId: apiKey.id, details });
    });
    this.authenticator.forgetUnknown(secretHash);
    return { apiKey, secret };
  }

  private async parseLimits(ctx: CallContext, orgId: string, input: CreateApiKey, now: number) {
    const { federationId = null, rateLimitRpm = null, expiresInDays = null } = input;
    const scopes: readonly Scope[] =
      input.scopes === null || input.scopes === undefined ? DEFAULT_SCOPES : parseScopes(input.scopes);
    if (rateLimitRpm !== null && (rateLimitRpm < 1 || rateLimitRpm > MAX_RPM))
      throw invalidInput('rateLimitRpm', `must be 1 to ${MAX_RPM}`);
    if (expiresInDays !== null && (expiresInDays < 1 || expiresInDays > MAX_EXPIRY_DAYS)) {
      throw invalidInput('expiresInDays', `must be 1 to ${MAX_EXPIRY_DAYS}`);
    }
    if (federationId !== null && !(await this.options.knowsFederation(ctx, orgId, federationId)))
      throw notFound('federation');
    return {
      scopes,
      federationId,
      rateLimitRpm,
      expiresAt: expiresInDays === null ? null : now + expiresInDays * MS_PER_DAY,
    };
  }

  /** Keys of one organization, without secrets, ordered by creation. Needs `keys:write`. */
  async list(
    ctx: CallContext,
    requestedOrgId: string,
    args: PageArguments,
  ): Promise<{ page: Page<ApiKeyRow>; request: PageRequest; filter: ApiKeyFilter }> {
    assertScope(ctx.viewer, 'keys:write');
    const filter = {
      orgId: resolveOrganizationId(ctx.viewer, requestedOrgId),
      federationId: ctx.viewer.federationId,
      withOperatorKeys: ctx.viewer.isOperator,
    };
    const request = parsePage(args, ctx.maxPageSize, ['number', /^key_/]);
    return {
      page: toPage(await apiKeyRepository.list(ctx.db, filter, request), request.first),
      request,
      filter,
    };
  }

  count(ctx: CallContext, filter: ApiKeyFilter): Promise<number> {
    return apiKeyRepository.count(ctx.db, filter);
  }

  async findVisible(ctx: CallContext, id: string): Promise<ApiKeyRow | null> {
    if (!ctx.viewer.scopes.has('keys:write') || !isOwnId(id, 'key')) return null;
    const key = await apiKeyRepository.find(ctx.db, id);
    return key !== null && maySeeKey(ctx.viewer, key) ? key : null;
  }

  /** Ends a key; revoking again is the same answer. @throws NOT_FOUND also for the keys of others. */
  async revoke(ctx: CallContext, id: string): Promise<ApiKeyRow> {
    assertScope(ctx.viewer, 'keys:write');
    const now = this.clock.now();
    const revoked = await ctx.db.transaction(async (tx) => {
      const key = isOwnId(id, 'key') ? await apiKeyRepository.lock(tx, id) : null;
      if (key === null || !maySeeKey(ctx.viewer, key)) throw notFound('API key');
      if (key.revokedAt !== null) return key;
      await apiKeyRepository.revoke(tx, id, now);
      await recordAudit(tx, ctx, now, {
        action: 'key.revoke',
        resourceId: id,
        details: { org_id: key.orgId },
      });
      return { ...key, revokedAt: now };
    });
    this.authenticator.forget(id);
    return revoked;
  }

  /** A key works until it is revoked or expires. */
  isActive(key: ApiKeyRow): boolean {
    return key.revokedAt === null && (key.expiresAt === null || key.expiresAt > this.clock.now());
  }
}
