import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp, type TestFederation } from '../support/app.js';
import type { Client, Json } from '../support/client.js';
import { AT, observations, send } from '../support/observations.js';
import { aFederationToAsk, ANALYSES, observationsOf } from '../support/questions.js';

let gateway: TestApp;
/** The only one of its owner. */
let federation: TestFederation;
let client: Client;

beforeAll(async () => {
  gateway = await startTestApp();
  federation = await aFederationToAsk(gateway);
  client = federation.owner.client;
  // Enough for quartiles, and a group that is too small to be shown.
  const more = [...observationsOf(['icu', 'ward']), ...observationsOf(['icu', 'ward'])];
  await send(client, federation.id, [...more, ...observations(3, { device_group: 'nicu' })]);
});
afterAll(() => gateway.close());

type Check = RegExp | 'string' | 'object' | 'number' | 'integer' | 'boolean' | 'null' | 'array';

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const QUERY_ID = /^qry_[0-9a-z]{12,32}$/;

function holds(value: Json, check: Check): boolean {
  if (check instanceof RegExp) return typeof value === 'string' && check.test(value);
  if (check === 'integer') return Number.isInteger(value);
  if (check === 'number') return Number.isFinite(value);
  if (check === 'null') return value === null;
  return check === 'array' ? Array.isArray(value) : typeof value === check;
}

function at(value: Json, path: string): Json {
  return path.split('.').reduce<Json>((inner, name) => inner?.[name], value);
}

const GROUP: Readonly<Record<string, Check>> = {
  groupId: /^icu$/,
  count: 'integer',
  mean: 'number',
  median: 'number',
  stdDev: 'number',
  min: 'null',
  max: 'null',
};

function inside(place: string, members: Readonly<Record<string, Check>>): Record<string, Check> {
  return Object.fromEntries(Object.entries(members).map(([name, check]) => [`${place}.${name}`, check]));
}

/** Every member that the browser's SDK reads of an answer, and what the gateway adds. */
const MEMBERS: Readonly<Record<(typeof ANALYSES)[number]['type'], Readonly<Record<string, Check>>>> = {
  descriptive: {
    queryId: QUERY_ID,
    variable: /^heart_rate$/,
    groupBy: /^device_group$/,
    groups: 'array',
    ...inside('groups.0', { ...GROUP, percentileMethod: /^exact$/ }),
    ...inside('groups.0.percentiles', { p25: 'number', p50: 'number', p75: 'number' }),
    suppressedGroups: 'array',
    ...inside('suppressedGroups.0', { groupId: /^nicu$/, reason: /^below_disclosure_threshold$/ }),
  },
  t_test: {
    queryId: QUERY_ID,
    variable: /^heart_rate$/,
    groupBy: /^device_group$/,
    groupA: /^icu$/,
    groupB: /^ward$/,
    tStatistic: 'number',
    pValue: 'number',
    degreesOfFreedom: 'number',
    meanDifference: 'number',
    ...inside('confidenceInterval', { lower: 'number', upper: 'number', level: 'number' }),
    significant: 'boolean',
    cohensD: 'number',
    hedgesG: 'number',
    method: /^welch$/,
    ...inside('groupAStatistics', { count: 'integer', mean: 'number', stdDev: 'number' }),
    ...inside('groupBStatistics', { count: 'integer', mean: 'number', stdDev: 'number' }),
  },
  anova: {
    queryId: QUERY_ID,
    variable: /^heart_rate$/,
    groupBy: /^device_group$/,
    fStatistic: 'number',
    pValue: 'number',
    degreesOfFreedomBetween: 'integer',
    degreesOfFreedomWithin: 'integer',
    sumOfSquaresBetween: 'number',
    sumOfSquaresWithin: 'number',
    significant: 'boolean',
    etaSquared: 'number',
    omegaSquared: 'number',
    ...inside('groups.0', GROUP),
    ...inside('suppressedGroups.0', { groupId: /^nicu$/, reason: /^below_disclosure_threshold$/ }),
    postHocMethod: /^tukey_kramer$/,
    ...inside('postHocPairs.0', {
      groupA: /^icu$/,
      groupB: /^ward$/,
      meanDifference: 'number',
      pValue: 'number',
      significant: 'boolean',
    }),
    ...inside('postHocPairs.0.confidenceInterval', { lower: 'number', upper: 'number', level: 'number' }),
  },
  chi_square: {
    queryId: QUERY_ID,
    variable1: /^rhythm$/,
    variable2: /^sex$/,
    chiSquareStatistic: 'number',
    pValue: 'number',
    degreesOfFreedom: 'integer',
    significant: 'boolean',
    cramersV: 'number',
    sampleSize: 'integer',
    rows: 'integer',
    columns: 'integer',
    minExpectedCount: 'number',
    yatesStatistic: 'number',
    yatesPValue: 'number',
    fisherExactP: 'number',
    rowValues: 'array',
    columnValues: 'array',
    table: 'array',
    suppressedGroups: 'array',
    warnings: 'array',
  },
};

const RECORD: Readonly<Record<string, Check>> = {
  id: QUERY_ID,
  federationId: /^fed_/,
  queryType: /^(?:descriptive|t_test|anova|chi_square)$/,
  variable: /^(?:heart_rate|rhythm,sex)$/,
  groupBy: /^device_group$/,
  status: /^completed$/,
  parameters: 'object',
  result: 'object',
  errorMessage: 'null',
  requestedBy: 'string',
  createdAt: TIME,
  updatedAt: TIME,
};

describe.each(ANALYSES)('POST /analytics/$path', ({ type, path, body }) => {
  let answer: Json;
  let record: Json;

  beforeAll(async () => {
    answer = (await client.post(`/analytics/${path}`, body).expect(200)).body;
    record = (await client.get(`/analytics/queries/${answer.queryId}`).expect(200)).body;
  });

  it.each(Object.entries(MEMBERS[type]))('answers %s (%p)', (member, check) => {
    expect([member, at(answer, member), holds(at(answer, member), check)]).toEqual([
      member,
      at(answer, member),
      true,
    ]);
  });

  it.each(Object.entries(RECORD))('keeps %s (%p) on record', (member, check) => {
    expect([member, record[member], holds(record[member], check)]).toEqual([member, record[member], true]);
  });

  it('answers no other member, and none in snake_case', () => {
    const known = Object.keys(MEMBERS[type]).map((member) => member.split('.')[0]!);
    expect(Object.keys(answer).sort()).toEqual([...new Set(known)].sort());
    expect(Object.keys(record).sort()).toEqual(Object.keys(RECORD).sort());
    expect(`${JSON.stringify(answer)}${JSON.stringify(record)}`).not.toMatch(/"[a-z0-9]+_[a-z0-9_]*":/);
  });

  it('keeps the answer as it was sent', () => {
    expect(record.result).toEqual(answer);
  });

  it('answers what the path with the federation answers', async () => {
    const sent = (await client.post(`/federations/${federation.id}/analytics/${path}`, body).expect(200))
      .body;
    const { queryId: _, ...figures } = answer;
    const { query_id: _id, ...same } = sent;
    const inCamelCase = JSON.stringify(same).replace(/"\w+":/g, (name) =>
      name.replace(/_([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase()),
    );
    expect(JSON.parse(inCamelCase)).toEqual(figures);
  });
});

describe('a record over the paths of the browser', () => {
  it('has the names of its parameters in camelCase, and their values as they are', async () => {
    const asked = {
      variable: 'heart_rate',
      group_by: 'device_group',
      group_ids: ['icu', 'ward'],
      filters: { start_time: AT, min_sample_count: 6 },
    };
    const { queryId } = (await client.post('/analytics/anova', asked).expect(200)).body;
    const filters = { startTime: AT, endTime: null, devicePlatform: null, minSampleCount: 6 };
    expect((await client.get(`/analytics/queries/${queryId}`).expect(200)).body.parameters).toEqual({
      variable: 'heart_rate',
      groupBy: 'device_group',
      groupIds: ['icu', 'ward'],
      method: 'classic',
      confidenceLevel: 0.95,
      postHoc: true,
      postHocMethod: 'tukey_kramer',
      filters,
      given: {
        variable: 'heart_rate',
        groupBy: 'device_group',
        groupIds: ['icu', 'ward'],
        filters: { startTime: AT, minSampleCount: 6 },
      },
    });
  });

  it.each(['queries', 'total', 'limit', 'offset'])('stands in a list with %s', async (member) => {
    const { body } = await client.get('/analytics/queries?limit=2&offset=1').expect(200);
    expect(holds(body[member], member === 'queries' ? 'array' : 'integer')).toBe(true);
    expect(body).toMatchObject({ limit: 2, offset: 1 });
    expect(body.queries).toHaveLength(2);
    expect(Object.keys(body.queries[0]).sort()).toEqual(Object.keys(RECORD).sort());
  });
});
