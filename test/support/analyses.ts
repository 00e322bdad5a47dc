import { expect } from '@jest/globals';
import { toCamelCase } from '../../src/core/names.js';
import type { Answer, Client, Json } from './client.js';
import { anObservation, send } from './observations.js';

export type Kind = 'descriptive' | 't-test' | 'anova' | 'chi-square';

const GROUP = `groupId count mean median stdDev min max percentiles { p value } percentileMethod`;

const SELECTIONS: Readonly<Record<Kind, { field: string; arguments: string; fields: string }>> = {
  descriptive: {
    field: 'descriptive',
    arguments:
      'variable: String!, groupBy: GroupBy, groupIds: [ID!], includePercentiles: Boolean, filters: AnalyticsFilters',
    fields: `queryId variable groupBy groups { ${GROUP} } suppressedGroups { groupId reason }`,
  },
  't-test': {
    field: 'tTest',
    arguments:
      'variable: String!, groupA: ID!, groupB: ID!, groupBy: GroupBy, method: TTestMethod, confidenceLevel: Float, filters: AnalyticsFilters',
    fields: `queryId variable groupBy groupA { ${GROUP} } groupB { ${GROUP} } tStatistic pValue degreesOfFreedom
      meanDifference confidenceInterval { lower upper level } significant cohensD hedgesG method`,
  },
  anova: {
    field: 'anova',
    arguments:
      'variable: String!, groupBy: GroupBy, groupIds: [ID!], method: AnovaMethod, confidenceLevel: Float, postHoc: Boolean, postHocMethod: PostHocMethod, filters: AnalyticsFilters',
    fields: `queryId variable groupBy fStatistic pValue degreesOfFreedomBetween degreesOfFreedomWithin
      sumOfSquaresBetween sumOfSquaresWithin significant etaSquared omegaSquared groups { ${GROUP} }
      suppressedGroups { groupId reason } postHocMethod postHocPairs {
        groupA groupB meanDifference pValue confidenceInterval { lower upper level } significant
      }`,
  },
  'chi-square': {
    field: 'chiSquare',
    arguments:
      'variable1: String!, variable2: String!, groupBy: GroupBy, groupIds: [ID!], confidenceLevel: Float, filters: AnalyticsFilters',
    fields: `queryId variable1 variable2 chiSquareStatistic pValue degreesOfFreedom significant cramersV sampleSize
      rows columns minExpectedCount yatesStatistic yatesPValue fisherExactP rowValues columnValues table
      suppressedGroups { groupId reason } warnings`,
  },
};

/** Asks over REST. */
export function ask(client: Client, id: string, kind: Kind, body: Json) {
  return client.post(`/federations/${id}/analytics/${kind}`, body);
}

/** An answer, or the refusal, in the words of REST: what both APIs must say alike. */
export interface Told {
  readonly status: number;
  readonly answer?: Json;
  readonly field?: string;
  readonly reason?: string;
}

export function toldOverRest({ status, body }: Answer): Told {
  if (status === 200) return { status, answer: body };
  return { status, field: body.details?.field, reason: body.details?.reason };
}

const STATUS_OF: Readonly<Record<string, number>> = { BAD_USER_INPUT: 400, FORBIDDEN: 403, NOT_FOUND: 404 };
const ENUMS = ['group_by', 'method', 'post_hoc_method'];

/** Arguments of GraphQL for a body of REST. */
export function argumentsOf(body: Json): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [
      toCamelCase(name),
      ENUMS.includes(name) && typeof value === 'string'
        ? value.toUpperCase()
        : name === 'filters' && typeof value === 'object' && value !== null
          ? argumentsOf(value)
          : value,
    ]),
  );
}

/** Asks over GraphQL. */
export async function askGraphql(client: Client, id: string, kind: Kind, body: Json): Promise<Told> {
  const { field, arguments: declared, fields } = SELECTIONS[kind];
  const variables = [...declared.matchAll(/(\w+):/g)].map(([, name]) => name);
  const operation = `query($id: ID!, ${declared.replace(/(\w+):/g, '$$$1:')}) {
    analytics(federationId: $id) {
      ${field}(${variables.map((name) => `${name}: $${name}`).join(', ')}) { ${fields} }
    }
  }`;
  const { data, errors } = await client.graphql(operation, { id, ...argumentsOf(body) });
  if (errors === undefined) return { status: 200, answer: inRest(data.analytics[field]) };
  const { code, field: wrong, reason } = errors[0].extensions;
  const snake = wrong?.replace(/[A-Z]/g, (letter: string) => `_${letter.toLowerCase()}`);
  return { status: STATUS_OF[code] ?? 500, field: snake?.replace(/^([a-z]+)(\d+)$/, '$1_$2'), reason };
}

function inRest(value: Json): Json {
  if (Array.isArray(value)) return value.map(inRest);
  if (typeof value !== 'object' || value === null) return value;
  const answer: Json = {};
  for (const [name, member] of Object.entries<Json>(value)) {
    const snake = name
      .replace(/^([a-z]+)(\d+)$/, '$1_$2')
      .replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    if (name === 'percentiles') {
      if (member !== null)
        answer.percentiles = Object.fromEntries(member.map(({ p, value: at }: Json) => [`p${p}`, at]));
    } else if ((name === 'groupA' || name === 'groupB') && typeof member === 'object') {
      const { groupId, count, mean, stdDev } = member;
      answer[snake] = groupId;
      answer[`${snake}_statistics`] = { count, mean, std_dev: stdDev };
    } else {
      const isEnum = ['groupBy', 'reason', 'percentileMethod'].includes(name) && member !== null;
      answer[snake] = isEnum ? member.toLowerCase() : inRest(member);
    }
  }
  return answer;
}

/** An answer in the words of REST, from one in camelCase. */
function fromBrowser(value: Json): Json {
  if (Array.isArray(value)) return value.map(fromBrowser);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries<Json>(value).map(([name, member]) => [
      name.replace(/^([a-z]+)(\d+)$/, '$1_$2').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      name === 'percentiles' ? member : fromBrowser(member),
    ]),
  );
}

function withoutId({ status, answer, ...refusal }: Told): Told {
  if (answer === undefined) return { status, ...refusal };
  const { query_id: id, ...rest } = answer;
  expect(id).toMatch(/^qry_[0-9a-z]{12,32}$/);
  return { status, answer: rest };
}

/**
 * Asks over REST, over GraphQL and on the browser's path (for a client with one federation), which must say the same to
 * the last digit. @returns what REST said.
 */
export async function askEverywhere(client: Client, id: string, kind: Kind, body: Json): Promise<Told> {
  const overRest = toldOverRest(await ask(client, id, kind, body));
  const overGraphql = await askGraphql(client, id, kind, body);
  const inBrowser = toldOverRest(await client.post(`/analytics/${kind}`, argumentsInCamel(body)));
  expect(withoutId(overGraphql)).toEqual(withoutId(overRest));
  expect(withoutId({ ...inBrowser, ...answerOf(inBrowser) })).toEqual(withoutId(overRest));
  return overRest;
}

function answerOf({ answer }: Told): { answer?: Json } {
  return answer === undefined ? {} : { answer: fromBrowser(answer) };
}

function argumentsInCamel(body: Json): Json {
  return Object.fromEntries(
    Object.entries<Json>(body).map(([name, value]) => [
      toCamelCase(name),
      name === 'filters' ? argumentsInCamel(value) : value,
    ]),
  );
}

/** Two groups of one member that differ and one of another, with two attributes, 30 observations each. */
export async function sendGroupsThatDiffer(id: string, north: Client, south: Client): Promise<void> {
  const of = (group: string, beats: number) =>
    Array.from({ length: 30 }, (_, n) =>
      anObservation({
        device_group: group,
        metrics: { heart_rate: beats + (n % 7) },
        attributes: { rhythm: n % 3 === 0 ? 'afib' : 'sinus', sex: n % 2 === 0 ? 'female' : 'male' },
      }),
    );
  await send(north, id, [...of('icu', 80), ...of('ward', 70)]);
  await send(south, id, of('clinic', 75));
}
