import { renameMembers, toSnakeCase } from '../../core/names.js';
import type { Analysis } from './analysis.js';
import type { DescriptiveArgs, DescriptiveResult } from './descriptive.types.js';
import { namedGroups, namedVariable, parseFilters } from './question.js';
import { statisticsAnswer, statisticsOf, toldOf } from './statistics.js';

/** Count, mean, median, standard deviation and quartiles of each group that may be shown. */
export function descriptive(args: DescriptiveArgs): Analysis<Omit<DescriptiveResult, 'queryId'>> {
  const { variable, groupBy, includePercentiles } = args;
  return {
    type: 'descriptive',
    question: {
      variables: [namedVariable('variable', variable)],
      kind: 'numeric',
      groupBy,
      groups: namedGroups(args.groupIds),
      filters: parseFilters(args.filters),
      withheldGroups: 'listed',
    },
    options: { variable, includePercentiles },
    compute: ({ groups: shown, withheld, disclosure }) => {
      const groups = shown.map((group) => statisticsOf(group, disclosure, { includePercentiles }));
      return {
        result: { variable, groupBy, groups, suppressedGroups: withheld },
        answer: {
          variable,
          group_by: groupBy,
          groups: groups.map(statisticsAnswer),
          suppressed_groups: renameMembers(withheld, toSnakeCase),
        },
        told: toldOf(groups),
      };
    },
  };
}
