import { toCamelCase, renameMembers } from '../../core/names.js';
import type { Absence, OnRecord, Route } from '../route.js';
import { ANALYSES } from './analyses.routes.js';
import { FEDERATION_EXAMPLE, HIDDEN_FEDERATION } from './federations.routes.js';

const PATH = { id: FEDERATION_EXAMPLE.id };

/** Whoever may not know of a federation may not know of what was asked in it. */
const HIDDEN: Absence = { ...HIDDEN_FEDERATION, path: 'analytics' };

const QUERY_FIELDS = `
  fragment QueryFields on AnalyticsQuery {
    id
    federation_id: federationId
    query_type: type
    variable
    group_by: groupBy
    status
    parameters
    result
    error_message: errorMessage
    requested_by: requestedByOrgId
    created_at: createdAt
    updated_at: updatedAt
  }
`;

const QUERY_EXAMPLE = {
  id: 'qry_0mi3x4c7h2m9p6s1v8y5b',
  federation_id: FEDERATION_EXAMPLE.id,
  query_type: 't_test',
  variable: 'heart_rate',
  group_by: 'device_group',
  status: 'failed',
  parameters: {
    variable: 'heart_rate',
    group_a: 'icu',
    group_b: 'ward',
    method: 'welch',
    confidence_level: 0.95,
    group_by: 'device_group',
    filters: { start_time: null, end_time: null, device_platform: null, min_sample_count: 1 },
    given: { variable: 'heart_rate', group_a: 'icu', group_b: 'ward' },
  },
  result: null,
  error_message: 'icu may not be shown here: too few observations',
  requested_by: 'hospital-south',
  created_at: '2026-11-24T03:20:00Z',
  updated_at: '2026-11-24T03:20:00Z',
};

const QUERIES: readonly Route[] = [
  {
    method: 'GET',
    path: '/federations/{id}/analytics/queries',
    tag: 'Analytics',
    summary: 'List what was asked, newest first',
    document: `
      query ListAnalyticsQueries($id: ID!, $first: Int, $offset: Int) {
        analytics(federationId: $id) {
          queries(first: $first, offset: $offset) {
            nodes { ...QueryFields }
            totalCount
            pageInfo { hasNextPage }
          }
        }
      }
      ${QUERY_FIELDS}
    `,
    status: 200,
    result: 'analytics.queries.nodes',
    absences: [HIDDEN],
    paging: { connection: 'analytics.queries', defaultLimit: 50, maxLimit: 200, envelope: 'queries' },
    example: { path: PATH, response: { queries: [QUERY_EXAMPLE], total: 1, limit: 50, offset: 0 } },
  },
  {
    method: 'GET',
    path: '/federations/{id}/analytics/queries/{query_id}',
    tag: 'Analytics',
    summary: 'Read what was asked and answered',
    document: `
      query ReadAnalyticsQuery($id: ID!, $queryId: ID!) {
        analytics(federationId: $id) { query(id: $queryId) { ...QueryFields } }
      }
      ${QUERY_FIELDS}
    `,
    status: 200,
    result: 'analytics.query',
    absences: [HIDDEN, { path: 'analytics.query', code: 'NOT_FOUND', message: 'query not found' }],
    example: { path: { ...PATH, query_id: QUERY_EXAMPLE.id }, response: QUERY_EXAMPLE },
  },
];

const VARIABLES: readonly Route[] = [
  {
    method: 'GET',
    path: '/federations/{id}/analytics/variables',
    tag: 'Analytics',
    summary: 'List the variables that can be asked about',
    document: `
      query ListVariables($id: ID!) {
        analytics(federationId: $id) {
          variables {
            name
            kind
            observation_count: observationCount
            first_recorded_at: firstRecordedAt
            last_recorded_at: lastRecordedAt
          }
        }
      }
    `,
    status: 200,
    result: 'analytics.variables',
    absences: [HIDDEN],
    example: {
      path: PATH,
      response: [
        {
          name: 'heart_rate',
          kind: 'numeric',
          observation_count: 48000,
          first_recorded_at: '2026-09-24T00:00:12Z',
          last_recorded_at: '2026-11-24T03:10:00Z',
        },
      ],
    },
  },
];

const ASKED: readonly Route[] = [...ANALYSES, ...QUERIES];

export const analyticsRoutes: readonly Route[] = [...ASKED, ...VARIABLES, ...ASKED.map(forBrowser)];

/**
 * The same at the address that the browser's SDK calls: without a federation, which is then that of the key or the only
 * one of its organization, and in camelCase.
 */
function forBrowser(route: Route): Route {
  const { id: _, ...path } = route.example.path ?? {};
  const isMap = (name: string) => name === 'percentiles';
  return {
    ...route,
    path: withoutFederation(route.path),
    tag: 'Analytics in a browser',
    summary: `${route.summary}; of the only federation, in camelCase`,
    document: route.document
      .replace(/query (\w+)/, 'query $1InBrowser')
      .replace(/\$id: ID!,\s*/, '')
      .replace('(federationId: $id)', ''),
    shape: { ...route.shape, casing: 'camel' },
    ...(route.onRecord === undefined ? {} : { onRecord: inBrowser(route.onRecord) }),
    example: { ...route.example, path, response: renameMembers(route.example.response, toCamelCase, isMap) },
  };
}

function inBrowser({ path, id, pathName }: OnRecord): OnRecord {
  return { path: withoutFederation(path), id: toCamelCase(id), pathName };
}

function withoutFederation(path: string): string {
  return path.replace('/federations/{id}', '');
}
