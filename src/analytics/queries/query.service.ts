import { assertScope } from '../../auth/index.js';
import { isOwnId } from '../../core/ids.js';
import { parsePage, toPage, type Page, type PageArguments, type PageRequest } from '../../core/page.js';
import type { CallContext } from '../../db/call-context.js';
import type { FederationService } from '../../federations/index.js';
import type { AnalysisType } from '../analyses/analysis.js';
import type { Disclosure, DisclosureService } from '../disclosure.service.js';
import type { GroupBy } from '../group-by.js';
import { mayShowAnswer, readBasis } from './query-basis.js';
import type { QueryStatus } from './query.entity.js';
import { PURGED, QUERY_KEY_SHAPE, queryRepository, type QueryRow } from './query.repository.js';

/** Why a kept result is not shown to somebody who may read its record. */
const WITHHELD = 'below_disclosure_threshold';

/** A question on record, as one viewer sees it. */
export interface QueryView {
  readonly id: string;
  readonly federationId: string;
  readonly type: AnalysisType;
  readonly status: QueryStatus;
  readonly variable: string;
  readonly groupBy: GroupBy;
  readonly parameters: unknown;
  readonly result: unknown;
  readonly errorMessage: string | null;
  readonly requestedByOrgId: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** Reads what was asked. Nothing is computed: an answer is the one that was sent. */
export class QueryService {
  constructor(
    private readonly federations: FederationService,
    private readonly disclosures: DisclosureService,
  ) {}

  /** Of a federation in which the viewer takes part, newest first. */
  async list(
    ctx: CallContext,
    federationId: string,
    args: PageArguments,
  ): Promise<{ readonly page: Page<QueryView>; readonly request: PageRequest }> {
    assertScope(ctx.viewer, 'analytics:read');
    const request = parsePage(args, ctx.maxPageSize, QUERY_KEY_SHAPE);
    const rows = await queryRepository.list(ctx.db, federationId, request);
    const { rows: shown, hasNextPage } = toPage(rows, request.first);
    const disclosure = await this.disclosures.find(ctx, federationId);
    return { page: { rows: shown.map((row) => viewOf(row, ctx, disclosure)), hasNextPage }, request };
  }

  count(ctx: CallContext, federationId: string): Promise<number> {
    return queryRepository.count(ctx.db, federationId);
  }

  /** One of a federation in which the viewer takes part; null when there is none of this id in it. */
  async find(ctx: CallContext, federationId: string, id: string): Promise<QueryView | null> {
    assertScope(ctx.viewer, 'analytics:read');
    const row = isOwnId(id, 'qry') ? await queryRepository.find(ctx.db, id) : null;
    if (row?.federationId !== federationId) return null;
    return viewOf(row, ctx, await this.disclosures.find(ctx, federationId));
  }

  /** By its id alone; null where the viewer does not take part. */
  async findVisible(ctx: CallContext, id: string): Promise<QueryView | null> {
    if (!ctx.viewer.scopes.has('analytics:read') || !isOwnId(id, 'qry')) return null;
    const row = await queryRepository.find(ctx.db, id);
    if (row === null || !(await this.federations.isParticipant(ctx, row.federationId))) return null;
    return viewOf(row, ctx, await this.disclosures.find(ctx, row.federationId));
  }
}

function viewOf(row: QueryRow, { viewer }: CallContext, disclosure: Disclosure): QueryView {
  const isWithheld = row.basis !== null && !mayShowAnswer(readBasis(row.basis), viewer.orgId, disclosure);
  return {
    id: row.id,
    federationId: row.federationId,
    type: row.queryType,
    status: row.status,
    variable: row.variable,
    groupBy: row.groupBy,
    parameters: JSON.parse(row.parameters),
    result: isWithheld || row.result === null ? null : JSON.parse(row.result),
    errorMessage: isWithheld ? WITHHELD : messageFor(row, viewer),
    requestedByOrgId: row.requestedBy,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}

/** A message may name groups that only the requester may know of; others are told the reason. */
function messageFor(
  { errorMessage, reason, requestedBy }: QueryRow,
  viewer: CallContext['viewer'],
): string | null {
  const isOwn = viewer.isOperator || (requestedBy !== null && requestedBy === viewer.orgId);
  return isOwn || reason === PURGED ? errorMessage : reason;
}
