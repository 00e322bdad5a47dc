import type { Fields } from '../support/observations.js';
import type { AnalysisField } from '../support/questions.js';
import { numbered } from './analysis-refusals.data.js';

export interface Refusal {
  readonly reason: string;
  readonly by: string;
  readonly place: 'open' | 'guarded';
  readonly path: string;
  readonly field: AnalysisField;
  readonly body: Fields;
  /** The member that is named, where one is. */
  readonly named?: string;
  /** Members of `details` besides the reason and the field. */
  readonly details: Fields;
  /** What the message says besides. */
  readonly says: RegExp;
}

type Row = Omit<Refusal, 'path' | 'field' | 'place'> & { readonly place?: 'guarded' };

const of =
  (path: string, field: AnalysisField) =>
  (row: Row): Refusal => ({ place: 'open', path, field, ...row });
const describing = of('descriptive', 'descriptive');
const testing = of('t-test', 'tTest');
const analysing = of('anova', 'anova');
const tabulating = of('chi-square', 'chiSquare');

/** In the order of their names, cut off behind the twentieth. */
const KNOWN_VARIABLES = ['code', 'lone', ...numbered(18, 'm')];
const KNOWN_GROUPS = ['close-a', 'close-b', 'flat-a', 'flat-b', ...numbered(16, 'many-')];
const SHOWN_VARIABLES = { known: ['rate', 'rhythm', 'sex'] };
const SHOWN_GROUPS = { known: ['large', 'other'] };

export const refusals: readonly Refusal[] = [
  ...[describing, analysing].map((ask) =>
    ask({
      reason: 'unknown_variable',
      by: 'a variable that is not known, naming twenty that are',
      body: { variable: 'nope' },
      named: 'variable',
      details: { known: KNOWN_VARIABLES },
      says: /known are code, lone, m000, .*m017 and \d+ more$/,
    }),
  ),
  testing({
    reason: 'unknown_variable',
    by: 'a variable that is not known, before its groups are looked at',
    place: 'guarded',
    body: { variable: 'nope', group_a: 'nowhere', group_b: 'small' },
    named: 'variable',
    details: SHOWN_VARIABLES,
    says: /known are rate, rhythm, sex$/,
  }),
  ...(['variable_1', 'variable_2'] as const).map((named) =>
    tabulating({
      reason: 'unknown_variable',
      by: `a ${named} that is not known`,
      place: 'guarded',
      body: { variable_1: 'rhythm', variable_2: 'sex', [named]: 'nope' },
      named,
      details: SHOWN_VARIABLES,
      says: /known are rate, rhythm, sex$/,
    }),
  ),
  testing({
    reason: 'unknown_group',
    by: 'a device group that is not known, naming those that may be shown',
    place: 'guarded',
    body: { variable: 'rate', group_a: 'large', group_b: 'nowhere', group_by: 'device_group' },
    named: 'group_b',
    details: SHOWN_GROUPS,
    says: /known are large, other$/,
  }),
  ...[describing, analysing].map((ask) =>
    ask({
      reason: 'unknown_group',
      by: 'a group that is not known, naming twenty that are',
      body: { variable: 'rate', group_ids: ['pair', 'nowhere'] },
      named: 'group_ids',
      details: { known: KNOWN_GROUPS },
      says: /known are close-a, .*many-015 and \d+ more$/,
    }),
  ),
  tabulating({
    reason: 'unknown_group',
    by: 'a thousand groups that are not known',
    place: 'guarded',
    body: {
      variable_1: 'rhythm',
      variable_2: 'sex',
      group_ids: numbered(1_000, 'x-'),
      group_by: 'device_group',
    },
    named: 'group_ids',
    details: SHOWN_GROUPS,
    says: /known are large, other$/,
  }),
  ...[describing, analysing].map((ask) =>
    ask({
      reason: 'wrong_kind',
      by: 'the numbers of an attribute',
      body: { variable: 'sex' },
      named: 'variable',
      details: { kind: 'categorical' },
      says: /must be numeric; sex is categorical$/,
    }),
  ),
  testing({
    reason: 'wrong_kind',
    by: 'the mean of an attribute',
    body: { variable: 'sex', group_a: 'pair', group_b: 'single' },
    named: 'variable',
    details: { kind: 'categorical' },
    says: /must be numeric; sex is categorical$/,
  }),
  tabulating({
    reason: 'wrong_kind',
    by: 'a table of numbers',
    body: { variable_1: 'sex', variable_2: 'rate' },
    named: 'variable_2',
    details: { kind: 'numeric' },
    says: /must be categorical; rate is numeric$/,
  }),
  testing({
    reason: 'insufficient_data',
    by: 'a group of one',
    body: { variable: 'rate', group_a: 'single', group_b: 'pair' },
    details: { counts: { single: 1, pair: 2 } },
    says: /each group needs at least 2 values; pair has 2, single has 1$/,
  }),
  analysing({
    reason: 'insufficient_data',
    by: 'two groups of one',
    body: { variable: 'lone' },
    details: { counts: { pair: 1, single: 1 } },
    says: /no group has more than one value; pair has 1, single has 1$/,
  }),
  testing({
    reason: 'insufficient_data',
    by: 'a group below min_sample_count',
    body: { variable: 'rate', group_a: 'pair', group_b: 'flat-a', filters: { min_sample_count: 3 } },
    named: 'group_a',
    details: {},
    says: /has fewer observations than min_sample_count: pair$/,
  }),
  analysing({
    reason: 'insufficient_groups',
    by: 'one group',
    body: { variable: 'rate', group_ids: ['pair'] },
    details: { counts: { pair: 2 } },
    says: /at least 2 groups are needed; pair has 2$/,
  }),
  testing({
    reason: 'zero_variance',
    by: 'two groups without variation',
    body: { variable: 'rate', group_a: 'flat-a', group_b: 'flat-b' },
    details: { counts: { 'flat-a': 3, 'flat-b': 3 } },
    says: /flat-a has 3, flat-b has 3$/,
  }),
  analysing({
    reason: 'zero_variance',
    by: 'groups without variation',
    body: { variable: 'rate', group_ids: ['flat-b', 'flat-a'] },
    details: { counts: { 'flat-a': 3, 'flat-b': 3 } },
    says: /flat-a has 3, flat-b has 3$/,
  }),
  testing({
    reason: 'spread_out_of_range',
    by: 'values whose squares are too small for a double',
    body: { variable: 'spread', group_a: 'close-a', group_b: 'close-b' },
    details: { counts: { 'close-a': 2, 'close-b': 2 } },
    says: /close-a has 2, close-b has 2$/,
  }),
  ...[describing, analysing].map((ask) =>
    ask({
      reason: 'spread_out_of_range',
      by: 'values that are too close for their squares',
      body: { variable: 'spread' },
      details: { counts: { 'close-a': 2, 'close-b': 2 } },
      says: /close-a has 2, close-b has 2$/,
    }),
  ),
  analysing({
    reason: 'too_many_groups',
    by: 'all pairs of 51 groups',
    body: { variable: 'many', post_hoc: true },
    named: 'post_hoc',
    details: {},
    says: /must be false for more than 50 groups; there are 51$/,
  }),
  tabulating({
    reason: 'degenerate_table',
    by: 'a table of one column',
    body: { variable_1: 'rhythm', variable_2: 'only' },
    details: { counts: { ward: 2 } },
    says: /at least 2 rows and 2 columns need a count; ward has 2$/,
  }),
  tabulating({
    reason: 'degenerate_table',
    by: 'variables that are never observed together',
    body: { variable_1: 'rhythm', variable_2: 'code' },
    details: { counts: {} },
    says: /at least 2 rows and 2 columns need a count$/,
  }),
  tabulating({
    reason: 'too_many_categories',
    by: 'a variable of 101 values',
    body: { variable_1: 'side', variable_2: 'code' },
    details: {},
    says: /a variable has more than 100 values$/,
  }),
  testing({
    reason: 'below_disclosure_threshold',
    by: 'a group that may not be shown',
    place: 'guarded',
    body: { variable: 'rate', group_a: 'large', group_b: 'small' },
    named: 'group_b',
    details: { groups: ['small'] },
    says: /^small may not be shown here: too few observations$/,
  }),
  tabulating({
    reason: 'below_disclosure_threshold',
    by: 'a group among those asked about that may not be shown',
    place: 'guarded',
    body: { variable_1: 'rhythm', variable_2: 'sex', group_ids: ['large', 'few'] },
    named: 'group_ids',
    details: { groups: ['few'] },
    says: /^few may not be shown here: too few observations$/,
  }),
  tabulating({
    reason: 'below_disclosure_threshold',
    by: 'variables of a group alone that may not be shown',
    place: 'guarded',
    body: { variable_1: 'hidden', variable_2: 'rarely' },
    details: {},
    says: /^there is no group that may be shown$/,
  }),
  testing({
    reason: 'below_disclosure_threshold',
    by: 'min_sample_count, which tells nothing of a group that may not be shown',
    place: 'guarded',
    body: { variable: 'rate', group_a: 'large', group_b: 'small', filters: { min_sample_count: 100 } },
    named: 'group_a',
    details: { groups: ['large', 'small'] },
    says: /./,
  }),
];
