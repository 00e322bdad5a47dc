import { assertScope, recordAudit, resolveOrganizationId } from '../auth/index.js';
import type { Clock } from '../core/clock.js';
import { invalidInput, notFound } from '../core/errors.js';
import { EXTERNAL_ID_RULE, isExternalId, isOwnId, newId } from '../core/ids.js';
import { parsePage, toPage, type Page, type PageArguments, type PageRequest } from '../core/page.js';
import { parseOptionalText } from '../core/text.js';
import type { CallContext } from '../db/call-context.js';
import type { Transaction } from '../db/database.js';
import { federationRepository, type FederationView } from './federation.repository.js';
import type { FederationService } from './federation.service.js';
import {
  SHARED_MODEL_KEY_SHAPE,
  sharedModelRepository,
  type SharedModelFilter,
  type SharedModelRow,
} from './shared-model.repository.js';

export type { SharedModelRow };

export interface ShareModel {
  readonly federationId: string;
  readonly modelId: string;
  readonly name?: string | null;
  readonly framework?: string | null;
  readonly useCase?: string | null;
  readonly description?: string | null;
  readonly version?: string | null;
}

export interface ListModels extends PageArguments {
  readonly orgId?: string | null;
  readonly framework?: string | null;
  readonly useCase?: string | null;
}

/** The registry of models is another system: any well-formed model id is accepted. */
export class SharedModelService {
  constructor(
    private readonly clock: Clock,
    private readonly federations: FederationService,
  ) {}

  /** Shares a model with the federation. Owner only; sharing it again is the first answer. */
  async share(ctx: CallContext, input: ShareModel): Promise<SharedModelRow> {
    assertScope(ctx.viewer, 'federations:write');
    const now = this.clock.now();
    return ctx.db.transaction(async (tx) => {
      const federation = await this.lockManaged(tx, ctx, input.federationId);
      if (!isExternalId(input.modelId)) throw invalidInput('modelId', EXTERNAL_ID_RULE);
      const existing = await sharedModelRepository.lock(tx, federation.id, input.modelId);
      if (existing !== null && existing.unsharedAt === null) return existing;
      const row: SharedModelRow = {
        id: existing?.id ?? newId('shm', now),
        federationId: federation.id,
        modelId: input.modelId,
        name: parseOptionalText('name', input.name, 128) ?? input.modelId,
        framework: parseOptionalText('framework', input.framework, 128),
        useCase: parseOptionalText('useCase', input.useCase, 128),
        description: parseOptionalText('description', input.description, 512),
        version: parseOptionalText('version', input.version, 128),
        orgId: federation.orgId,
        sharedAt: now,
        unsharedAt: null,
      };
      if (existing === null) await sharedModelRepository.insert(tx, row);
      else await sharedModelRepository.update(tx, row);
      await recordAudit(tx, ctx, now, {
        action: 'model.share',
        resourceId: federation.id,
        details: { model_id: row.modelId },
      });
      return row;
    });
  }

  /** Ends the sharing. Owner only; again is the same answer. @throws NOT_FOUND for a model that was never shared. */
  async unshare(ctx: CallContext, federationId: string, modelId: string): Promise<SharedModelRow> {
    assertScope(ctx.viewer, 'federations:write');
    const now = this.clock.now();
    return ctx.db.transaction(async (tx) => {
      await this.lockManaged(tx, ctx, federationId);
      const model = isExternalId(modelId)
        ? await sharedModelRepository.lock(tx, federationId, modelId)
        : null;
      if (model === null) throw notFound('model');
      if (model.unsharedAt !== null) return model;
      const unshared = { ...model, unsharedAt: now };
      await sharedModelRepository.update(tx, unshared);
      await recordAudit(tx, ctx, now, {
        action: 'model.unshare',
        resourceId: federationId,
        details: { model_id: modelId },
      });
      return unshared;
    });
  }

  private async lockManaged(
    tx: Transaction,
    ctx: CallContext,
    federationId: string,
  ): Promise<FederationView> {
    const federation = await this.federations.getManaged(tx, ctx, federationId);
    await federationRepository.lock(tx, federationId);
    return federation;
  }

  parsePage(ctx: CallContext, args: PageArguments): PageRequest {
    return parsePage(args, ctx.maxPageSize, SHARED_MODEL_KEY_SHAPE);
  }

  /** Models of federations in which the viewer takes part: each federation's rows in order, one more than the page holds. */
  listByFederation(
    ctx: CallContext,
    federationIds: readonly string[],
    page: PageRequest,
  ): Promise<SharedModelRow[]> {
    return sharedModelRepository.listByFederation(ctx.db, federationIds, page);
  }

  async countByFederation(ctx: CallContext, federationIds: readonly string[]): Promise<Map<string, number>> {
    const rows = await sharedModelRepository.countByFederation(ctx.db, federationIds);
    return new Map(rows.map(({ federationId, count }) => [federationId, count]));
  }

  /** The models of all federations that the viewer takes part in, in the order of sharing. */
  async listVisible(
    ctx: CallContext,
    args: ListModels,
  ): Promise<{ page: Page<SharedModelRow>; request: PageRequest; filter: SharedModelFilter }> {
    assertScope(ctx.viewer, 'federations:read');
    const { orgId = null, framework = null, useCase = null } = args;
    const filter = {
      orgId: orgId === null ? null : resolveOrganizationId(ctx.viewer, orgId),
      // Stored texts are trimmed, and MySQL would let a trailing space match.
      framework: framework === null ? null : framework.trim(),
      useCase: useCase === null ? null : useCase.trim(),
    };
    const request = this.parsePage(ctx, args);
    const rows = await sharedModelRepository.listVisible(ctx.db, ctx.viewer, filter, request);
    return { page: toPage(rows, request.first), request, filter };
  }

  countVisible(ctx: CallContext, filter: SharedModelFilter): Promise<number> {
    return sharedModelRepository.countVisible(ctx.db, ctx.viewer, filter);
  }

  /** A shared model by its node id; null where the viewer does not take part. */
  async findVisible(ctx: CallContext, id: string): Promise<SharedModelRow | null> {
    if (!ctx.viewer.scopes.has('federations:read') || !isOwnId(id, 'shm')) return null;
    const model = await sharedModelRepository.find(ctx.db, id);
    if (model === null) return null;
    return (await this.federations.isParticipant(ctx, model.federationId)) ? model : null;
  }
}
