import { toSnakeCase, withMembers } from '../../core/names.js';
import {
  classicalAnova,
  pairsOf,
  welchAnova,
  type GroupSummary,
  type PairComparison,
} from '../../numerics/inference/index.js';
import type { Analysis, ShownData } from './analysis.js';
import type { AnovaArgs, AnovaMethod, AnovaResult, PostHocPair } from './anova.types.js';
import type { ComparePairs } from './post-hoc.js';
import { namedGroups, namedVariable, parseFilters, parseLevel } from './question.js';
import { refusalOf } from './refusal.js';
import { statisticsAnswer, statisticsOf, summaryOf, toldOf } from './statistics.js';

/** Groups of which all pairs can be compared: 1,225 pairs. */
export const MAX_COMPARED = 50;
/** Groups whose means can be compared: the squares are summed over pairs. */
const MAX_GROUPS = 1_000;

/** How pairs are compared, and whether the caller asked for them in words, not only by the default. */
export interface Comparing {
  readonly comparePairs: ComparePairs;
  readonly isDemanded: boolean;
}

type Result = Omit<AnovaResult, 'queryId'>;

/** Whether the means of several groups differ, and which of them. */
export function anova(args: AnovaArgs, { comparePairs, isDemanded }: Comparing): Analysis<Result> {
  const { variable, groupBy, method, postHoc, postHocMethod } = args;
  const level = parseLevel(args.confidenceLevel);
  return {
    type: 'anova',
    question: {
      variables: [namedVariable('variable', variable)],
      kind: 'numeric',
      groupBy,
      groups: namedGroups(args.groupIds),
      filters: parseFilters(args.filters),
      withheldGroups: 'listed',
    },
    options: { variable, method, confidenceLevel: level, postHoc, postHocMethod },
    compute: async (data) => {
      const summaries = data.groups.map(summaryOf);
      if (summaries.length > MAX_GROUPS) throw tooManyGroups(summaries.length);
      const figures = figuresOf(method, summaries);
      const isTooMany = summaries.length > MAX_COMPARED;
      if (postHoc && isDemanded && isTooMany) throw tooManyPairs(summaries.length);
      const compares = postHoc && !isTooMany;
      const pairs = compares
        ? await comparePairs({ method: postHocMethod, groups: summaries, confidenceLevel: level })
        : null;
      const groups = data.groups.map((group) => statisticsOf(group, data.disclosure));
      const result: Result = {
        variable,
        groupBy,
        ...figures,
        significant: figures.pValue < 1 - level,
        groups,
        suppressedGroups: data.withheld,
        postHocMethod: compares ? postHocMethod : null,
        postHocPairs: pairs === null ? null : pairViews(data, pairs, level),
      };
      return { result, answer: answerOf(result), told: toldOf(groups) };
    },
  };
}

/** Sums of squares and effect sizes are those of the classical analysis. */
function figuresOf(method: AnovaMethod, groups: readonly GroupSummary[]) {
  const { meanSquareWithin: _, ...classical } = classicalAnova(groups);
  return method === 'classic' ? classical : { ...classical, ...welchAnova(groups) };
}

function tooManyGroups(count: number) {
  return refusalOf(
    'groupIds',
    'too_many_groups',
    `must name at most ${MAX_GROUPS} groups; there are ${count}`,
  );
}

function tooManyPairs(count: number) {
  return refusalOf(
    'postHoc',
    'too_many_groups',
    `must be false for more than ${MAX_COMPARED} groups; there are ${count}`,
  );
}

/** @param pairs in the order of the groups, as the numerics give them. */
function pairViews({ groups }: ShownData, pairs: readonly PairComparison[], level: number): PostHocPair[] {
  return pairsOf(groups).map(([a, b], i) => {
    const pair = pairs[i];
    if (pair === undefined) throw new Error('fewer comparisons than pairs of groups');
    const { meanDifference, pValue, lower, upper } = pair;
    return {
      groupA: a.id,
      groupB: b.id,
      meanDifference,
      pValue,
      confidenceInterval: { lower, upper, level },
      significant: pValue < 1 - level,
    };
  });
}

function answerOf({ groups, ...result }: Result): Readonly<Record<string, unknown>> {
  return { ...withMembers(result, toSnakeCase), groups: groups.map(statisticsAnswer) };
}
