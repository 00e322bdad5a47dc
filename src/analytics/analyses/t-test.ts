import { invalidInput } from '../../core/errors.js';
import { pooledTTest, welchTTest } from '../../numerics/inference/index.js';
import { NOTHING_TOLD, type Analysis, type ShownData, type ShownGroup } from './analysis.js';
import type { GroupStatistics } from './analysis.types.js';
import { namedGroup, namedVariable, parseFilters, parseLevel } from './question.js';
import { statisticsOf, summaryOf } from './statistics.js';
import type { TTestArgs, TTestResult } from './t-test.types.js';

/** Whether the means of two groups differ. */
export function tTest(args: TTestArgs): Analysis<Omit<TTestResult, 'queryId'>> {
  const { variable, method } = args;
  const level = parseLevel(args.confidenceLevel);
  const a = namedGroup('groupA', args.groupA);
  const b = namedGroup('groupB', args.groupB);
  if (a.name === b.name) throw invalidInput('groupB', 'must be another group than group_a');
  const test = method === 'welch' ? welchTTest : pooledTTest;
  return {
    type: 't_test',
    question: {
      variables: [namedVariable('variable', variable)],
      kind: 'numeric',
      groupBy: args.groupBy ?? null,
      groups: [a, b],
      filters: parseFilters(args.filters),
      withheldGroups: 'refused',
    },
    options: { variable, groupA: a.name, groupB: b.name, method, confidenceLevel: level },
    compute: (data) => {
      const [groupA, groupB] = [shownGroup(data, a.name), shownGroup(data, b.name)];
      const { tStatistic, pValue, degreesOfFreedom, meanDifference, lower, upper, cohensD, hedgesG } = test(
        summaryOf(groupA),
        summaryOf(groupB),
        level,
      );
      const result = {
        variable,
        groupBy: data.groupBy,
        groupA: statisticsOf(groupA, data.disclosure),
        groupB: statisticsOf(groupB, data.disclosure),
        tStatistic,
        pValue,
        degreesOfFreedom,
        meanDifference,
        confidenceInterval: { lower, upper, level },
        significant: pValue < 1 - level,
        cohensD,
        hedgesG,
        method,
      };
      return { result, answer: answerOf(result), told: NOTHING_TOLD };
    },
  };
}

function shownGroup({ groups }: ShownData, id: string): ShownGroup {
  const group = groups.find((shown) => shown.id === id);
  if (group === undefined) throw new Error('a group of a t-test is neither shown nor refused');
  return group;
}

function answerOf(result: Omit<TTestResult, 'queryId'>): Readonly<Record<string, unknown>> {
  return {
    variable: result.variable,
    group_by: result.groupBy,
    group_a: result.groupA.groupId,
    group_b: result.groupB.groupId,
    t_statistic: result.tStatistic,
    p_value: result.pValue,
    degrees_of_freedom: result.degreesOfFreedom,
    mean_difference: result.meanDifference,
    confidence_interval: result.confidenceInterval,
    significant: result.significant,
    cohens_d: result.cohensD,
    hedges_g: result.hedgesG,
    method: result.method,
    group_a_statistics: briefOf(result.groupA),
    group_b_statistics: briefOf(result.groupB),
  };
}

function briefOf({ count, mean, stdDev }: GroupStatistics): Readonly<Record<string, unknown>> {
  return { count, mean, std_dev: stdDev };
}
