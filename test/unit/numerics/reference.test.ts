import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { studentizedRange } from '../../../src/numerics/distributions/studentized-range.js';
import { classicalAnova, welchAnova } from '../../../src/numerics/inference/anova.js';
import { chiSquareTest } from '../../../src/numerics/inference/chi-square.js';
import { DegenerateInputError } from '../../../src/numerics/inference/degenerate-input.js';
import { gamesHowellPair, tukeyKramer } from '../../../src/numerics/inference/post-hoc.js';
import { welchTTest } from '../../../src/numerics/inference/t-test.js';
import { summaryOf } from './summaries.js';
import { WorstCases } from './worst-case.js';

/** Expected values by exact rational moments and 40 digits; the file tells how. */
const reference = JSON.parse(readFileSync(join(__dirname, '../../reference/stats.json'), 'utf8'));
const cases: any[] = reference.cases;
const ofAnalysis = (analysis: string): any[] => cases.filter((one) => one.analysis === analysis);
const answered = (analysis: string): any[] =>
  ofAnalysis(analysis).filter((one) => one.expected.error === undefined);
const refused = (analysis: string): any[] =>
  // A value that is not finite is refused when it comes in and never reaches a summary.
  ofAnalysis(analysis).filter((one) => ![undefined, 'non_finite_input'].includes(one.expected.error));

function itStaysWithin(worst: WorstCases, tolerances: Record<string, number>): void {
  it.each(Object.entries(tolerances))(
    'keeps its tolerance of each figure: %s within %d',
    (figure, tolerance) => {
      expect([worst.describe(figure), worst.of(figure).error <= tolerance]).toEqual([
        expect.any(String),
        true,
      ]);
    },
  );
  it(`knows its worst cases: ${worst.figures.map((figure) => worst.describe(figure)).join('; ')}`, () => {
    expect([...worst.figures].sort()).toEqual(Object.keys(tolerances).sort());
  });
}

/** Where means are equal, 40 digits leave 1e-80 of a statistic that is 0. */
function withoutResidue(statistic: number): number {
  return Math.abs(statistic) < 1e-70 ? 0 : statistic;
}

function reasonOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof DegenerateInputError) return error.reason;
    throw error;
  }
  return 'none';
}

describe("Welch's t-test on the reference data", () => {
  const worst = new WorstCases();
  for (const { id, input, expected } of answered('welch')) {
    const [a, b] = [summaryOf(input.a), summaryOf(input.b)];
    for (const { level, lower, upper } of expected.confidence_intervals) {
      const test = welchTTest(a, b, level);
      worst.note('p', id, [test.pValue, expected.p_value]);
      worst.note('t', id, [test.tStatistic, expected.t_statistic]);
      worst.note('df', id, [test.degreesOfFreedom, expected.degrees_of_freedom]);
      worst.note('difference', id, [test.meanDifference, expected.mean_difference]);
      worst.note('error', id, [test.standardError, expected.standard_error]);
      worst.note('d', id, [test.cohensD, expected.cohens_d]);
      worst.note('g', id, [test.hedgesG, expected.hedges_g]);
      worst.note('interval', id, [test.lower, lower], expected.standard_error);
      worst.note('interval', id, [test.upper, upper], expected.standard_error);
    }
  }
  itStaysWithin(worst, {
    p: 1e-10,
    t: 1e-12,
    df: 1e-12,
    difference: 1e-12,
    error: 1e-12,
    d: 1e-12,
    g: 1e-12,
    interval: 1e-9,
  });

  it.each(refused('welch').map((one) => [one.expected.error, one.id, one]))(
    'answers %s to %s',
    (reason, _, one) => {
      expect(reasonOf(() => welchTTest(summaryOf(one.input.a), summaryOf(one.input.b), 0.95))).toBe(reason);
    },
  );
});

describe('analysis of variance on the reference data', () => {
  const worst = new WorstCases();
  for (const { id, input, expected } of answered('anova')) {
    const groups = input.groups.map(summaryOf);
    const anova = classicalAnova(groups);
    worst.note('p', id, [anova.pValue, expected.p_value]);
    worst.note('F', id, [anova.fStatistic, expected.f_statistic]);
    worst.note('df between', id, [anova.degreesOfFreedomBetween, expected.degrees_of_freedom_between]);
    worst.note('df within', id, [anova.degreesOfFreedomWithin, expected.degrees_of_freedom_within]);
    worst.note('SS between', id, [anova.sumOfSquaresBetween, expected.ss_between]);
    worst.note('SS within', id, [anova.sumOfSquaresWithin, expected.ss_within]);
    worst.note('eta squared', id, [anova.etaSquared, expected.eta_squared]);
    worst.note('omega squared', id, [anova.omegaSquared, expected.omega_squared]);
    if (expected.welch_anova === null) {
      const reason = groups.some(({ count }: { count: number }) => count < 2)
        ? 'insufficient_data'
        : 'zero_variance';
      it(`has no Welch ANOVA of ${id}: ${reason}`, () =>
        expect(reasonOf(() => welchAnova(groups))).toBe(reason));
      continue;
    }
    const welch = welchAnova(groups);
    worst.note('Welch p', id, [welch.pValue, expected.welch_anova.p_value]);
    worst.note('Welch F', id, [welch.fStatistic, withoutResidue(expected.welch_anova.f_statistic)]);
    worst.note('Welch df', id, [
      welch.degreesOfFreedomWithin,
      expected.welch_anova.degrees_of_freedom_within,
    ]);
  }
  itStaysWithin(worst, {
    p: 1e-10,
    F: 1e-12,
    'df between': 0,
    'df within': 0,
    'SS between': 1e-12,
    'SS within': 1e-12,
    'eta squared': 1e-12,
    'omega squared': 1e-12,
    'Welch p': 1e-10,
    'Welch F': 1e-12,
    'Welch df': 1e-12,
  });

  it.each(refused('anova').map((one) => [one.expected.error, one.id, one]))(
    'answers %s to %s',
    (reason, _, one) => {
      const groups = one.input.groups.map(summaryOf);
      expect(reasonOf(() => classicalAnova(groups))).toBe(reason);
      expect(reasonOf(() => tukeyKramer(groups, 0.95))).toBe(reason);
    },
  );
});

describe('comparisons of pairs on the reference data', () => {
  const worst = new WorstCases();
  for (const { id, input, expected } of answered('anova')) {
    const groups = input.groups.map(summaryOf);
    const range = studentizedRange(groups.length);
    const pairs = tukeyKramer(groups, 0.95);
    for (const [index, pair] of expected.post_hoc.entries()) {
      const at = `${id} (${pair.i}, ${pair.j})`;
      const tukey = pairs[index]!;
      worst.note('difference', at, [tukey.meanDifference, pair.mean_difference]);
      worst.note('q', at, [tukey.qStatistic, pair.tukey_kramer_q]);
      worst.note('Tukey p', at, [tukey.pValue, pair.tukey_kramer_p]);
      if (pair.games_howell_p === null) continue;
      const welch = gamesHowellPair(groups[pair.i], groups[pair.j], { range, confidenceLevel: 0.95 });
      worst.note('Games-Howell df', at, [welch.degreesOfFreedom, pair.games_howell_df]);
      worst.note('Games-Howell p', at, [welch.pValue, pair.games_howell_p]);
      worst.note('Welch p', at, [welchTTest(groups[pair.i], groups[pair.j], 0.95).pValue, pair.welch_p]);
    }
  }
  itStaysWithin(worst, {
    difference: 1e-12,
    q: 1e-12,
    'Tukey p': 1e-9,
    'Games-Howell df': 1e-12,
    'Games-Howell p': 1e-9,
    'Welch p': 1e-10,
  });
});

describe('chi-square on the reference data', () => {
  const worst = new WorstCases();
  for (const { id, input, expected } of answered('chi2')) {
    const test = chiSquareTest(input.table);
    worst.note('p', id, [test.pValue, expected.p_value]);
    worst.note('statistic', id, [test.chiSquareStatistic, expected.chi_square_statistic]);
    worst.note('V', id, [test.cramersV, expected.cramers_v]);
    worst.note('least expected', id, [test.minExpectedCount, expected.min_expected]);
    worst.note('df', id, [test.degreesOfFreedom, expected.degrees_of_freedom]);
    worst.note('n', id, [test.sampleSize, expected.n]);
    worst.note('dropped rows', id, [test.droppedRows, expected.dropped_rows]);
    worst.note('dropped columns', id, [test.droppedColumns, expected.dropped_columns]);
    worst.note('below five', id, [test.cellsExpectedBelowFive, expected.cells_expected_lt_5]);
    const { fourfold } = test;
    worst.note('fourfold', id, [Number(fourfold !== null), Number(expected.yates !== undefined)]);
    if (fourfold === null) continue;
    worst.note('Yates', id, [fourfold.yatesStatistic, expected.yates.chi_square_statistic]);
    worst.note('Yates p', id, [fourfold.yatesPValue, expected.yates.p_value]);
    if (fourfold.fisherExactP !== null)
      worst.note('Fisher p', id, [fourfold.fisherExactP, expected.fisher_exact_p]);
  }
  itStaysWithin(worst, {
    p: 1e-10,
    statistic: 1e-12,
    V: 1e-12,
    'least expected': 1e-12,
    df: 0,
    n: 0,
    'dropped rows': 0,
    'dropped columns': 0,
    'below five': 0,
    fourfold: 0,
    Yates: 1e-12,
    'Yates p': 1e-10,
    'Fisher p': 1e-10,
  });

  it.each(refused('chi2').map((one) => [one.expected.error, one.id, one]))(
    'answers %s to %s',
    (reason, _, one) => {
      expect(reasonOf(() => chiSquareTest(one.input.table))).toBe(reason);
    },
  );
});
