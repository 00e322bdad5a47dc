import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import type { Json } from '../support/client.js';

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
