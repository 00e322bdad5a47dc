import { assertScope, countAudited } from '../../auth/index.js';
import type { Clock } from '../../core/clock.js';
import { DomainError, unavailable } from '../../core/errors.js';
import { newId } from '../../core/ids.js';
import { toSnakeCase } from '../../core/names.js';
import type { CallContext } from '../../db/call-context.js';
import type { Reader } from '../../db/database.js';
import { DegenerateInputError } from '../../numerics/inference/index.js';
import type { Disclosure } from '../disclosure.policy.js';
import type { GroupBy } from '../group-by.js';
import { PURGE } from '../purge.service.js';
import { recordOf, type Asked, type Given } from '../queries/query-record.js';
import { queryRepository, type QueryRow } from '../queries/query.repository.js';
import type { Analysis, Finding, ShownData } from './analysis.js';
import type { Asking, QuestionDataService } from './question-data.service.js';
import { enumerated, MAX_LISTED, reasonOf, refusal } from './refusal.js';

/** Where a question is asked, and what is withheld there. */
interface Place {
  readonly federationId: string;
  readonly disclosure: Disclosure;
}

const MAX_ATTEMPTS = 3;

/** The one way from a question to its answer, whatever the analysis and the API. */
export class AnalysisService {
  constructor(
    private readonly clock: Clock,
    private readonly data: QuestionDataService,
  ) {}

  /**
   * Answers a question about a federation in which the viewer takes part, and keeps it on record: one that has no answer
   * as well, with its reason.
   * @throws FORBIDDEN; BAD_USER_INPUT with a reason (refusal.ts).
   */
  async run<Result>(
    ctx: CallContext,
    place: Place,
    analysis: Analysis<Result>,
    given: Given,
  ): Promise<Result & { readonly queryId: string }> {
    assertScope(ctx.viewer, 'analytics:run');
    for (let attempt = 1; ; attempt++) {
      const answered = await this.attempt(ctx, place, analysis, given);
      if (answered !== null) return answered;
      if (attempt === MAX_ATTEMPTS) throw unavailable('observations are being removed; try again', 1);
    }
  }

  /** @returns null when observations were purged before the answer was kept: it is of what is no longer there. */
  private async attempt<Result>(
    ctx: CallContext,
    { federationId, disclosure }: Place,
    analysis: Analysis<Result>,
    given: Given,
  ): Promise<(Result & { readonly queryId: string }) | null> {
    const id = newId('qry', this.clock.now());
    const asked: Asked = { id, federationId, requestedBy: ctx.viewer.orgId, analysis, given };
    const asking: Asking = { ctx, federationId, disclosure };
    const { question } = analysis;
    let groupBy: GroupBy = question.groupBy ?? 'device_group';
    try {
      await this.data.assertVariables(asking, question);
      groupBy = await this.data.resolveGroupBy(asking, question);
      const { data, sizes, purges } = await ctx.db.snapshot(async (reader) => ({
        ...(await this.data.read(reader, asking, question, groupBy)),
        purges: await countPurges(reader, federationId),
      }));
      const { result, answer, told } = await compute(analysis, data);
      const outcome = { groupBy, answer: { query_id: id, ...answer }, basis: { groups: sizes, told } };
      const isKept = await this.keep(ctx, recordOf(asked, outcome, this.clock.now()), purges);
      return isKept ? { ...result, queryId: id } : null;
    } catch (error) {
      const reason = reasonOf(error);
      if (reason === null || !(error instanceof DomainError)) throw error;
      const outcome = { groupBy, reason, message: keptMessageOf(error) };
      await this.keep(ctx, recordOf(asked, outcome, this.clock.now()), null);
      throw error;
    }
  }

  /** @param purges how many there were when the data were read; null where nothing of them is kept. */
  private async keep(ctx: CallContext, row: QueryRow, purges: number | null): Promise<boolean> {
    return ctx.db.transaction(async (tx) => {
      // Its foreign key waits for a purge under way (PurgeService).
      await queryRepository.insert(tx, row);
      if (purges === null || purges === (await countPurges(tx, row.federationId))) return true;
      await queryRepository.remove(tx, row.id);
      return false;
    });
  }
}

function countPurges(db: Reader, federationId: string): Promise<number> {
  return countAudited(db, { action: PURGE, resourceId: federationId });
}

/** A record is in snake_case, whichever API it came by. */
function messageOf({ field, requirement, message }: DomainError): string {
  return field === undefined || requirement === undefined ? message : `${toSnakeCase(field)} ${requirement}`;
}

/** What the data do not determine is refused with the sizes of the groups, which may be shown. */
async function compute<Result>(analysis: Analysis<Result>, data: ShownData): Promise<Finding<Result>> {
  try {
    return await analysis.compute(data);
  } catch (error) {
    if (!(error instanceof DegenerateInputError)) throw error;
    const counts = data.groups.slice(0, MAX_LISTED).map(({ id, count }) => [id, count] as const);
    const sizes = enumerated(data.groups.map(({ id, count }) => `${id} has ${count}`));
    throw refusal(error.reason, sizes === '' ? error.message : `${error.message}; ${sizes}`, {
      facts: { counts: Object.fromEntries(counts) },
      cause: error,
    });
  }
}

/** Sizes are told once: a kept message would outlive a purge and a stricter policy. */
function keptMessageOf(error: DomainError): string {
  return error.cause instanceof DegenerateInputError ? error.cause.message : messageOf(error);
}
