import { ROUND, type Fields } from '../support/ledger.js';

const DAY_MS = 86_400_000;

/** Texts of JSON: what a number may not be, also where JavaScript could not write it. */
const NO_NUMBER = ['"1"', '"NaN"', '"Infinity"', '""', 'true', '[]', '[1]', '{}', '1e309', '-1e309'];
const NO_INTEGER = [...NO_NUMBER, '1.5', '0.1', '1e-9', '2147483648', '1e10', '-2147483649'];
const NO_ID = ['true', '1.5', '{}', '[]', '"a b"', '"a/b"', '"é"', '"a\\u0000b"'];

const ROUND_ID = [
  ...NO_ID,
  '""',
  '"rnd_"',
  '"rnd_00000000000"',
  `"rnd_${'0'.repeat(33)}"`,
  '"rnd_ABCDEFGHIJKL"',
  '"fed_000000000000"',
  '"000000000000"',
];

const COMPLETED_AT = [
  '""',
  '"tomorrow"',
  '"2026-13-01T00:00:00Z"',
  '"2026-11-24"',
  'true',
  '{}',
  '[]',
  JSON.stringify(new Date(Date.now() + 2 * DAY_MS).toISOString()),
];

const contribution = (members: string) => `[{"org_id":"default",${members}}]`;

const CONTRIBUTIONS = [
  ...['"x"', '5', 'true', '{}', '[null]', '[5]', '["x"]', '[[]]', '[{}]', '[{"samples":1}]'],
  ...['"a b"', '"stranger"', 'true', '{}', 'null'].map((org) => `[{"org_id":${org},"samples":1}]`),
  '[{"org_id":"default"}]',
  ...[...NO_NUMBER, 'null', '-1', '0.5', '9007199254740992', '1e300'].map((samples) =>
    contribution(`"samples":${samples}`),
  ),
  ...['accuracy', 'loss'].flatMap((name) =>
    [...NO_NUMBER, '1e400', '1e151', '-1e151'].map((value) => contribution(`"samples":1,"${name}":${value}`)),
  ),
  '[{"org_id":"default","samples":1},{"org_id":"default","samples":1}]',
  `[${Array.from({ length: 1_001 }, (_, i) => `{"org_id":"org-${i}","samples":1}`).join(',')}]`,
];

const PARAMETERS = {
  noise_multiplier: [...NO_NUMBER, '0', '-0', '-1', '-1e-300'],
  sample_rate: [...NO_NUMBER, '0', '-0.1', '1.0000000000000002', '2', '1e300'],
  num_steps: [...NO_INTEGER, '0', '-1'],
  // The budget's is 1e-5.
  target_delta: [...NO_NUMBER, '0', '-1e-6', '1.0000000000000003e-5', '0.5', '1', '2'],
};

export interface BadLedgerInput {
  /** Method and path as in the table of routes. */
  readonly route: string;
  /** The mutation that the route is. */
  readonly mutation: string;
  /** A body that would succeed. */
  readonly valid: Fields;
  /** What else REST sends, to tell the route from another. */
  readonly chosenBy?: Fields;
  /** What each member may not be, as texts of JSON. */
  readonly bad: Readonly<Record<string, readonly string[]>>;
  /** What GraphQL has no member for. */
  readonly badInRest?: Readonly<Record<string, readonly string[]>>;
  /** What must be there and not null. */
  readonly required: readonly string[];
}

const AT_ROUNDS = 'POST /federations/{id}/rounds';
const TOGETHER = ['noise_multiplier', 'sample_rate', 'num_steps'];
const STATUS = ['"cancelled"', '"RESERVED"', '"running"', '""', '5', 'true', '[]', '["reserved"]', '{}'];

export const badLedgerInput: readonly BadLedgerInput[] = [
  {
    route: 'PUT /federations/{id}/privacy/budget',
    mutation: 'setPrivacyBudget',
    valid: { total_epsilon_budget: 5, total_delta_budget: 1e-5 },
    bad: {
      total_epsilon_budget: [...NO_NUMBER, '0', '-0', '-1', '-5e-324'],
      total_delta_budget: [...NO_NUMBER, '0', '-0', '-1e-9', '1', '1.5', '1e308'],
    },
    required: ['total_epsilon_budget'],
  },
  {
    route: AT_ROUNDS,
    mutation: 'recordTrainingRound',
    valid: { ...ROUND, contributions: [] },
    bad: {
      ...PARAMETERS,
      round_id: ROUND_ID,
      model_id: [...NO_ID, '""', `"${'m'.repeat(65)}"`],
      already_executed: ['"true"', '"yes"', '1', '0', '[]', '{}'],
      completed_at: COMPLETED_AT,
      contributions: CONTRIBUTIONS,
    },
    badInRest: { status: STATUS },
    required: TOGETHER,
  },
  {
    route: AT_ROUNDS,
    mutation: 'reserveTrainingRound',
    valid: ROUND,
    chosenBy: { status: 'reserved' },
    bad: { ...PARAMETERS, round_id: ROUND_ID, model_id: NO_ID },
    required: TOGETHER,
  },
  {
    route: 'POST /federations/{id}/rounds/{round_id}/complete',
    mutation: 'completeTrainingRound',
    valid: { contributions: [] },
    bad: { completed_at: COMPLETED_AT, contributions: CONTRIBUTIONS },
    required: [],
  },
];

const NO_NUMBER_TEXT = [
  '',
  'x',
  'NaN',
  'Infinity',
  '-Infinity',
  '1e309',
  '0x10',
  'true',
  '1,5',
  '%2B1',
  '%00',
];

/** Of the query string of the estimate. */
export const badEstimate: Readonly<Record<string, readonly string[]>> = {
  noise_multiplier: [...NO_NUMBER_TEXT, '0', '-1'],
  sample_rate: [...NO_NUMBER_TEXT, '0', '-0.1', '1.0000000000000002', '2'],
  num_steps: [...NO_NUMBER_TEXT, '0', '-1', '1.5', '1e3', '2147483648', '9'.repeat(30)],
  target_delta: [...NO_NUMBER_TEXT, '0', '-1e-6', '1.0000000000000003e-5', '1', '2'],
};
