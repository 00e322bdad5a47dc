import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import type { Json } from '../support/client.js';
import { aFederationToAsk } from '../support/questions.js';

let gateway: TestApp;

beforeAll(async () => {
  gateway = await startTestApp();
});
afterAll(() => gateway.close());

// A document that comes again is compiled: its answers must stay what they were.
const TIMES = 6;

const documents: readonly { what: string; document: string; input: Json; done: Json }[] = [
  {
    what: 'setDisclosurePolicy',
    document: `mutation($input: SetDisclosurePolicyInput!) {
      done: setDisclosurePolicy(input: $input) { disclosure { minGroupSize allowExtremes } }
    }`,
    input: { minGroupSize: 7 },
    done: { disclosure: { minGroupSize: 7, allowExtremes: false } },
  },
  {
    what: 'recordTrainingRound',
    document: `mutation($input: RecordTrainingRoundInput!) {
      done: recordTrainingRound(input: $input) { round { overdrawn contributions { samples } } }
    }`,
    input: {},
    done: { round: { overdrawn: false, contributions: [] } },
  },
  {
    what: 'recordObservations',
    document: `mutation($input: RecordObservationsInput!) {
      done: recordObservations(input: $input) { accepted duplicate }
    }`,
    input: { observations: [{ recordedAt: '2026-01-01T00:00:00Z', deviceGroup: 'w', metrics: { a: 1 } }] },
    done: { accepted: 1, duplicate: false },
  },
];

it.each(documents)(
  '$what takes its defaults however often its document comes',
  async ({ document, input, done }) => {
    const { id, owner } = await gateway.aFederation();
    for (let i = 0; i < TIMES; i++)
      expect(await owner.client.query(document, { input: { federationId: id, ...input } })).toEqual({ done });
  },
);

it('a default of a variable itself holds as well', async () => {
  const { id, owner } = await gateway.aFederation();
  const document = `query($id: ID!, $by: GroupBy! = FEDERATION_MEMBER) {
    federation(id: $id) { analytics { groups(by: $by) { id } } }
  }`;
  for (let i = 0; i < TIMES; i++)
    expect(await owner.client.query(document, { id })).toEqual({ federation: { analytics: { groups: [] } } });
});

it('an analysis takes its defaults and knows what was given, however often its document comes', async () => {
  const { id, owner } = await aFederationToAsk(gateway);
  const document = `query($id: ID!, $level: Float, $filters: AnalyticsFilters) {
    analytics(federationId: $id) {
      tTest(variable: "heart_rate", groupA: "icu", groupB: "ward", confidenceLevel: $level, filters: $filters) { queryId }
    }
  }`;
  const record =
    'query($id: ID!, $query: ID!) { analytics(federationId: $id) { query(id: $query) { parameters } } }';
  const given = { variable: 'heart_rate', group_a: 'icu', group_b: 'ward' };
  for (let i = 0; i < TIMES; i++)
    for (const [variables, parameters] of [
      [{}, { confidence_level: 0.95, given }],
      [{ level: 0.9 }, { confidence_level: 0.9, given: { ...given, confidence_level: 0.9 } }],
      [
        { filters: { minSampleCount: 2 } },
        { confidence_level: 0.95, given: { ...given, filters: { min_sample_count: 2 } } },
      ],
    ] as const) {
      const { analytics } = await owner.client.query(document, { id, ...variables });
      const query: unknown = analytics.tTest.queryId;
      const { parameters: kept } = (await owner.client.query(record, { id, query })).analytics.query;
      expect({ confidence_level: kept.confidence_level, given: kept.given }).toEqual(parameters);
    }
});
