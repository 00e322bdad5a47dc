import { WORK } from './work.mjs';

const RELATIVE = 1e-9;

/** The figures that all peers tell, by name. A statement tells what an analysis is computed from: the rest is done here. */
const figuresOfRows = {
  descriptive: (rows) => ofGroups(rows.map(({ n, ...row }) => ({ ...row, count: n }))),
  't-test': (rows) => {
    const [a, b] = [...rows].sort(byId);
    const t = (a.mean - b.mean) / Math.hypot(...[a, b].map((row) => row.std_dev / Math.sqrt(Number(row.n))));
    return { t, ...ofPair(...[a, b].map(({ n, ...row }) => ({ ...row, count: n }))) };
  },
  anova: ([{ k, n, within_groups: within, between_groups: between }]) => {
    const freedom = [Number(k) - 1, Number(n) - Number(k)];
    return { between, within, f: between / freedom[0] / (within / freedom[1]) };
  },
  'chi-square': (rows) => ofTable(rows.map(({ rhythm, sex, n }) => [rhythm, sex, Number(n)])),
};

const figuresOfAnswer = {
  descriptive: ({ groups }) =>
    ofGroups(groups.map((group) => ({ ...group, id: group.id ?? group.group_id }))),
  't-test': ({ t_statistic: t, group_a_statistics: a, group_b_statistics: b }) => ({ t, ...ofPair(a, b) }),
  anova: ({ sum_of_squares_between: between, sum_of_squares_within: within, f_statistic: f }) => ({
    between,
    within,
    f,
  }),
  'chi-square': ({ chi_square_statistic: statistic, row_values: rows, column_values: columns, table }) => ({
    ...ofTable(rows.flatMap((row, i) => columns.map((column, j) => [row, column, table[i][j]]))),
    statistic,
  }),
};

const byId = (a, b) => (a.id < b.id ? -1 : 1);

function ofGroups(groups) {
  return Object.fromEntries(
    groups.flatMap(({ id, count, mean, std_dev: deviation, min, max }) =>
      Object.entries({ count, mean, deviation, min, max }).map(([name, value]) => [
        `${name} of ${id}`,
        value,
      ]),
    ),
  );
}

function ofPair(a, b) {
  return Object.fromEntries(
    Object.entries({ a, b }).flatMap(([name, { count, mean, std_dev: deviation }]) => [
      [`count of ${name}`, count],
      [`mean of ${name}`, mean],
      [`deviation of ${name}`, deviation],
    ]),
  );
}

/** Counts, and Pearson's statistic of them. */
function ofTable(cells) {
  const total = cells.reduce((sum, [, , count]) => sum + count, 0);
  const sumOf = (place, value) => cells.reduce((sum, cell) => sum + (cell[place] === value ? cell[2] : 0), 0);
  const statistic = cells.reduce((sum, [row, column, count]) => {
    const expected = (sumOf(0, row) * sumOf(1, column)) / total;
    return sum + (count - expected) ** 2 / expected;
  }, 0);
  return { statistic, ...Object.fromEntries(cells.map(([row, column, n]) => [`${row}, ${column}`, n])) };
}

function assertEqual(where, figures, reference) {
  const names = Object.keys(reference);
  if (names.length === 0 || names.length !== Object.keys(figures).length)
    throw new Error(`${where}: ${Object.keys(figures).length} figures for ${names.length}`);
  for (const name of names) {
    const [actual, expected] = [Number(figures[name]), Number(reference[name])];
    if (!(Math.abs(actual - expected) <= RELATIVE * Math.abs(expected)))
      throw new Error(`${where}: ${name} is ${actual} beside ${expected}`);
  }
}

/** Quartiles are the sketch's: how far in rank they are from those of the values, as DuckDB counts them. */
async function largestRankError({ groups }, databases) {
  const errors = [];
  for (const { id, percentiles } of groups) {
    for (const { p, value } of percentiles) {
      const { below, upTo } = await databases.rankOf(id, value);
      errors.push(Math.max(0, below - p / 100, p / 100 - upTo));
    }
  }
  return Math.max(...errors);
}

/**
 * Nothing is timed before everybody tells the same.
 * @returns the largest error of a quartile, in rank.
 * @throws Error where somebody tells something else.
 */
export async function assertAgreement(gateways, databases) {
  const rankErrors = [];
  for (const work of WORK) {
    const reference = figuresOfRows[work.name](await databases.duckdb(work));
    for (const peer of ['typed', 'record'])
      assertEqual(`${work.name}, ${peer}`, figuresOfRows[work.name](await databases[peer](work)), reference);
    for (const gateway of gateways) {
      const answers = { GraphQL: await gateway.analytics(work), REST: await gateway.rest(work) };
      for (const [api, answer] of Object.entries(answers))
        assertEqual(`${work.name}, ${gateway.name}, ${api}`, figuresOfAnswer[work.name](answer), reference);
      if (work.name === 'descriptive') rankErrors.push(await largestRankError(answers.GraphQL, databases));
    }
  }
  return Math.max(...rankErrors);
}
