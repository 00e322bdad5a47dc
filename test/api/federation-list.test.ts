import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type Member, type TestApp } from '../support/app.js';
import type { Json } from '../support/client.js';
import { restForm, SELECTIONS } from '../support/rest-form.js';

const DAY_MS = 86_400_000;

let gateway: TestApp;

beforeAll(async () => {
  gateway = await startTestApp();
});
afterAll(() => gateway.close());

/** Names that a careless collation takes for one. */
const DIFFERENT_NAMES = [
  'Fed-A',
  'fed-a',
  'café',
  'cafe\u0301',
  'cafe',
  'straße',
  'strasse',
  '１',
  '1',
  'Fed-A\u200b',
];

describe('names', () => {
  it('that differ in case or accent alone are different names', async () => {
    const { client } = await gateway.anOrganization();
    for (const name of DIFFERENT_NAMES)
      await client.post('/federations', { org_id: 'default', name }).expect(201);
    for (const name of DIFFERENT_NAMES) {
      const { body } = await client.get(`/federations?name=${encodeURIComponent(name)}`).expect(200);
      expect(body.map((row: Json) => row.name)).toEqual([name]);
      const { federations } = await client.query(
        'query($name: String) { federations(filter: { name: $name }) { totalCount nodes { name } } }',
        { name },
      );
      expect(federations).toEqual({ totalCount: 1, nodes: [{ name }] });
    }
  });

  it.each(['Fed', 'ed-A', 'Fed-A%', 'Fed_A', 'FED-A', ''])(
    'are matched whole: "%s" finds nothing',
    async (name) => {
      const { client } = await gateway.anOrganization();
      await client.post('/federations', { org_id: 'default', name: 'Fed-A' }).expect(201);
      const { body, headers } = await client.get(`/federations?name=${encodeURIComponent(name)}`).expect(200);
      expect([body, headers.get('x-total-count')]).toEqual([[], '0']);
    },
  );
});

describe('the list', () => {
  let me: Member;
  let names: Readonly<Record<'owned1' | 'owned2' | 'active1' | 'active2' | 'invited1' | 'invited2', string>>;

  beforeAll(async () => {
    me = await gateway.anOrganization();
    const made = async (name: string, by: Member, steps: 'owned' | 'active' | 'invited'): Promise<string> => {
      gateway.clock.advance(1_000);
      const { id } = (await by.client.post('/federations', { org_id: 'default', name }).expect(201)).body;
      if (steps === 'owned') return name;
      await by.client.post(`/federations/${id}/invite`, { org_ids: [me.id] }).expect(200);
      if (steps === 'active')
        await me.client.post(`/federations/${id}/join`, { org_id: 'default' }).expect(200);
      return name;
    };
    const other = await gateway.anOrganization();
    const expired = await gateway.aFederation({ owner: other });
    await other.client.post(`/federations/${expired.id}/invite`, { org_ids: [me.id] }).expect(200);
    gateway.clock.advance(30 * DAY_MS);
    // Not made in the order of the list.
    const invited1 = await made('invited 1', other, 'invited');
    const active1 = await made('active 1', other, 'active');
    const owned1 = await made('owned 1', me, 'owned');
    const invited2 = await made('a invited 2', other, 'invited');
    const owned2 = await made('a owned 2', me, 'owned');
    const active2 = await made('a active 2', other, 'active');
    names = { owned1, owned2, active1, active2, invited1, invited2 };
    await made('of others', other, 'owned');
  });

  it.each(['', '?org_id=', '?org_id=default', '?org_id=<me>'])(
    'shows with "%s" owned, then active, then invited federations, each by creation',
    async (query) => {
      const { body } = await me.client.get(`/federations${query.replace('<me>', me.id)}`).expect(200);
      expect(body.map(({ name, role }: Json) => [name, role])).toEqual([
        [names.owned1, 'owner'],
        [names.owned2, 'owner'],
        [names.active1, 'member'],
        [names.active2, 'member'],
        [names.invited1, 'invited'],
        [names.invited2, 'invited'],
      ]);
    },
  );

  it.each([undefined, '', 'default', '<me>'])('is the same over GraphQL with orgId %p', async (orgId) => {
    const rest = (await me.client.get('/federations').expect(200)).body;
    const { federations } = await me.client.query(
      `query($orgId: ID) { federations(filter: { orgId: $orgId }) { totalCount nodes { ${SELECTIONS.federation} } } }`,
      { orgId: orgId?.replace('<me>', me.id) },
    );
    expect(federations).toEqual({ totalCount: 6, nodes: expect.anything() });
    expect(federations.nodes.map(restForm)).toEqual(rest);
  });

  it('shows an operator those of an organization in the same order, in the role of an operator', async () => {
    const { body } = await gateway.operator.get(`/federations?org_id=${me.id}`).expect(200);
    expect(body.map((row: Json) => row.name)).toEqual(Object.values(names));
    expect(new Set(body.map((row: Json) => row.role))).toEqual(new Set(['operator']));
  });

  it('combines name and org_id', async () => {
    const query = `org_id=${me.id}&name=${encodeURIComponent(names.active1)}`;
    for (const client of [me.client, gateway.operator])
      expect((await client.get(`/federations?${query}`).expect(200)).body).toMatchObject([
        { name: names.active1 },
      ]);
    const { body } = await gateway.operator.get(`/federations?org_id=${me.id}&name=of%20others`).expect(200);
    expect(body).toEqual([]);
  });
});
