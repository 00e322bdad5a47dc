import type { Route } from '../route.js';
import { FEDERATION_EXAMPLE, HIDDEN_FEDERATION } from './federations.routes.js';

const PATH = { id: FEDERATION_EXAMPLE.id };

/** What all analyses have in common. */
const ANALYSIS = {
  method: 'POST',
  tag: 'Analytics',
  status: 200,
  absences: [{ ...HIDDEN_FEDERATION, path: 'analytics' }],
  onRecord: {
    path: '/federations/{id}/analytics/queries/{query_id}',
    id: 'query_id',
    pathName: 'query_id',
  },
} as const;

const GROUP_FIELDS = `
  fragment GroupFields on GroupStatistics {
    group_id: groupId
    count
    mean
    median
    std_dev: stdDev
    min
    max
    percentiles { p value }
    percentile_method: percentileMethod
  }
`;

const GROUP_EXAMPLE = {
  group_id: 'icu',
  count: 950,
  mean: 89.5,
  median: 89.4,
  std_dev: 11.2,
  min: null,
  max: null,
  percentiles: { p25: 81.9, p50: 89.4, p75: 97.1 },
  percentile_method: 'sketch',
};

const QUERY_ID = 'qry_0mi3x4c7h2m9p6s1v8y5b';

export const ANALYSES: readonly Route[] = [
  {
    ...ANALYSIS,
    path: '/federations/{id}/analytics/descriptive',
    summary: 'Describe a numeric variable by group',
    document: `
      query Describe(
        $id: ID!, $variable: String!, $groupBy: GroupBy, $groupIds: [ID!], $includePercentiles: Boolean,
        $filters: AnalyticsFilters
      ) {
        analytics(federationId: $id) {
          descriptive(
            variable: $variable, groupBy: $groupBy, groupIds: $groupIds, includePercentiles: $includePercentiles,
            filters: $filters
          ) {
            query_id: queryId
            variable
            group_by: groupBy
            groups { ...GroupFields }
            suppressed_groups: suppressedGroups { group_id: groupId reason }
          }
        }
      }
      ${GROUP_FIELDS}
    `,
    result: 'analytics.descriptive',
    shape: { asPercentiles: ['percentiles'] },
    example: {
      path: PATH,
      body: { variable: 'heart_rate', filters: { start_time: '2026-09-01T00:00:00Z' } },
      response: {
        query_id: QUERY_ID,
        variable: 'heart_rate',
        group_by: 'device_group',
        groups: [GROUP_EXAMPLE],
        suppressed_groups: [{ group_id: 'nicu', reason: 'below_disclosure_threshold' }],
      },
    },
  },
  {
    ...ANALYSIS,
    path: '/federations/{id}/analytics/t-test',
    summary: 'Ask whether the means of two groups differ',
    document: `
      query TestMeans(
        $id: ID!, $variable: String!, $groupA: ID!, $groupB: ID!, $groupBy: GroupBy, $method: TTestMethod,
        $confidenceLevel: Float, $filters: AnalyticsFilters
      ) {
        analytics(federationId: $id) {
          tTest(
            variable: $variable, groupA: $groupA, groupB: $groupB, groupBy: $groupBy, method: $method,
            confidenceLevel: $confidenceLevel, filters: $filters
          ) {
            query_id: queryId
            variable
            group_by: groupBy
            group_a: groupA { groupId }
            group_b: groupB { groupId }
            t_statistic: tStatistic
            p_value: pValue
            degrees_of_freedom: degreesOfFreedom
            mean_difference: meanDifference
            confidence_interval: confidenceInterval { lower upper level }
            significant
            cohens_d: cohensD
            hedges_g: hedgesG
            method
            group_a_statistics: groupA { count mean std_dev: stdDev }
            group_b_statistics: groupB { count mean std_dev: stdDev }
          }
        }
      }
    `,
    result: 'analytics.tTest',
    shape: { bare: ['group_a', 'group_b'] },
    example: {
      path: PATH,
      body: { variable: 'heart_rate', group_a: 'icu', group_b: 'ward' },
      response: {
        query_id: QUERY_ID,
        variable: 'heart_rate',
        group_by: 'device_group',
        group_a: 'icu',
        group_b: 'ward',
        t_statistic: 27.4,
        p_value: 4.1e-138,
        degrees_of_freedom: 1893.2,
        mean_difference: 12.1,
        confidence_interval: { lower: 11.2, upper: 13, level: 0.95 },
        significant: true,
        cohens_d: 1.11,
        hedges_g: 1.11,
        method: 'welch',
        group_a_statistics: { count: 950, mean: 89.5, std_dev: 11.2 },
        group_b_statistics: { count: 1680, mean: 77.4, std_dev: 10.7 },
      },
    },
  },
  {
    ...ANALYSIS,
    path: '/federations/{id}/analytics/anova',
    summary: 'Ask whether the means of several groups differ',
    document: `
      query AnalyseVariance(
        $id: ID!, $variable: String!, $groupBy: GroupBy, $groupIds: [ID!], $method: AnovaMethod,
        $confidenceLevel: Float, $postHoc: Boolean, $postHocMethod: PostHocMethod, $filters: AnalyticsFilters
      ) {
        analytics(federationId: $id) {
          anova(
            variable: $variable, groupBy: $groupBy, groupIds: $groupIds, method: $method,
            confidenceLevel: $confidenceLevel, postHoc: $postHoc, postHocMethod: $postHocMethod, filters: $filters
          ) {
            query_id: queryId
            variable
            group_by: groupBy
            f_statistic: fStatistic
            p_value: pValue
            degrees_of_freedom_between: degreesOfFreedomBetween
            degrees_of_freedom_within: degreesOfFreedomWithin
            sum_of_squares_between: sumOfSquaresBetween
            sum_of_squares_within: sumOfSquaresWithin
            significant
            eta_squared: etaSquared
            omega_squared: omegaSquared
            groups { ...GroupFields }
            suppressed_groups: suppressedGroups { group_id: groupId reason }
            post_hoc_method: postHocMethod
            post_hoc_pairs: postHocPairs {
              group_a: groupA
              group_b: groupB
              mean_difference: meanDifference
              p_value: pValue
              confidence_interval: confidenceInterval { lower upper level }
              significant
            }
          }
        }
      }
      ${GROUP_FIELDS}
    `,
    result: 'analytics.anova',
    shape: { asPercentiles: ['percentiles'] },
    example: {
      path: PATH,
      body: { variable: 'heart_rate', group_by: 'federation_member' },
      response: {
        query_id: QUERY_ID,
        variable: 'heart_rate',
        group_by: 'federation_member',
        f_statistic: 21.7,
        p_value: 6.2e-14,
        degrees_of_freedom_between: 3,
        degrees_of_freedom_within: 4796,
        sum_of_squares_between: 9800.5,
        sum_of_squares_within: 721400.2,
        significant: true,
        eta_squared: 0.0134,
        omega_squared: 0.0128,
        groups: [{ ...GROUP_EXAMPLE, group_id: 'hospital-north' }],
        suppressed_groups: [],
        post_hoc_method: 'tukey_kramer',
        post_hoc_pairs: [
          {
            group_a: 'hospital-lake',
            group_b: 'hospital-north',
            mean_difference: -1.2,
            p_value: 0.072,
            confidence_interval: { lower: -2.5, upper: 0.1, level: 0.95 },
            significant: false,
          },
        ],
      },
    },
  },
  {
    ...ANALYSIS,
    path: '/federations/{id}/analytics/chi-square',
    summary: 'Ask whether two categorical variables depend on each other',
    document: `
      query TestIndependence(
        $id: ID!, $variable1: String!, $variable2: String!, $groupBy: GroupBy, $groupIds: [ID!],
        $confidenceLevel: Float, $filters: AnalyticsFilters
      ) {
        analytics(federationId: $id) {
          chiSquare(
            variable1: $variable1, variable2: $variable2, groupBy: $groupBy, groupIds: $groupIds,
            confidenceLevel: $confidenceLevel, filters: $filters
          ) {
            query_id: queryId
            variable_1: variable1
            variable_2: variable2
            chi_square_statistic: chiSquareStatistic
            p_value: pValue
            degrees_of_freedom: degreesOfFreedom
            significant
            cramers_v: cramersV
            sample_size: sampleSize
            rows
            columns
            min_expected_count: minExpectedCount
            yates_statistic: yatesStatistic
            yates_p_value: yatesPValue
            fisher_exact_p: fisherExactP
            row_values: rowValues
            column_values: columnValues
            table
            suppressed_groups: suppressedGroups { group_id: groupId reason }
            warnings
          }
        }
      }
    `,
    result: 'analytics.chiSquare',
    example: {
      path: PATH,
      body: { variable_1: 'rhythm', variable_2: 'sex' },
      response: {
        query_id: QUERY_ID,
        variable_1: 'rhythm',
        variable_2: 'sex',
        chi_square_statistic: 0.81,
        p_value: 0.667,
        degrees_of_freedom: 2,
        significant: false,
        cramers_v: 0.013,
        sample_size: 4800,
        rows: 3,
        columns: 2,
        min_expected_count: 102.3,
        yates_statistic: null,
        yates_p_value: null,
        fisher_exact_p: null,
        row_values: ['fibrillation', 'other', 'sinus'],
        column_values: ['female', 'male'],
        table: [
          [288, 301],
          [101, 108],
          [2011, 1991],
        ],
        suppressed_groups: [],
        warnings: [],
      },
    },
  },
];
