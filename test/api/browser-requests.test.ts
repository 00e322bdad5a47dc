import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, unique, type TestApp, type TestFederation } from '../support/app.js';
import type { Client, Json } from '../support/client.js';
import { AT } from '../support/observations.js';
import { aFederationToAsk, ANALYSES, askedBy, recordsOf } from '../support/questions.js';
import { expectRestError } from '../support/refusals.js';

let gateway: TestApp;
/** The only one of its owner. */
let federation: TestFederation;
let client: Client;

beforeAll(async () => {
  gateway = await startTestApp();
  federation = await aFederationToAsk(gateway, { active: 1 });
  client = federation.owner.client;
});
afterAll(() => gateway.close());

const FILTERS = { startTime: AT, endTime: '2026-02-01T00:00:00Z', minSampleCount: 6 };
const FILTERS_IN_SNAKE_CASE = { start_time: AT, end_time: '2026-02-01T00:00:00Z', min_sample_count: 6 };

describe('a body', () => {
  const bodies = [
    {
      path: 'descriptive',
      camel: {
        variable: 'heart_rate',
        groupBy: 'device_group',
        groupIds: ['icu'],
        includePercentiles: false,
      },
      snake: {
        variable: 'heart_rate',
        group_by: 'device_group',
        group_ids: ['icu'],
        include_percentiles: false,
      },
    },
    {
      path: 't-test',
      camel: {
        variable: 'heart_rate',
        groupA: 'ward',
        groupB: 'icu',
        confidenceLevel: 0.9,
        method: 'pooled',
      },
      snake: {
        variable: 'heart_rate',
        group_a: 'ward',
        group_b: 'icu',
        confidence_level: 0.9,
        method: 'pooled',
      },
    },
    {
      path: 'anova',
      camel: { variable: 'heart_rate', postHoc: true, postHocMethod: 'games_howell', confidenceLevel: 0.9 },
      snake: {
        variable: 'heart_rate',
        post_hoc: true,
        post_hoc_method: 'games_howell',
        confidence_level: 0.9,
      },
    },
    {
      path: 'chi-square',
      camel: { variable1: 'sex', variable2: 'rhythm', groupIds: ['icu', 'ward'] },
      snake: { variable_1: 'sex', variable_2: 'rhythm', group_ids: ['icu', 'ward'] },
    },
  ] as const;

  it.each(bodies)('of $path may be in camelCase and in snake_case', async ({ path, camel, snake }) => {
    const answers: Json[] = [];
    for (const body of [
      { ...camel, filters: FILTERS },
      { ...snake, filters: FILTERS_IN_SNAKE_CASE },
      { ...camel, filters: FILTERS_IN_SNAKE_CASE },
    ]) {
      const { queryId, ...figures } = (await client.post(`/analytics/${path}`, body).expect(200)).body;
      const record = (await client.get(`/analytics/queries/${queryId}`).expect(200)).body;
      answers.push({ figures, parameters: record.parameters });
    }
    expect(answers[0].parameters.given).toMatchObject({ ...camel, filters: FILTERS });
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
  });

  it('with a member in both forms is read as one of them', async () => {
    const body = { variable: 'heart_rate', groupIds: ['icu'], group_ids: ['ward'] };
    const answer = (await client.post('/analytics/descriptive', body).expect(200)).body;
    expect(answer.groups).toHaveLength(1);
    expect(['icu', 'ward']).toContain(answer.groups[0].groupId);
  });
});

describe('the federation', () => {
  it('is the only one of the organization, of which it may be a member', async () => {
    const { client: member } = federation.active[0]!;
    const { queryId } = (await member.post('/analytics/anova', { variable: 'heart_rate' }).expect(200)).body;
    expect((await member.get(`/analytics/queries/${queryId}`).expect(200)).body).toMatchObject({
      federationId: federation.id,
      requestedBy: federation.active[0]!.id,
    });
  });

  it('is the one that the key is bound to, of several', async () => {
    const owner = await gateway.anOrganization();
    const [one, two] = [
      await aFederationToAsk(gateway, { owner }),
      await aFederationToAsk(gateway, { owner }),
    ];
    for (const { id } of [one, two]) {
      const bound = await gateway.anOrganization(owner.id, { federation_id: id });
      const { queryId } = (
        await bound.client.post('/analytics/descriptive', { variable: 'heart_rate' }).expect(200)
      ).body;
      expect((await bound.client.get('/analytics/queries').expect(200)).body).toMatchObject({
        total: 1,
        queries: [{ id: queryId, federationId: id }],
      });
    }
    const bound = await gateway.anOrganization(owner.id, { federation_id: one.id });
    const other = await askedBy(owner.client, two.id);
    expectRestError(await bound.client.get(`/analytics/queries/${other}`), 404);
  });

  const asking = [
    ...ANALYSES.map(({ path, body }) => ({ method: 'POST', path: `/analytics/${path}`, body })),
    { method: 'GET', path: '/analytics/queries', body: undefined },
    { method: 'GET', path: '/analytics/queries/qry_000000000000', body: undefined },
  ];

  it.each(asking)(
    'must be given where there are several, which are named: $path',
    async ({ method, path, body }) => {
      const { owner, id } = await gateway.aFederation();
      const second = await gateway.aFederation({ owner });
      // An invitation makes no candidate.
      const inviting = await gateway.aFederation();
      const at = `/federations/${inviting.id}`;
      await inviting.owner.client.post(`${at}/invite`, { org_ids: [owner.id] }).expect(200);
      const answer = await owner.client.rest(method, path, body);
      expectRestError(answer, 400, 'federation_id');
      const names = await owner.client.get('/federations').expect(200);
      const nameOf = (of: string) => names.body.find((row: Json) => row.id === of).name;
      expect(answer.body.details.candidates).toEqual(
        [id, second.id].map((candidate) => ({ id: candidate, name: nameOf(candidate) })),
      );
      for (const candidate of [id, second.id]) expect(answer.body.message).toContain(candidate);
      for (const asked of [id, second.id]) expect((await recordsOf(owner.client, asked)).total).toBe(0);
    },
  );

  it.each(asking)('must be given where there is none: $path', async ({ method, path, body }) => {
    for (const nobody of [(await gateway.anOrganization()).client, gateway.operator]) {
      const answer = await nobody.rest(method, path, body);
      expectRestError(answer, 400, 'federation_id');
      expect(answer.body.details.candidates).toEqual([]);
    }
  });
});

describe('an error stays in the shape of errors', () => {
  it('of a wrong form, which leaves no record', async () => {
    const before = await recordsOf(client, federation.id);
    const wrong = { variable: 'heart_rate', groupA: 'icu', groupB: 'ward', confidenceLevel: 1 };
    expectRestError(await client.post('/analytics/t-test', wrong), 400, 'confidence_level');
    expectRestError(await client.post('/analytics/t-test', { ...wrong, groupB: null }), 400, 'group_b');
    expectRestError(await client.post('/analytics/descriptive', {}), 400, 'variable');
    const filters = { minSampleCount: 0 };
    const filtered = { variable: 'heart_rate', filters };
    expectRestError(await client.post('/analytics/anova', filtered), 400, 'filters.min_sample_count');
    for (const body of ['null', '[]', '"x"', '{'])
      expectRestError(await client.raw('POST', '/api/v1/analytics/anova', body), 400);
    for (const limit of ['0', '201', 'x'])
      expectRestError(await client.get(`/analytics/queries?limit=${limit}`), 400, 'limit');
    expect(await recordsOf(client, federation.id)).toEqual(before);
  });

  it('of a question without an answer, which leaves one', async () => {
    const before = await recordsOf(client, federation.id);
    const answer = await client.post('/analytics/descriptive', { variable: 'unknown' });
    expectRestError(answer, 400, 'variable');
    expect(answer.body.details).toEqual({
      field: 'variable',
      reason: 'unknown_variable',
      known: ['heart_rate', 'rhythm', 'sex'],
    });
    const { body } = await client.get('/analytics/queries').expect(200);
    expect(body).toMatchObject({
      total: before.total + 1,
      queries: expect.arrayContaining([
        expect.objectContaining({ status: 'failed', result: null, errorMessage: answer.body.message }),
      ]),
    });
  });

  it('of no credential, of a wrong scope, and of what is not there', async () => {
    const ingesting = await gateway.anOrganization(federation.owner.id, { scopes: ['ingest:write'] });
    const { path, body } = ANALYSES[0];
    const refused = await ingesting.client.post(`/analytics/${path}`, body).expect(403);
    expect(refused.body).toMatchObject({ error: 'forbidden', code: 'forbidden', status_code: 403 });
    const nobody = await gateway.client(unique('key')).post(`/analytics/${path}`, body).expect(401);
    expect(nobody.body).toMatchObject({ error: 'unauthorized', code: 'invalid_api_key', status_code: 401 });
    for (const id of ['qry_000000000000', 'x', '%00'])
      expectRestError(await client.get(`/analytics/queries/${id}`), 404);
    for (const missing of ['/analytics', '/analytics/regression'])
      expectRestError(await client.get(missing), 404);
    expectRestError(await client.get('/analytics/anova'), 405);
  });
});
