import { toSnakeCase, withMembers } from '../../core/names.js';
import { formatTime } from '../../core/time.js';
import type { Analysis } from '../analyses/analysis.js';
import type { Filters } from '../analyses/question.js';
import type { GroupBy } from '../group-by.js';
import { sourcesOf, writeBasis, type QueryBasis } from './query-basis.js';
import type { QueryRow } from './query.repository.js';

/** A question as it came: which of its members the caller gave, and which were filled in. */
export interface Given {
  /** Names of arguments, as in GraphQL; those of the filters with a dot: `filters.startTime`. */
  readonly names: ReadonlySet<string>;
}

/** Who asked what. */
export interface Asked {
  readonly id: string;
  readonly federationId: string;
  readonly requestedBy: string | null;
  readonly analysis: Pick<Analysis<unknown>, 'type' | 'question' | 'options'>;
  readonly given: Given;
}

/** What came of it. */
export type Outcome =
  | {
      readonly groupBy: GroupBy;
      readonly answer: Readonly<Record<string, unknown>>;
      readonly basis: QueryBasis;
    }
  | { readonly groupBy: GroupBy; readonly reason: string; readonly message: string };

/** The record of a question. */
export function recordOf(asked: Asked, outcome: Outcome, now: number): QueryRow {
  const { id, federationId, requestedBy, analysis } = asked;
  const { groupBy } = outcome;
  return {
    id,
    federationId,
    queryType: analysis.type,
    variable: analysis.question.variables.map(({ name }) => name).join(','),
    groupBy,
    parameters: JSON.stringify(parametersOf(asked, groupBy)),
    requestedBy,
    createdAt: now,
    updatedAt: now,
    ...('answer' in outcome
      ? {
          status: 'completed',
          result: JSON.stringify(outcome.answer),
          basis: writeBasis(outcome.basis),
          sources: JSON.stringify(sourcesOf(outcome.basis)),
          reason: null,
          errorMessage: null,
        }
      : {
          status: 'failed',
          result: null,
          basis: null,
          sources: null,
          reason: outcome.reason,
          errorMessage: outcome.message,
        }),
  };
}

/** As resolved, with all defaults; and under `given`, of these, what the caller gave. */
function parametersOf(
  { analysis, given: { names } }: Asked,
  groupBy: GroupBy,
): Readonly<Record<string, unknown>> {
  const { question, options } = analysis;
  const filters = filterParameters(question.filters);
  const groupIds = question.groups?.every(({ field }) => field === 'groupIds')
    ? { groupIds: question.groups.map(({ name }) => name) }
    : {};
  const resolved = { ...options, groupBy, ...groupIds };
  const isGiven = ([name]: readonly [string, unknown]) => names.has(name);
  const givenFilters = Object.entries(filters).filter(([name]) => names.has(`filters.${name}`));
  const given = {
    ...Object.fromEntries(Object.entries(resolved).filter(isGiven)),
    ...(givenFilters.length === 0 ? {} : { filters: Object.fromEntries(givenFilters) }),
  };
  return withMembers({ ...resolved, filters, given }, toSnakeCase);
}

function filterParameters({ startTime, endTime, devicePlatform, minSampleCount }: Filters) {
  return {
    startTime: timeParameter(startTime),
    endTime: timeParameter(endTime),
    devicePlatform,
    minSampleCount,
  };
}

/** To the millisecond where it has one: the record says what was asked. */
function timeParameter(time: number | null): string | null {
  if (time === null) return null;
  return time % 1_000 === 0 ? formatTime(time) : new Date(time).toISOString();
}
