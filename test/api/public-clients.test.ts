import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';

let gateway: TestApp;

beforeAll(async () => {
  gateway = await startTestApp();
});
afterAll(() => gateway.close());

it('serves the flow of the public clients: resolve, create, invite, resolve as the invited, join, list, share, list', async () => {
  const owner = await gateway.anOrganization();
  const guest = await gateway.anOrganization();
  const name = 'Cardiology';

  expect((await owner.client.get(`/federations?name=${name}`).expect(200)).body).toEqual([]);
  const federation = (await owner.client.post('/federations', { name, org_id: 'default' }).expect(201)).body;
  const invited = (
    await owner.client.post(`/federations/${federation.id}/invite`, { org_ids: [guest.id] }).expect(200)
  ).body;
  expect(invited).toMatchObject([
    { org_id: guest.id, status: 'invited', rounds_contributed: 0, total_samples: 0, avg_accuracy: null },
  ]);

  const [resolved] = (await guest.client.get(`/federations?name=${name}`).expect(200)).body;
  expect(resolved).toMatchObject({ id: federation.id, role: 'invited', member_count: 1 });
  const joined = (
    await guest.client.post(`/federations/${resolved.id}/join`, { org_id: 'default' }).expect(200)
  ).body;
  expect(joined).toMatchObject({ org_id: guest.id, status: 'active' });

  const members = (await guest.client.get(`/federations/${federation.id}/members`).expect(200)).body;
  expect(members.map((member: { org_id: string }) => member.org_id)).toEqual([owner.id, guest.id]);

  const model = (
    await owner.client
      .post(`/federations/${federation.id}/models`, { model_id: 'mdl-7', framework: 'pytorch' })
      .expect(200)
  ).body;
  expect(model).toMatchObject({
    id: 'mdl-7',
    name: 'mdl-7',
    org_id: owner.id,
    federation_id: federation.id,
    framework: 'pytorch',
  });
  expect((await guest.client.get('/models').expect(200)).body).toEqual({
    models: [model],
    total: 1,
    limit: 100,
    offset: 0,
  });
});

it('answers the same over GraphQL and REST', async () => {
  const { id, owner, active } = await gateway.aFederation({ active: 2, invited: 1 });
  const overRest = (await owner.client.get(`/federations/${id}/members`).expect(200)).body;
  const { federation } = await owner.client.query(
    `query($id: ID!) { federation(id: $id) { memberCount viewerRole members { totalCount nodes { id orgId role status organization { name } contribution { totalSamples } } } } }`,
    { id },
  );
  expect(federation).toMatchObject({ memberCount: 1 + active.length, viewerRole: 'OWNER' });
  expect(federation.members.totalCount).toBe(4);
  expect(federation.members.nodes.map((member: { id: string }) => member.id)).toEqual(
    overRest.map((member: { id: string }) => member.id),
  );
});
