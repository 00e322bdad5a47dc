const GROUP = 'id: groupId count mean median std_dev: stdDev min max percentiles { p value }';

/** Each analysis over all groups (a t-test has two), as it is asked over GraphQL and over REST. */
export const WORK = [
  {
    name: 'descriptive',
    field: `result: descriptive(variable: "heart_rate") { groups { ${GROUP} } suppressedGroups { groupId reason } }`,
    body: { variable: 'heart_rate' },
  },
  {
    name: 't-test',
    field: `result: tTest(variable: "heart_rate", groupA: "group-00", groupB: "group-19") {
      t_statistic: tStatistic pValue degreesOfFreedom meanDifference confidenceInterval { lower upper } cohensD hedgesG
      group_a_statistics: groupA { count mean std_dev: stdDev } group_b_statistics: groupB { count mean std_dev: stdDev } }`,
    body: { variable: 'heart_rate', group_a: 'group-00', group_b: 'group-19' },
  },
  {
    name: 'anova',
    field: anovaField('postHoc: false'),
    body: { variable: 'heart_rate', post_hoc: false },
  },
  {
    name: 'chi-square',
    field: `result: chiSquare(variable1: "rhythm", variable2: "sex") { chi_square_statistic: chiSquareStatistic pValue
      degreesOfFreedom cramersV sampleSize row_values: rowValues column_values: columnValues table warnings }`,
    body: { variable_1: 'rhythm', variable_2: 'sex' },
  },
];

/** All pairs of the 20 groups. SQL has nothing beside it. */
export const POST_HOC = [
  { name: 'Tukey–Kramer', field: anovaField('postHocMethod: TUKEY_KRAMER') },
  { name: 'Games–Howell', field: anovaField('postHocMethod: GAMES_HOWELL') },
];

function anovaField(options) {
  return `result: anova(variable: "heart_rate", ${options}) { f_statistic: fStatistic pValue etaSquared omegaSquared
    degrees_of_freedom_between: degreesOfFreedomBetween degrees_of_freedom_within: degreesOfFreedomWithin
    sum_of_squares_between: sumOfSquaresBetween sum_of_squares_within: sumOfSquaresWithin
    groups { ${GROUP} } postHocPairs { groupA groupB meanDifference pValue confidenceInterval { lower upper } } }`;
}
