import type { GraphqlRow, RestRow } from './authorization.table.js';

const no = 'UNAUTHENTICATED';
const forbid = 'FORBIDDEN';

const DESCRIBE = 'descriptive(variable: "heart_rate") { queryId }';
const T_TEST = 'tTest(variable: "heart_rate", groupA: "icu", groupB: "ward") { queryId }';
const ANOVA = 'anova(variable: "heart_rate") { queryId }';
const CHI_SQUARE = 'chiSquare(variable1: "rhythm", variable2: "sex") { queryId }';

/** What can be asked inside of `Analytics`, and where its answer is. */
const FIELDS = [
  { ask: 'disclosure { minGroupSize }', at: 'disclosure' },
  { ask: 'variables { name }', at: 'variables' },
  { ask: 'groups { id }', at: 'groups' },
  { ask: DESCRIBE, at: 'descriptive' },
  { ask: T_TEST, at: 'tTest' },
  { ask: ANOVA, at: 'anova' },
  { ask: CHI_SQUARE, at: 'chiSquare' },
  { ask: 'queries { nodes { id } }', at: 'queries' },
  { ask: 'query(id: "<query>") { id }', at: 'query' },
] as const;

// prettier-ignore
export const analyticsGraphqlTable: readonly GraphqlRow[] = [
  //                  no key, wrong scope, outsider, invited, member, owner, operator, revoked key
  ...FIELDS.flatMap(({ ask, at }): GraphqlRow[] => [
    { field: 'Query.federation', ask: `{ federation(id: "<fed>") { analytics { ${ask} } } }`, at: `federation.analytics.${at}`,
      cells:          [no, forbid, 'null',  'null',  'ok',    'ok',  'ok', no] },
    { field: 'Query.analytics', ask: `{ analytics(federationId: "<fed>") { ${ask} } }`, at: `analytics.${at}`,
      cells:          [no, forbid, 'null',  forbid,  'ok',    'ok',  'ok', no] },
  ]),
  { field: 'Query.analytics', ask: '{ analytics(federationId: "<fed>") { federationId } }',
    cells:            [no, forbid, 'null',  forbid,  'ok',    'ok',  'ok', no] },
  { field: 'Query.analytics', ask: '{ analytics(federationId: "<fed>") { query(id: "<foreignQuery>") { id } } }', at: 'analytics.query',
    cells:            [no, forbid, 'null',  forbid,  'null',  'null', 'null', no] },
  { field: 'Query.node', ask: '{ node(id: "<query>") { id } }',
    cells:            [no, 'null', 'null',  'null',  'ok',    'ok',  'ok', no] },
  { field: 'Query.node', ask: '{ node(id: "<foreignQuery>") { id } }',
    cells:            [no, 'null', 'null',  'null',  'null',  'null', 'ok', no] },
];

/** Analyses as REST asks for them. */
const ANALYSES = [
  { name: 'descriptive', body: { variable: 'heart_rate' } },
  { name: 't-test', body: { variable: 'heart_rate', group_a: 'icu', group_b: 'ward' } },
  { name: 'anova', body: { variable: 'heart_rate' } },
  { name: 'chi-square', body: { variable_1: 'rhythm', variable_2: 'sex' } },
] as const;

// prettier-ignore
export const analyticsRestTable: readonly RestRow[] = [
  //                  no key, wrong scope, outsider, invited, member, owner, operator, revoked key
  ...ANALYSES.map(({ name, body }): RestRow => (
    { route: `POST /federations/{id}/analytics/${name}`, path: ['<fed>'], body,
      cells:          [401, 403, 404, 403, 200, 200, 200, 401] })),
  { route: 'GET /federations/{id}/analytics/queries', path: ['<fed>'],
    cells:            [401, 403, 404, 403, 200, 200, 200, 401] },
  { route: 'GET /federations/{id}/analytics/queries/{query_id}', path: ['<fed>', '<query>'],
    cells:            [401, 403, 404, 403, 200, 200, 200, 401] },
  { route: 'GET /federations/{id}/analytics/queries/{query_id}', path: ['<fed>', '<foreignQuery>'],
    cells:            [401, 403, 404, 403, 404, 404, 404, 401] },
  { route: 'GET /federations/{id}/analytics/variables', path: ['<fed>'],
    cells:            [401, 403, 404, 403, 200, 200, 200, 401] },
];

/**
 * The browser's paths name no federation: here every organization has one at most. An outsider, an invited organization
 * and an operator take part in none, so theirs must be given.
 */
// prettier-ignore
export const browserTable: readonly RestRow[] = [
  //                  no key, wrong scope, outsider, invited, member, owner, operator, revoked key
  ...ANALYSES.map(({ name, body }): RestRow => (
    { route: `POST /analytics/${name}`, body,
      cells:          [401, 403, 400, 400, 200, 200, 400, 401] })),
  { route: 'GET /analytics/queries',
    cells:            [401, 403, 400, 400, 200, 200, 400, 401] },
  { route: 'GET /analytics/queries/{query_id}', path: ['<query>'],
    cells:            [401, 403, 400, 400, 200, 200, 400, 401] },
  { route: 'GET /analytics/queries/{query_id}', path: ['<foreignQuery>'],
    cells:            [401, 403, 400, 400, 404, 404, 400, 401] },
];
