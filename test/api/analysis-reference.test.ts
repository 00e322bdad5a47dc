import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ask, askEverywhere, toldOverRest, type Kind, type Told } from '../support/analyses.js';
import { startTestApp, type TestApp, type TestFederation } from '../support/app.js';
import type { Json } from '../support/client.js';
import { logRelativeError, NIST_ANOVA, nistGroups } from '../support/nist.js';
import { DAY, storeTables, storeValues, type Table, type Values } from '../support/reference-data.js';
import { WorstCases } from '../unit/numerics/worst-case.js';

/** Larger tables are for the unit tests: a table is stored observation by observation here. */
const MOST_COUNTS = 1_000;
/** Every so many questions are asked over all three APIs. */
const EVERYWHERE = 12;

const reference = JSON.parse(readFileSync(path.join(__dirname, '../reference/stats.json'), 'utf8'));

/** Values that the gateway takes in: finite, and their squares in the range of a double. */
const isTaken = (values: readonly Json[]) =>
  values.every((value) => typeof value === 'number' && Math.abs(value) <= 1e150);
const ofAnalysis = (analysis: string): Json[] =>
  reference.cases.filter((one: Json) => one.analysis === analysis);

/** Values whose squares are below the range of a double; there is no deviation of them in a summary. */
const isTiny = ({ tags }: Json) => tags.includes('tiny-scale');
const descriptives = ofAnalysis('desc').filter(
  ({ input, expected }) => isTaken(input.values) && expected.count > 0,
);
const tests = ofAnalysis('welch').filter(({ input }) => isTaken([...input.a, ...input.b]));
const anovas = ofAnalysis('anova').filter(({ input }) => isTaken(input.groups.flat()));
const tables = ofAnalysis('chi2').filter(
  ({ input }) => input.table.flat().reduce((sum: number, n: number) => sum + n, 0) <= MOST_COUNTS,
);

const groupNames = (count: number) =>
  Array.from({ length: count }, (_, i) => `g${String(i).padStart(2, '0')}`);

const values: Values[] = [
  ...descriptives.map(({ id, input }) => ({ variable: id, groups: [input.values] })),
  ...tests.map(({ id, input }) => ({ variable: id, groups: [input.a, input.b] })),
  ...anovas.map(({ id, input }) => ({ variable: id, groups: input.groups })),
  ...NIST_ANOVA.map(({ name }) => ({ variable: name, groups: nistGroups(name) })),
];
const counted: Table[] = tables.map(({ id, input }) => ({
  variables: [`${id}.r`, `${id}.c`],
  table: input.table,
}));

let gateway: TestApp;
let federation: TestFederation;
let asked = 0;

beforeAll(async () => {
  gateway = await startTestApp({ disclosureMinGroupSize: 1 });
  federation = await gateway.aFederation({ active: 2 });
  const clients = [federation.owner, ...federation.active].map(({ client }) => client);
  await storeValues(clients, federation.id, values, groupNames);
  await storeTables(clients, federation.id, counted);
}, 120_000);
afterAll(() => gateway.close());

async function told(kind: Kind, body: Json): Promise<Told> {
  const { client } = federation.active[0]!;
  asked += 1;
  if (asked % EVERYWHERE === 0) return askEverywhere(client, federation.id, kind, body);
  return toldOverRest(await ask(client, federation.id, kind, body));
}

/** Asks each case; what has no answer must be refused with the reason of the reference. */
async function eachCase(
  cases: readonly Json[],
  kind: Kind,
  bodyOf: (one: Json) => Json,
  check: (answer: Json, one: Json) => void,
): Promise<void> {
  for (const one of cases) {
    const { status, answer, reason } = await told(kind, bodyOf(one));
    if (one.expected.error === undefined) {
      expect([one.id, status, reason]).toEqual([one.id, 200, undefined]);
      check(answer, one);
    } else expect([one.id, status, reason]).toEqual([one.id, 400, one.expected.error]);
  }
}

function expectWithin(worst: WorstCases, tolerances: Readonly<Record<string, number>>): void {
  const beyond = Object.entries(tolerances).flatMap(([figure, tolerance]) =>
    worst.of(figure).error <= tolerance ? [] : [worst.describe(figure)],
  );
  expect(beyond).toEqual([]);
}

describe(`the reference data, stored by three members over ${DAY.count} days, and asked about over HTTP`, () => {
  it('has the descriptive statistics of exact arithmetic', async () => {
    const worst = new WorstCases();
    await eachCase(
      descriptives.filter((one) => !isTiny(one)),
      'descriptive',
      ({ id }) => ({ variable: id }),
      ({ groups: [group] }, { id, expected }) => {
        expect([group.count, group.min, group.max]).toEqual([expected.count, expected.min, expected.max]);
        const scale = Math.max(Math.abs(expected.min), Math.abs(expected.max));
        worst.note('mean', id, [group.mean, expected.mean]);
        if (expected.std_dev === null) expect(group.std_dev).toBeNull();
        else worst.note('deviation', id, [group.std_dev, expected.std_dev]);
        if (group.percentile_method !== 'exact') return;
        worst.note('median', id, [group.median, expected.median], scale);
        for (const p of [25, 50, 75])
          worst.note('percentile', id, [group.percentiles[`p${p}`], expected.percentiles[p / 100]], scale);
      },
    );
    for (const { id } of descriptives.filter(isTiny))
      expect(await told('descriptive', { variable: id })).toMatchObject({ reason: 'spread_out_of_range' });
    expectWithin(worst, { mean: 1e-15, deviation: 1e-12, median: 1e-15, percentile: 1e-15 });
  });

  it("has Welch's t-test to the digits promised", async () => {
    const worst = new WorstCases();
    const [group_a, group_b] = groupNames(2);
    await eachCase(
      tests,
      't-test',
      ({ id }) => ({ variable: id, group_a, group_b }),
      (answer, { id, expected }) => {
        const { level, lower, upper } = expected.confidence_intervals.find((one: Json) => one.level === 0.95);
        const { confidence_interval: interval } = answer;
        expect(interval.level).toBe(level);
        worst.note('t', id, [answer.t_statistic, zeroed(expected.t_statistic)]);
        worst.note('p', id, [answer.p_value, expected.p_value]);
        worst.note('degrees of freedom', id, [answer.degrees_of_freedom, expected.degrees_of_freedom]);
        worst.note("Cohen's d", id, [answer.cohens_d, zeroed(expected.cohens_d)]);
        worst.note("Hedges' g", id, [answer.hedges_g, zeroed(expected.hedges_g)]);
        worst.note('interval', id, [interval.lower, lower], expected.standard_error);
        worst.note('interval', id, [interval.upper, upper], expected.standard_error);
      },
    );
    expectWithin(worst, {
      t: 1e-12,
      p: 1e-10,
      'degrees of freedom': 1e-12,
      "Cohen's d": 1e-12,
      "Hedges' g": 1e-12,
      interval: 1e-9,
    });
  });

  it('has the analysis of variance and all pairs to the digits promised', async () => {
    const worst = new WorstCases();
    await eachCase(
      anovas.filter(({ input }) => input.groups.every((group: Json[]) => group.length > 0)),
      'anova',
      ({ id }) => ({ variable: id }),
      (answer, { id, expected }) => {
        worst.note('F', id, [answer.f_statistic, zeroed(expected.f_statistic)]);
        worst.note('p', id, [answer.p_value, expected.p_value]);
        worst.note('eta', id, [answer.eta_squared, zeroed(expected.eta_squared)]);
        expect(answer.degrees_of_freedom_within).toBe(expected.degrees_of_freedom_within);
        const names = groupNames(answer.groups.length);
        expect(answer.post_hoc_pairs).toHaveLength(expected.post_hoc.length);
        for (const [n, pair] of expected.post_hoc.entries()) {
          const told = answer.post_hoc_pairs[n];
          expect([told.group_a, told.group_b]).toEqual([names[pair.i], names[pair.j]]);
          worst.note('Tukey', `${id} ${n}`, [told.p_value, pair.tukey_kramer_p]);
        }
      },
    );
    expectWithin(worst, { F: 1e-12, p: 1e-10, eta: 1e-12, Tukey: 1e-9 });
  });

  it.each(NIST_ANOVA)("has the F of NIST's $name to $digits digits", async ({ name, certified, digits }) => {
    const { status, answer } = await told('anova', { variable: name });
    expect(status).toBe(200);
    expect(logRelativeError(answer.f_statistic, certified)).toBeGreaterThanOrEqual(digits);
  });

  it('has the chi-square test to the digits promised, whichever variable is the rows', async () => {
    const worst = new WorstCases();
    for (const [first, second] of [
      ['r', 'c'],
      ['c', 'r'],
    ])
      await eachCase(
        tables,
        'chi-square',
        ({ id }) => ({ variable_1: `${id}.${first}`, variable_2: `${id}.${second}` }),
        (answer, { id, expected }) => {
          worst.note('statistic', id, [answer.chi_square_statistic, zeroed(expected.chi_square_statistic)]);
          worst.note('p', id, [answer.p_value, expected.p_value]);
          worst.note('V', id, [answer.cramers_v, zeroed(expected.cramers_v)]);
          worst.note('expected', id, [answer.min_expected_count, expected.min_expected]);
          expect(answer.degrees_of_freedom).toBe(expected.degrees_of_freedom);
          expect(answer.sample_size).toBe(expected.n);
        },
      );
    expectWithin(worst, { statistic: 1e-12, p: 1e-10, V: 1e-12, expected: 1e-14 });
  });
});

/** Where means are equal, 40 digits leave 1e-80 of a statistic that is 0. */
function zeroed(statistic: number): number {
  return Math.abs(statistic) < 1e-70 ? 0 : statistic;
}
