import { AT, type Fields } from '../support/observations.js';
import type { AnalysisField } from '../support/questions.js';

const EMOJI = '\u{1F600}';

const NO_STRING = [1, 0, 1.5, true, false, [], ['x'], {}, { a: 1 }];
const NO_BOOLEAN = ['true', '', 1, 0, [], [true], {}];
const NO_TEXT = ['', ' ', '\t\n', 'a\0b', 'a\u0007', 'a\uD800', 'x'.repeat(129), EMOJI.repeat(129)];
const NO_ENUM = ['nope', '', ' ', '__proto__', 'constructor', 1, true, [], {}];
const NO_TIME = [
  ...['', 'yesterday', '2026-01-01', '2026-13-01T00:00:00Z', '2026-02-30T00:00:00Z', '2026-01-01T25:00:00Z'],
  ...[1, true, [], {}],
];

/** What no variable can be called. */
const NO_VARIABLE = [
  ...NO_STRING,
  ...['', ' ', 'a b', ' heart_rate', 'a,b', 'a/b', 'é', 'a\0b', 'a\uD800', EMOJI],
  ...['__proto__', 'constructor', 'prototype', 'x'.repeat(65), 'x'.repeat(100_000)],
];
const NO_GROUPS = [
  ...['icu', 1, 1.5, true, {}, [], [1], [1.5], [null], [true], [['a']], [{}]],
  ...NO_TEXT.map((text) => ['icu', text]),
  Array.from({ length: 1_001 }, (_, i) => `group-${i}`),
];
const NO_LEVEL = [0, 1, -1, -0.5, 1.0000001, 95, 1e308, '0.95', 'NaN', 'Infinity', '', true, [], [0.95], {}];

const FILTERS: Readonly<Record<string, readonly unknown[]>> = {
  filters: ['x', '', 1, 0, true, [], [{}], ['start_time']],
  'filters.start_time': NO_TIME,
  'filters.end_time': NO_TIME,
  'filters.device_platform': [...NO_STRING, ...NO_TEXT],
  'filters.min_sample_count': [0, -1, 1.5, 2 ** 31, 1e308, '1', 'NaN', '', true, [], [1], {}],
};

export interface BadQuestion {
  readonly path: string;
  readonly field: AnalysisField;
  /** A body that would be answered. */
  readonly valid: Fields;
  readonly required: readonly string[];
  /** What each member may not be; `filters.start_time` stands in the filters. */
  readonly bad: Readonly<Record<string, readonly unknown[]>>;
  /** Bodies whose members do not fit each other, and the one that is named. */
  readonly unfit: readonly { readonly name: string; readonly body: Fields; readonly named: string }[];
}

const TIMES = [
  {
    name: 'a time that ends where it starts',
    body: { filters: { start_time: AT, end_time: AT } },
    named: 'filters.end_time',
  },
  {
    name: 'a time that ends before it starts, in other offsets',
    body: { filters: { start_time: '2026-01-01T00:00:00-01:00', end_time: '2026-01-01T02:59:59+02:00' } },
    named: 'filters.end_time',
  },
];

export const badQuestions: readonly BadQuestion[] = [
  {
    path: 'descriptive',
    field: 'descriptive',
    valid: { variable: 'heart_rate' },
    required: ['variable'],
    bad: {
      variable: NO_VARIABLE,
      group_by: NO_ENUM,
      group_ids: NO_GROUPS,
      include_percentiles: NO_BOOLEAN,
      ...FILTERS,
    },
    unfit: TIMES,
  },
  {
    path: 't-test',
    field: 'tTest',
    valid: { variable: 'heart_rate', group_a: 'icu', group_b: 'ward' },
    required: ['variable', 'group_a', 'group_b'],
    bad: {
      variable: NO_VARIABLE,
      group_a: [...NO_STRING, ...NO_TEXT],
      group_b: [...NO_STRING, ...NO_TEXT],
      group_by: NO_ENUM,
      method: [...NO_ENUM, 'tukey_kramer'],
      confidence_level: NO_LEVEL,
      ...FILTERS,
    },
    unfit: [
      ...TIMES,
      { name: 'a group against itself', body: { group_b: 'icu' }, named: 'group_b' },
      { name: 'a group against itself, with blanks', body: { group_b: ' icu\n' }, named: 'group_b' },
      { name: 'an unknown group against itself', body: { group_a: 'x', group_b: 'x' }, named: 'group_b' },
    ],
  },
  {
    path: 'anova',
    field: 'anova',
    valid: { variable: 'heart_rate' },
    required: ['variable'],
    bad: {
      variable: NO_VARIABLE,
      group_by: NO_ENUM,
      group_ids: NO_GROUPS,
      method: [...NO_ENUM, 'pooled'],
      confidence_level: NO_LEVEL,
      post_hoc: NO_BOOLEAN,
      post_hoc_method: NO_ENUM,
      ...FILTERS,
    },
    unfit: TIMES,
  },
  {
    path: 'chi-square',
    field: 'chiSquare',
    valid: { variable_1: 'rhythm', variable_2: 'sex' },
    required: ['variable_1', 'variable_2'],
    bad: {
      variable_1: NO_VARIABLE,
      variable_2: NO_VARIABLE,
      group_by: NO_ENUM,
      group_ids: NO_GROUPS,
      confidence_level: NO_LEVEL,
      ...FILTERS,
    },
    unfit: [
      ...TIMES,
      { name: 'a variable against itself', body: { variable_2: 'rhythm' }, named: 'variable_2' },
      { name: 'an unknown one', body: { variable_1: 'x', variable_2: 'x' }, named: 'variable_2' },
    ],
  },
];
