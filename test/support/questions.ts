import { anObservation, send, type Fields } from './observations.js';
import type { TestApp, TestFederation } from './app.js';
import type { Client, GraphqlAnswer, Json } from './client.js';
import { camel } from './ledger.js';

/** Six observations in each of these groups, with a number that varies and two attributes that make four pairs. */
export function observationsOf(groups: readonly string[]): Fields[] {
  return groups.flatMap((device_group, g) =>
    Array.from({ length: 6 }, (_, i) =>
      anObservation({
        device_group,
        metrics: { heart_rate: 70 + 5 * g + i },
        attributes: { rhythm: i % 2 === 0 ? 'sinus' : 'other', sex: i < 3 ? 'female' : 'male' },
      }),
    ),
  );
}

/** A federation whose owner has sent what the four analyses can be asked about: groups `icu` and `ward`. */
export async function aFederationToAsk(
  gateway: TestApp,
  parts: Parameters<TestApp['aFederation']>[0] = {},
): Promise<TestFederation> {
  const federation = await gateway.aFederation(parts);
  await send(federation.owner.client, federation.id, observationsOf(['icu', 'ward']));
  return federation;
}

/** The four analyses: their place in REST, a body that is answered, and the field of GraphQL. */
export const ANALYSES = [
  { type: 'descriptive', path: 'descriptive', field: 'descriptive', body: { variable: 'heart_rate' } },
  {
    type: 't_test',
    path: 't-test',
    field: 'tTest',
    body: { variable: 'heart_rate', group_a: 'icu', group_b: 'ward' },
  },
  { type: 'anova', path: 'anova', field: 'anova', body: { variable: 'heart_rate' } },
  {
    type: 'chi_square',
    path: 'chi-square',
    field: 'chiSquare',
    body: { variable_1: 'rhythm', variable_2: 'sex' },
  },
] as const;

/** Asks an analysis of a federation over REST; it must be answered. @returns the id of its record. */
export async function askedBy(client: Client, federationId: string): Promise<string> {
  const path = `/federations/${federationId}/analytics/descriptive`;
  return String((await client.post(path, { variable: 'heart_rate' }).expect(200)).body.query_id);
}

/** What is on record in a federation: how many there are, and the newest of them. */
export async function recordsOf(
  client: Client,
  federationId: string,
): Promise<{ readonly total: number; readonly queries: readonly Json[] }> {
  return (await client.get(`/federations/${federationId}/analytics/queries?limit=200`).expect(200)).body;
}

const ARGUMENTS = {
  descriptive:
    '$variable: String!, $groupBy: GroupBy, $groupIds: [ID!], $includePercentiles: Boolean, $filters: AnalyticsFilters',
  tTest: `$variable: String!, $groupA: ID!, $groupB: ID!, $groupBy: GroupBy, $method: TTestMethod,
    $confidenceLevel: Float, $filters: AnalyticsFilters`,
  anova: `$variable: String!, $groupBy: GroupBy, $groupIds: [ID!], $method: AnovaMethod, $confidenceLevel: Float,
    $postHoc: Boolean, $postHocMethod: PostHocMethod, $filters: AnalyticsFilters`,
  chiSquare: `$variable1: String!, $variable2: String!, $groupBy: GroupBy, $groupIds: [ID!], $confidenceLevel: Float,
    $filters: AnalyticsFilters`,
} as const;

export type AnalysisField = keyof typeof ARGUMENTS;

/** Asks one analysis with variables, named as its arguments are. */
export function askGraphql(
  client: Client,
  federationId: string,
  field: AnalysisField,
  variables: Fields,
): Promise<GraphqlAnswer> {
  const declared = ARGUMENTS[field];
  const passed = [...declared.matchAll(/\$(\w+)/g)].map(([, name]) => `${name}: $${name}`).join(', ');
  return client.graphql(
    `query($id: ID!, ${declared}) { analytics(federationId: $id) { ${field}(${passed}) { queryId } } }`,
    { id: federationId, ...variables },
  );
}

/** Members of a body as GraphQL names them, and enumerations as it spells them. */
export function inGraphql(body: Fields): Fields {
  const inCamelCase = camel(body) as Fields;
  return Object.fromEntries(
    Object.entries(inCamelCase).map(([name, value]) => [
      name,
      /^(?:groupBy|method|postHocMethod)$/.test(name) && typeof value === 'string'
        ? value.toUpperCase()
        : value,
    ]),
  );
}
