import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { routes } from '../../src/rest/routes/index.js';
import { startTestApp, unique, type TestApp } from '../support/app.js';
import type { Answer, Json } from '../support/client.js';
import { checkAnalyses } from '../support/openapi-analyses.js';
import { OpenApiChecker } from '../support/openapi-checker.js';
import { operationsOf, problemsOf, problemsOfAnswer, resolve, type Described } from '../support/openapi.js';

const COMMITTED = readFileSync(path.join(__dirname, '../../schema/openapi.json'), 'utf8');
const document: Json = JSON.parse(COMMITTED);
const operations = operationsOf(document);

let gateway: TestApp;

beforeAll(async () => {
  gateway = await startTestApp({ rateLimitRpm: 10_000 });
});
afterAll(() => gateway.close());

/** The responses of an operation by status, references resolved. */
function responsesOf({ operation }: Described): readonly (readonly [string, Json])[] {
  return Object.entries<Json>(operation.responses).map(([status, response]) => [
    status,
    resolve(document, response),
  ]);
}

/** Of a body that has several forms, one each. */
function examplesOf(body: Json): readonly unknown[] {
  if (body?.examples !== undefined) return Object.values<Json>(body.examples).map(({ value }) => value);
  return body?.example === undefined ? [] : [body.example];
}

it('is served without a key, as it is committed', async () => {
  const { text, headers } = await gateway.anonymous.raw('GET', '/openapi.json').expect(200);
  expect(text).toBe(COMMITTED);
  expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
});

it('describes every route and nothing else', () => {
  const addresses = new Set(routes.map((route) => `${route.method} /api/v1${route.path}`));
  expect(operations.map(({ name }) => name).sort()).toEqual([...addresses].sort());
});

it('names each operation once', () => {
  const ids = operations.map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(operations.length);
});

describe.each(operations)('$name', (described) => {
  const { operation } = described;
  const body = operation.requestBody?.content['application/json'];

  it('has an example of its path, its body and each of its answers', () => {
    const inPath = operation.parameters.filter((parameter: Json) => parameter.in === 'path');
    for (const parameter of inPath) expect(parameter).toHaveProperty('example');
    if (body !== undefined) expect(examplesOf(body)).not.toEqual([]);
    for (const [, response] of responsesOf(described))
      expect(response.content['application/json']).toHaveProperty('example');
  });

  it('has examples that its schemas take', () => {
    for (const parameter of operation.parameters) {
      const { schema, example } = resolve(document, parameter);
      if (example !== undefined) expect(problemsOf(document, schema, example)).toEqual([]);
    }
    for (const example of examplesOf(body)) expect(problemsOf(document, body.schema, example)).toEqual([]);
    for (const [, response] of responsesOf(described)) {
      const { schema, example } = response.content['application/json'];
      expect(problemsOfAnswer(document, schema, example)).toEqual([]);
    }
  });
});

it('describes what the gateway answers, on every route', async () => {
  const checker = new OpenApiChecker(document);
  const owner = await gateway.anOrganization(undefined, { scopes: ['federations:admin', 'keys:write'] });
  const guest = await gateway.anOrganization();
  const decliner = await gateway.anOrganization();
  const own = { org_id: 'default' };

  const created = await checker.call(owner.client, 'POST /api/v1/federations', {
    body: { ...own, name: unique('Federation'), description: null },
  });
  const ids = { id: String(created.body.id) };
  const invitation = { ids, body: { org_ids: [guest.id, decliner.id, unique('unknown')] } };
  const invited = await checker.call(owner.client, 'POST /api/v1/federations/{id}/invite', invitation);
  expect(invited.body).toHaveLength(3);
  await checker.call(guest.client, 'POST /api/v1/federations/{id}/join', { ids, body: own });
  await checker.call(decliner.client, 'POST /api/v1/federations/{id}/decline', { ids, body: own });
  await checker.call(owner.client, 'GET /api/v1/federations');
  await checker.call(owner.client, 'GET /api/v1/federations/{id}', { ids });
  const page = await checker.call(owner.client, 'GET /api/v1/federations/{id}/members', {
    ids,
    query: '?status=active,invited,declined&limit=1',
  });
  expect(page.headers.get('link')).not.toBeNull();

  const model = { model_id: 'mdl-7', framework: 'pytorch' };
  await checker.call(owner.client, 'POST /api/v1/federations/{id}/models', { ids, body: model });
  await checker.call(guest.client, 'GET /api/v1/federations/{id}/models', { ids });
  const models = await checker.call(guest.client, 'GET /api/v1/models', { query: '?framework=pytorch' });
  expect(models.body.models).toHaveLength(1);
  await checker.call(owner.client, 'DELETE /api/v1/federations/{id}/models/{model_id}', {
    ids: { ...ids, model_id: 'mdl-7' },
  });
  const asked = { noise_multiplier: 2, sample_rate: 0.01, num_steps: 100 };
  const contributions = [{ org_id: guest.id, samples: 10, accuracy: 0.9, loss: null }];
  const budget = { ids, body: { total_epsilon_budget: 5, total_delta_budget: null } };
  await checker.call(owner.client, 'PUT /api/v1/federations/{id}/privacy/budget', budget);
  await checker.call(owner.client, 'POST /api/v1/federations/{id}/rounds', {
    ids,
    body: { ...asked, contributions },
  });
  for (const step of ['complete', 'cancel']) {
    const reserved = await checker.call(owner.client, 'POST /api/v1/federations/{id}/rounds', {
      ids,
      body: { ...asked, status: 'reserved' },
    });
    await checker.call(owner.client, `POST /api/v1/federations/{id}/rounds/{round_id}/${step}`, {
      ids: { ...ids, round_id: String(reserved.body.id) },
      body: step === 'complete' ? { contributions } : {},
    });
  }
  await checker.call(guest.client, 'GET /api/v1/federations/{id}/rounds', { ids });
  await checker.call(guest.client, 'GET /api/v1/federations/{id}/privacy', { ids });
  await checker.call(guest.client, 'GET /api/v1/federations/{id}/privacy/history', { ids });
  await checker.call(guest.client, 'GET /api/v1/federations/{id}/privacy/estimate', {
    ids,
    query: '?noise_multiplier=1&sample_rate=0.1',
  });
  const observation = {
    recorded_at: '2026-01-01T01:00:00+01:00',
    device_group: 'ward',
    device_id: null,
    device_platform: 'ios',
    metrics: { heart_rate: 70.5 },
    attributes: { rhythm: 'sinus' },
  };
  await checker.call(guest.client, 'POST /api/v1/federations/{id}/observations', {
    ids,
    query: `?org_id=${guest.id}`,
    body: { batch_id: 'ward-1', observations: Array.from({ length: 5 }, () => observation) },
  });
  const variables = await checker.call(guest.client, 'GET /api/v1/federations/{id}/analytics/variables', {
    ids,
  });
  expect(variables.body).toHaveLength(2);
  await checkAnalyses(checker, guest.client, ids);
  await checker.call(guest.client, 'DELETE /api/v1/federations/{id}/members/{org_id}/observations', {
    ids: { ...ids, org_id: guest.id },
  });
  await checker.call(guest.client, 'POST /api/v1/federations/{id}/leave', { ids, body: own });
  await checker.call(owner.client, 'POST /api/v1/federations/{id}/invite', {
    ids,
    body: { org_ids: [guest.id] },
  });
  await checker.call(owner.client, 'DELETE /api/v1/federations/{id}/members/{org_id}', {
    ids: { ...ids, org_id: guest.id },
  });

  const organization = { body: { id: unique('org'), name: 'Hospital East' } };
  await checker.call(gateway.operator, 'POST /api/v1/organizations', organization);
  await checker.call(gateway.operator, 'POST /api/v1/organizations', organization);
  await checker.call(gateway.operator, 'GET /api/v1/organizations');
  const wanted = { body: { ...own, name: 'ci', scopes: ['federations:read'], expires_in_days: 1 } };
  const repeated = owner.client.with({ 'idempotency-key': unique('create-a-key') });
  const key = await checker.call(repeated, 'POST /api/v1/api-keys', wanted);
  const replayed = await checker.call(repeated, 'POST /api/v1/api-keys', wanted);
  expect(replayed.headers.get('idempotent-replayed')).toBe('true');
  expect(replayed.body.api_key).toBeNull();
  const keyIds = { id: String(key.body.id) };
  await checker.call(owner.client, 'GET /api/v1/api-keys');
  await checker.call(owner.client, 'POST /api/v1/api-keys/{id}/revoke', { ids: keyIds });
  await checker.call(owner.client, 'DELETE /api/v1/api-keys/{id}', { ids: keyIds });

  const successes = operations.flatMap(({ name, operation }) =>
    Object.keys(operation.responses)
      .filter((status) => status.startsWith('2'))
      .map((status) => `${name} ${status}`),
  );
  expect([...checker.seen].sort()).toEqual(successes.sort());
});

const requiredMembers = operations.flatMap(({ name, operation }) => {
  const body = operation.requestBody?.content['application/json'];
  return ((body?.schema.required ?? []) as string[]).map((member) => ({
    name,
    member,
    example: body.example,
  }));
});

it.each(requiredMembers)('requires $member of $name, as described', async ({ name, member, example }) => {
  const [method = '', template = ''] = name.split(' ');
  const { [member]: _left, ...rest } = example;
  // An operator says for whom it sends, which is looked at before the body.
  const path = `${template.replace('{id}', 'x')}?org_id=x`;
  const answer = await gateway.operator.raw(method, path, JSON.stringify(rest));
  expect(answer.body).toMatchObject({ status_code: 400, details: { field: member } });
});

const lists = operations.flatMap(({ name, operation }) => {
  const limit = operation.parameters.find((parameter: Json) => parameter.name === 'limit');
  return limit === undefined || name.includes('{')
    ? []
    : [{ name, range: limit.schema as { minimum: number; maximum: number } }];
});

it.each(lists)('takes the limits of $name that are described, and no others', async ({ name, range }) => {
  const owner = await gateway.anOrganization(undefined, { scopes: ['federations:admin', 'keys:write'] });
  await gateway.aFederation({ owner });
  const by = name.endsWith('/organizations') ? gateway.operator : owner.client;
  const statusOf = async (limit: number) =>
    (await by.raw('GET', `${name.replace('GET ', '')}?limit=${limit}`)).status;
  expect(await statusOf(range.minimum)).toBe(200);
  expect(await statusOf(range.maximum)).toBe(200);
  expect(await statusOf(range.minimum - 1)).toBe(400);
  expect(await statusOf(range.maximum + 1)).toBe(400);
});

describe('describes the refusals', () => {
  const checker = new OpenApiChecker(document);
  let federation: Awaited<ReturnType<TestApp['aFederation']>>;

  beforeAll(async () => {
    federation = await gateway.aFederation({ active: 1 });
  });

  const CREATE = 'POST /api/v1/federations';
  const INVITE = 'POST /api/v1/federations/{id}/invite';
  const refusals: readonly { status: number; call: () => Promise<Answer> }[] = [
    {
      status: 400,
      call: () => checker.call(federation.owner.client, CREATE, { body: { org_id: 'default', name: '' } }),
    },
    { status: 401, call: () => checker.call(gateway.anonymous, 'GET /api/v1/federations') },
    {
      status: 403,
      call: () =>
        checker.call(federation.active[0]!.client, INVITE, {
          ids: { id: federation.id },
          body: { org_ids: ['x'] },
        }),
    },
    {
      status: 404,
      call: () =>
        checker.call(federation.owner.client, INVITE, { ids: { id: 'x' }, body: { org_ids: ['x'] } }),
    },
    {
      status: 409,
      call: () =>
        checker.call(federation.owner.client, 'POST /api/v1/federations/{id}/leave', {
          ids: { id: federation.id },
          body: { org_id: 'default' },
        }),
    },
    {
      status: 413,
      call: () =>
        checker.call(federation.owner.client, CREATE, {
          body: { org_id: 'default', name: 'x'.repeat(300_000) },
        }),
    },
    {
      status: 415,
      call: () =>
        checker.call(federation.owner.client.with({ 'content-type': 'text/plain' }), CREATE, { body: {} }),
    },
    {
      status: 429,
      call: async () => {
        const limited = await gateway.operator
          .post('/api-keys', { org_id: federation.owner.id, name: 'slow', rate_limit_rpm: 1 })
          .expect(201);
        const client = gateway.client(String(limited.body.api_key));
        await client.get('/federations').expect(200);
        return checker.call(client, 'GET /api/v1/federations');
      },
    },
  ];

  it.each(refusals)('$status', async ({ status, call }) => {
    expect((await call()).status).toBe(status);
  });
});
