import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ask, sendGroupsThatDiffer, type Kind } from '../support/analyses.js';
import { startTestApp, type Member, type TestApp } from '../support/app.js';
import type { Client, Json } from '../support/client.js';
import { setPolicy } from '../support/discovery.js';
import { observations, send } from '../support/observations.js';

let gateway: TestApp;
let id: string;
let owner: Member;
let north: Member;
let south: Member;

beforeAll(async () => {
  gateway = await startTestApp();
});
afterAll(() => gateway.close());

beforeEach(async () => {
  const federation = await gateway.aFederation({ active: 2 });
  ({ id, owner } = federation);
  [north, south] = federation.active as [Member, Member];
});

const QUERY = `query($id: ID!, $query: ID!) { federation(id: $id) { analytics { query(id: $query) {
  id federation_id: federationId query_type: type variable group_by: groupBy status parameters result
  error_message: errorMessage requested_by: requestedByOrgId created_at: createdAt updated_at: updatedAt
  requestedBy { id }
} } } }`;

/** A record, which both APIs, the node and the list must show alike. */
async function recordOf(client: Client, query: string): Promise<Json> {
  const { body } = await client.get(`/federations/${id}/analytics/queries/${query}`).expect(200);
  const { federation } = await client.query(QUERY, { id, query });
  const { requestedBy, ...overGraphql } = federation.analytics.query;
  expect(requestedBy?.id ?? null).toBe(body.requested_by);
  const lower = (row: Json) => ({
    ...row,
    query_type: row.query_type.toLowerCase(),
    status: row.status.toLowerCase(),
    group_by: row.group_by.toLowerCase(),
  });
  expect(lower(overGraphql)).toEqual(body);
  const { node } = await client.query(
    'query($query: ID!) { node(id: $query) { __typename ... on AnalyticsQuery { result errorMessage } } }',
    { query },
  );
  expect(node).toEqual({
    __typename: 'AnalyticsQuery',
    result: body.result,
    errorMessage: body.error_message,
  });
  return body;
}

async function listed(client: Client, query = ''): Promise<Json> {
  return (await client.get(`/federations/${id}/analytics/queries${query}`).expect(200)).body;
}

const policy = (minGroupSize: number, allowExtremes = false) =>
  setPolicy(owner.client, id, { minGroupSize, allowExtremes });

const withData = () => sendGroupsThatDiffer(id, north.client, south.client);

const QUESTIONS: readonly (readonly [Kind, Json, string, string])[] = [
  ['descriptive', { variable: 'heart_rate' }, 'descriptive', 'heart_rate'],
  ['t-test', { variable: 'heart_rate', group_a: 'icu', group_b: 'ward' }, 't_test', 'heart_rate'],
  ['anova', { variable: 'heart_rate' }, 'anova', 'heart_rate'],
  ['chi-square', { variable_1: 'rhythm', variable_2: 'sex' }, 'chi_square', 'rhythm,sex'],
];

describe('an analysis that was answered', () => {
  it.each(QUESTIONS)('%s is on record with the answer as it was sent', async (kind, body, type, variable) => {
    await withData();
    const { body: answer } = await ask(north.client, id, kind, body).expect(200);
    const record = await recordOf(south.client, answer.query_id);
    expect(record).toMatchObject({
      id: answer.query_id,
      federation_id: id,
      query_type: type,
      variable,
      group_by: 'device_group',
      status: 'completed',
      error_message: null,
      requested_by: north.id,
    });
    expect(record.result).toEqual(answer);
    expect(await listed(owner.client)).toMatchObject({ total: 1, queries: [record] });
  });

  it('is read again as it was, whatever has come since', async () => {
    await withData();
    const { body: answer } = await ask(north.client, id, 'descriptive', { variable: 'heart_rate' });
    await send(north.client, id, observations(50, { device_group: 'icu' }));
    expect((await recordOf(owner.client, answer.query_id)).result).toEqual(answer);
    const { body: again } = await ask(north.client, id, 'descriptive', { variable: 'heart_rate' });
    expect(again.groups).not.toEqual(answer.groups);
  });

  it('says with what it was asked, and what was filled in', async () => {
    await withData();
    const filters = { start_time: '2025-12-31T23:00:00-01:00', min_sample_count: 2 };
    const body = { variable: 'heart_rate', group_a: 'icu', group_b: 'ward', filters };
    const { body: answer } = await ask(north.client, id, 't-test', body).expect(200);
    const { parameters } = await recordOf(north.client, answer.query_id);
    const given = {
      variable: 'heart_rate',
      group_a: 'icu',
      group_b: 'ward',
      filters: { start_time: '2026-01-01T00:00:00Z', min_sample_count: 2 },
    };
    expect(parameters).toEqual({
      ...given,
      method: 'welch',
      confidence_level: 0.95,
      group_by: 'device_group',
      filters: { ...given.filters, end_time: null, device_platform: null },
      given,
    });
  });

  it('says the same of what was asked over GraphQL, in a variable or in the text', async () => {
    await withData();
    await north.client.query(
      `query($id: ID!, $filters: AnalyticsFilters, $groups: [ID!], $level: Float) { analytics(federationId: $id) {
        anova(variable: "heart_rate", groupBy: FEDERATION_MEMBER, groupIds: $groups, confidenceLevel: $level,
          filters: $filters) { pValue } } }`,
      { id, filters: { startTime: '2025-01-01T00:00:00Z' } },
    );
    const { queries } = await listed(north.client);
    expect(queries[0]).toMatchObject({ query_type: 'anova', group_by: 'federation_member' });
    expect(queries[0].parameters).toMatchObject({
      confidence_level: 0.95,
      post_hoc: true,
      post_hoc_method: 'tukey_kramer',
      method: 'classic',
      given: {
        variable: 'heart_rate',
        group_by: 'federation_member',
        filters: { start_time: '2025-01-01T00:00:00Z' },
      },
    });
  });

  it('asked twice with one Idempotency-Key is one record and one answer', async () => {
    await withData();
    const client = north.client.with({ 'idempotency-key': 'once' });
    const body = { variable: 'heart_rate' };
    const first = await ask(client, id, 'anova', body).expect(200);
    const second = await ask(client, id, 'anova', body).expect(200);
    expect(second.text).toBe(first.text);
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    expect((await listed(north.client)).total).toBe(1);
  });
});

describe('an analysis that has no answer', () => {
  it('is on record with its reason; the message, with its names, only for whoever asked', async () => {
    await withData();
    const body = { variable: 'heart_rate', group_a: 'icu', group_b: 'nobody' };
    const { body: refusal } = await ask(north.client, id, 't-test', body).expect(400);
    const { queries, total } = await listed(north.client);
    expect(total).toBe(1);
    const own = await recordOf(north.client, queries[0].id);
    expect(own).toMatchObject({ status: 'failed', result: null, group_by: 'device_group' });
    expect(own.error_message).toContain('icu');
    expect(refusal.details.reason).toBe('unknown_group');
    expect((await recordOf(south.client, own.id)).error_message).toBe('unknown_group');
    expect((await recordOf(gateway.operator, own.id)).error_message).toBe(own.error_message);
  });

  it('that is refused with an Idempotency-Key is on record as well, once', async () => {
    await withData();
    const client = north.client.with({ 'idempotency-key': 'once' });
    const body = { variable: 'unknown' };
    const first = await ask(client, id, 'descriptive', body).expect(400);
    expect((await ask(client, id, 'descriptive', body).expect(400)).text).toBe(first.text);
    expect(await listed(north.client)).toMatchObject({ total: 1, queries: [{ status: 'failed' }] });
  });
});

describe('a kept answer', () => {
  it('is withheld while the policy is stricter than on its day, and shown again after', async () => {
    await withData();
    const { body: answer } = await ask(north.client, id, 'descriptive', { variable: 'heart_rate' });
    await policy(31);
    const withheld = await recordOf(north.client, answer.query_id);
    expect(withheld).toMatchObject({
      status: 'completed',
      result: null,
      error_message: 'below_disclosure_threshold',
    });
    await policy(5);
    expect((await recordOf(north.client, answer.query_id)).result).toEqual(answer);
  });

  it('with extremes is withheld when they are no longer allowed', async () => {
    await withData();
    await policy(5, true);
    const { body: answer } = await ask(north.client, id, 'descriptive', { variable: 'heart_rate' });
    expect(answer.groups[0].max).not.toBeNull();
    await policy(5, false);
    expect((await recordOf(north.client, answer.query_id)).result).toBeNull();
  });

  it('is withheld from whoever would learn of a few observations of somebody else', async () => {
    await send(north.client, id, observations(40));
    await send(south.client, id, observations(3));
    const { body: answer } = await ask(owner.client, id, 'descriptive', { variable: 'heart_rate' });
    expect((await recordOf(owner.client, answer.query_id)).result).toEqual(answer);
    expect((await recordOf(south.client, answer.query_id)).result).toEqual(answer);
    expect((await recordOf(north.client, answer.query_id)).result).toBeNull();
    expect((await listed(north.client)).queries[0].result).toBeNull();
  });

  it('is dropped with the observations of a member that it was made of, and no other is', async () => {
    await withData();
    const all = (await ask(owner.client, id, 'descriptive', { variable: 'heart_rate' })).body;
    const norths = (
      await ask(owner.client, id, 't-test', { variable: 'heart_rate', group_a: 'icu', group_b: 'ward' })
    ).body;
    const failed = await ask(owner.client, id, 'descriptive', { variable: 'none' }).expect(400);
    expect(failed.body.details.reason).toBe('unknown_variable');
    gateway.clock.advance(60_000);
    await owner.client.delete(`/federations/${id}/members/${south.id}/observations`).expect(200);
    const purged = await recordOf(owner.client, all.query_id);
    expect(purged).toMatchObject({ status: 'completed', result: null, error_message: 'purged' });
    expect(purged.updated_at > purged.created_at).toBe(true);
    expect((await recordOf(owner.client, norths.query_id)).result).toEqual(norths);
    expect((await listed(owner.client)).total).toBe(3);
    for (const reader of [north.client, south.client, gateway.operator])
      expect((await recordOf(reader, all.query_id)).error_message).toBe('purged');
  });
});

describe('the list of what was asked', () => {
  it('is newest first, in pages of 50 and of up to 200, and empty beyond its end', async () => {
    await withData();
    for (let n = 0; n < 5; n++) {
      gateway.clock.advance(1_000);
      await ask(north.client, id, 'descriptive', { variable: `unknown_${n}` }).expect(400);
    }
    const all = await listed(north.client);
    expect(all).toMatchObject({ total: 5, limit: 50, offset: 0 });
    expect(all.queries.map((row: Json) => row.variable)).toEqual([4, 3, 2, 1, 0].map((n) => `unknown_${n}`));
    expect((await listed(north.client, '?limit=2&offset=1')).queries).toEqual(all.queries.slice(1, 3));
    expect(await listed(north.client, '?offset=9')).toEqual({ queries: [], total: 5, limit: 50, offset: 9 });
    for (const limit of ['0', '201', '1.5', 'x'])
      await north.client.get(`/federations/${id}/analytics/queries?limit=${limit}`).expect(400);
    await north.client.get(`/federations/${id}/analytics/queries?limit=200`).expect(200);
  });

  it('is of one federation: a query of another is not found in it', async () => {
    await withData();
    const { body } = await ask(north.client, id, 'descriptive', { variable: 'heart_rate' });
    const other = await gateway.aFederation({ owner: north });
    await north.client.get(`/federations/${other.id}/analytics/queries/${body.query_id}`).expect(404);
    const stranger = await gateway.anOrganization();
    await stranger.client.get(`/federations/${id}/analytics/queries/${body.query_id}`).expect(404);
    const { node } = await stranger.client.query('query($id: ID!) { node(id: $id) { id } }', {
      id: body.query_id,
    });
    expect(node).toBeNull();
  });
});
