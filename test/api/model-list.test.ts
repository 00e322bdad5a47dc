import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, unique, type Member, type TestApp } from '../support/app.js';
import type { Json } from '../support/client.js';
import { SELECTIONS } from '../support/rest-form.js';

let gateway: TestApp;

beforeAll(async () => {
  gateway = await startTestApp();
});
afterAll(() => gateway.close());

describe('GET /models', () => {
  let me: Member;
  let other: Member;

  /** Shared in a federation of mine, in one that I joined, in one that I am invited to, and in one of others. */
  beforeAll(async () => {
    [me, other] = [await gateway.anOrganization(), await gateway.anOrganization()];
    const shareIn = async (
      owner: Member,
      id: string,
      modelId: string,
      fields: Readonly<Record<string, string>>,
    ): Promise<void> => {
      gateway.clock.advance(1_000);
      await owner.client.post(`/federations/${id}/models`, { model_id: modelId, ...fields }).expect(200);
    };
    const mine = await gateway.aFederation({ owner: me });
    const joined = await gateway.aFederation({ owner: other });
    const invitedTo = await gateway.aFederation({ owner: other });
    const hidden = await gateway.aFederation({ owner: other });
    for (const { id } of [joined, invitedTo])
      await other.client.post(`/federations/${id}/invite`, { org_ids: [me.id] }).expect(200);
    await me.client.post(`/federations/${joined.id}/join`, { org_id: 'default' }).expect(200);
    await shareIn(other, joined.id, 'joined-1', { framework: 'pytorch', use_case: 'ECG' });
    await shareIn(me, mine.id, 'mine-1', { framework: 'PyTorch', use_case: 'ecg' });
    await shareIn(me, mine.id, 'mine-2', { framework: 'pytorch' });
    await shareIn(me, mine.id, 'unshared', { framework: 'pytorch' });
    await me.client.delete(`/federations/${mine.id}/models/unshared`).expect(200);
    await shareIn(other, invitedTo.id, 'invited-1', { framework: 'pytorch' });
    await shareIn(other, hidden.id, 'hidden-1', { framework: 'pytorch' });
  });

  const filters = [
    { query: '', shows: ['joined-1', 'mine-1', 'mine-2'] },
    { query: 'org_id=', shows: ['joined-1', 'mine-1', 'mine-2'] },
    { query: 'org_id=default', shows: ['joined-1', 'mine-1', 'mine-2'] },
    { query: 'org_id=<me>', shows: ['joined-1', 'mine-1', 'mine-2'] },
    { query: 'framework=pytorch', shows: ['joined-1', 'mine-2'] },
    { query: 'framework=PyTorch', shows: ['mine-1'] },
    { query: 'framework=torch', shows: [] },
    { query: 'use_case=ECG', shows: ['joined-1'] },
    { query: 'use_case=ecg', shows: ['mine-1'] },
    { query: 'framework=pytorch&use_case=ecg', shows: [] },
    { query: 'framework=pytorch&use_case=ECG&org_id=<me>', shows: ['joined-1'] },
  ];

  it.each(filters)('with "$query" shows $shows in an envelope', async ({ query, shows }) => {
    const { body } = await me.client.get(`/models?${query.replace('<me>', me.id)}`).expect(200);
    expect(body).toEqual({ models: expect.any(Array), total: shows.length, limit: 100, offset: 0 });
    expect(body.models.map((model: Json) => model.id)).toEqual(shows);
    const asked = new URLSearchParams(query.replace('<me>', me.id));
    const { models } = await me.client.query(
      `query($orgId: ID, $framework: String, $useCase: String) {
        models(filter: { orgId: $orgId, framework: $framework, useCase: $useCase }) {
          totalCount nodes { ${SELECTIONS.model} }
        }
      }`,
      { orgId: asked.get('org_id'), framework: asked.get('framework'), useCase: asked.get('use_case') },
    );
    expect(models).toEqual({ totalCount: shows.length, nodes: body.models });
  });

  const pages = [
    { query: 'limit=2', limit: 2, offset: 0, shows: ['joined-1', 'mine-1'] },
    { query: 'limit=2&offset=2', limit: 2, offset: 2, shows: ['mine-2'] },
    { query: 'limit=1000&offset=99', limit: 1000, offset: 99, shows: [] },
    { query: 'offset=1', limit: 100, offset: 1, shows: ['mine-1', 'mine-2'] },
  ];

  it.each(pages)(
    'with "$query" shows $shows and the whole total',
    async ({ query, limit, offset, shows }) => {
      const { body } = await me.client.get(`/models?${query}`).expect(200);
      expect(body).toMatchObject({ total: 3, limit, offset });
      expect(body.models.map((model: Json) => model.id)).toEqual(shows);
    },
  );

  it.each(['limit=0', 'limit=1001', 'limit=x', 'offset=-1', 'limit=1&limit=1', 'framework=a&framework=b'])(
    'refuses %s',
    (query) => me.client.get(`/models?${query}`).expect(400),
  );

  it('refuses another organization, and lets an operator ask for one', async () => {
    await me.client.get(`/models?org_id=${other.id}`).expect(403);
    await me.client.get(`/models?org_id=${unique('nobody')}`).expect(403);
    const { body } = await gateway.operator.get(`/models?org_id=${me.id}`).expect(200);
    expect(body.models.map((model: Json) => model.id)).toEqual(['joined-1', 'mine-1', 'mine-2']);
    await gateway.operator.get('/models?org_id=default').expect(400);
  });
});
