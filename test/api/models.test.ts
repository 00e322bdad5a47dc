import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import type { Client, Json } from '../support/client.js';
import { restForm, SELECTIONS } from '../support/rest-form.js';

let gateway: TestApp;

beforeAll(async () => {
  gateway = await startTestApp();
});
afterAll(() => gateway.close());

type Fields = Readonly<Record<string, unknown>>;

/** An answer of either API: the model, or the refusal with the field that it names. */
interface Answered {
  readonly status: number;
  readonly model: Json;
  readonly field: string | undefined;
}

const STATUS_OF: Readonly<Record<string, number>> = { BAD_USER_INPUT: 400, FORBIDDEN: 403, NOT_FOUND: 404 };

async function overGraphql(client: Client, mutation: string, input: Fields): Promise<Answered> {
  const type = mutation === 'shareModel' ? 'ShareModelInput' : 'UnshareModelInput';
  const { data, errors } = await client.graphql(
    `mutation($input: ${type}!) { done: ${mutation}(input: $input) { federation { id } model { ${SELECTIONS.model} } } }`,
    { input },
  );
  if (errors === undefined) return { status: 200, model: restForm(data.done.model), field: undefined };
  const { code, field } = errors[0].extensions;
  const inRest = field?.replace(/[A-Z]/g, (letter: string) => `_${letter.toLowerCase()}`);
  return { status: STATUS_OF[code]!, model: undefined, field: inRest };
}

async function overRest(client: Client, method: string, path: string, body?: Fields): Promise<Answered> {
  const { status, body: answer } = await client.rest(method, path, body);
  return status === 200
    ? { status, model: answer, field: undefined }
    : { status, model: undefined, field: answer.details.field };
}

interface Api {
  readonly share: (client: Client, id: string, fields: Fields) => Promise<Answered>;
  readonly unshare: (client: Client, id: string, modelId: string) => Promise<Answered>;
}

const apis: Readonly<Record<'REST' | 'GraphQL', Api>> = {
  REST: {
    share: (client, id, fields) => overRest(client, 'POST', `/federations/${id}/models`, fields),
    unshare: (client, id, modelId) =>
      overRest(client, 'DELETE', `/federations/${id}/models/${encodeURIComponent(modelId)}`),
  },
  GraphQL: {
    share: (client, federationId, { model_id: modelId, use_case: useCase, ...rest }) =>
      overGraphql(client, 'shareModel', { ...rest, federationId, modelId, useCase }),
    unshare: (client, federationId, modelId) =>
      overGraphql(client, 'unshareModel', { federationId, modelId }),
  },
};

/** The models of a federation, which both APIs must show alike. */
async function modelsOf(client: Client, id: string): Promise<Json[]> {
  const { body, headers } = await client.get(`/federations/${id}/models`).expect(200);
  const { federation } = await client.query(
    `query($id: ID!) { federation(id: $id) { models { totalCount nodes { ${SELECTIONS.model} } } } }`,
    { id },
  );
  expect(federation.models).toEqual({ totalCount: body.length, nodes: body });
  expect(headers.get('x-total-count')).toBe(String(body.length));
  return body;
}

const LONG = '😀'.repeat(128);

const limits = [
  { name: 'name', atMost: LONG, over: `${LONG}x` },
  { name: 'framework', atMost: LONG, over: `${LONG}x` },
  { name: 'use_case', atMost: LONG, over: `${LONG}x` },
  { name: 'description', atMost: LONG.repeat(4), over: `${LONG.repeat(4)}x` },
];

describe.each(['REST', 'GraphQL'] as const)('over %s', (api) => {
  const { share, unshare } = apis[api];

  it('sharing answers every member of the model', async () => {
    const { id, owner } = await gateway.aFederation();
    const fields = {
      name: 'ECG',
      framework: 'pytorch',
      use_case: 'arrhythmia',
      description: 'd',
      version: '1.0',
    };
    const { model } = await share(owner.client, id, { model_id: 'mdl-7', ...fields });
    expect(model).toEqual({
      id: 'mdl-7',
      ...fields,
      org_id: owner.id,
      federation_id: id,
      shared_at: expect.any(String),
    });
    expect(await modelsOf(owner.client, id)).toEqual([model]);
  });

  it('a model without further fields is named by its id', async () => {
    const { id, owner } = await gateway.aFederation();
    const absent = { framework: null, use_case: null, description: null, version: null };
    const { model } = await share(owner.client, id, { model_id: 'mdl-7', name: null, ...absent });
    expect(model).toMatchObject({ id: 'mdl-7', name: 'mdl-7', ...absent });
  });

  it('sharing again is the first row, whatever it says now', async () => {
    const { id, owner } = await gateway.aFederation();
    const first = await share(owner.client, id, { model_id: 'mdl-7', framework: 'pytorch' });
    gateway.clock.advance(60_000);
    expect(await share(owner.client, id, { model_id: 'mdl-7', framework: 'jax' })).toEqual(first);
    expect(await modelsOf(owner.client, id)).toEqual([first.model]);
  });

  it('unsharing answers the row, and so does unsharing again', async () => {
    const { id, owner } = await gateway.aFederation();
    const shared = await share(owner.client, id, { model_id: 'mdl-7' });
    expect(await unshare(owner.client, id, 'mdl-7')).toEqual(shared);
    expect(await modelsOf(owner.client, id)).toEqual([]);
    gateway.clock.advance(60_000);
    expect(await unshare(owner.client, id, 'mdl-7')).toEqual(shared);
  });

  it('a model can be shared again after unsharing, as something new', async () => {
    const { id, owner } = await gateway.aFederation();
    const first = await share(owner.client, id, { model_id: 'mdl-7', framework: 'pytorch', version: '1' });
    await share(owner.client, id, { model_id: 'mdl-8' });
    await unshare(owner.client, id, 'mdl-7');
    gateway.clock.advance(60_000);
    const again = await share(owner.client, id, { model_id: 'mdl-7', framework: 'jax' });
    expect(again.model).toMatchObject({ id: 'mdl-7', framework: 'jax', version: null });
    expect(Date.parse(again.model.shared_at)).toBeGreaterThan(Date.parse(first.model.shared_at));
    expect((await modelsOf(owner.client, id)).map((model) => model.id)).toEqual(['mdl-8', 'mdl-7']);
  });

  it.each(['', ' ', 'mdl 7', ' mdl-7', 'mdl-7 ', 'mdl/7', 'mödl', 'x'.repeat(65), 7, null, undefined])(
    'refuses the model id %p, naming model_id',
    async (modelId) => {
      const { id, owner } = await gateway.aFederation();
      // GraphQL reads the number 7 as the id "7".
      if (api === 'GraphQL' && modelId === 7) return;
      const answer = await share(owner.client, id, { model_id: modelId });
      expect(answer).toEqual({ status: 400, model: undefined, field: 'model_id' });
      expect(await modelsOf(owner.client, id)).toEqual([]);
    },
  );

  it.each(['a', 'x'.repeat(64), 'Mdl.7_a:b-C', 'fed_000000000000', 'default', '..'])(
    'accepts the model id "%s"',
    async (modelId) => {
      const { id, owner } = await gateway.aFederation();
      expect((await share(owner.client, id, { model_id: modelId })).model.id).toBe(modelId);
    },
  );

  it('ids in another case or with a space more are other models', async () => {
    const { id, owner } = await gateway.aFederation();
    await share(owner.client, id, { model_id: 'mdl-a' });
    for (const other of ['MDL-A', 'Mdl-a', 'mdl-a ', ' mdl-a', 'mdl-á'])
      expect((await unshare(owner.client, id, other)).status).toBe(404);
    expect(await modelsOf(owner.client, id)).toHaveLength(1);
    expect((await share(owner.client, id, { model_id: 'MDL-A' })).model.id).toBe('MDL-A');
    expect((await modelsOf(owner.client, id)).map((model) => model.id)).toEqual(['mdl-a', 'MDL-A']);
  });

  it.each(limits)('$name has a limit in code points', async ({ name, atMost, over }) => {
    const { id, owner } = await gateway.aFederation();
    const refused = await share(owner.client, id, { model_id: 'mdl-7', [name]: over });
    expect(refused).toEqual({ status: 400, model: undefined, field: name });
    const { model } = await share(owner.client, id, { model_id: 'mdl-7', [name]: ` ${atMost} ` });
    expect(model[name]).toBe(atMost);
  });

  it('sharing and unsharing are the owner’s: 403 for members and the invited, 404 for outsiders', async () => {
    const { id, owner, active, invited } = await gateway.aFederation({ active: 1, invited: 1 });
    const { model } = await share(owner.client, id, { model_id: 'mdl-7' });
    const outsider = await gateway.anOrganization();
    for (const [{ client }, status] of [
      [active[0]!, 403],
      [invited[0]!, 403],
      [outsider, 404],
    ] as const) {
      for (const modelId of ['mdl-7', 'mdl-never', 'not well-formed']) {
        expect((await share(client, id, { model_id: modelId })).status).toBe(status);
        expect((await unshare(client, id, modelId)).status).toBe(status);
      }
    }
    expect(await modelsOf(owner.client, id)).toEqual([model]);
  });

  it('an operator shares for the owner', async () => {
    const { id, owner } = await gateway.aFederation();
    expect((await share(gateway.operator, id, { model_id: 'mdl-7' })).model.org_id).toBe(owner.id);
    expect((await unshare(gateway.operator, id, 'mdl-7')).status).toBe(200);
  });

  it('a model that was never shared cannot be unshared', async () => {
    const { id, owner } = await gateway.aFederation();
    expect((await unshare(owner.client, id, 'mdl-7')).status).toBe(404);
  });
});

it('an active member sees the models; an invited one gets 403 over REST, null over GraphQL', async () => {
  const { id, owner, active, invited } = await gateway.aFederation({ active: 1, invited: 1 });
  await owner.client.post(`/federations/${id}/models`, { model_id: 'mdl-7' }).expect(200);
  expect(await modelsOf(active[0]!.client, id)).toEqual(await modelsOf(owner.client, id));
  const { body } = await invited[0]!.client.get(`/federations/${id}/models`).expect(403);
  expect(body).toMatchObject({ error: 'forbidden', code: 'forbidden', category: 'auth' });
  const query = 'query($id: ID!) { federation(id: $id) { id models { totalCount } } }';
  expect(await invited[0]!.client.query(query, { id })).toEqual({ federation: { id, models: null } });
});
