import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { routes } from '../../src/rest/routes/index.js';
import { startTestApp, unique, type Member, type TestApp, type TestFederation } from '../support/app.js';
import type { Client } from '../support/client.js';
import { aFederationToAsk, ANALYSES, askedBy, recordsOf } from '../support/questions.js';
import { browserTable } from './analytics-authorization.table.js';
import { CALLERS, type Caller } from './authorization.table.js';

const EVERY_SCOPE = ['federations:admin', 'ingest:write', 'keys:write'];

let gateway: TestApp;
/** The only one of its members. */
let federation: TestFederation;
let outsider: Member;
let clients: Readonly<Record<Caller, Client>>;
let query: string;
/** A question in a federation of strangers. */
let foreignQuery: string;

beforeAll(async () => {
  gateway = await startTestApp();
  federation = await aFederationToAsk(gateway, { active: 1, invited: 1 });
  outsider = await gateway.anOrganization();
  query = await askedBy(federation.owner.client, federation.id);
  const foreign = await aFederationToAsk(gateway);
  foreignQuery = await askedBy(foreign.owner.client, foreign.id);
  const revoked = await aKey(federation.owner.id, { scopes: EVERY_SCOPE });
  await gateway.operator.post(`/api-keys/${revoked.id}/revoke`).expect(200);
  clients = {
    'no key': gateway.anonymous,
    'wrong scope': (await aKey(federation.owner.id, { scopes: ['ingest:write'] })).client,
    outsider: outsider.client,
    invited: federation.invited[0]!.client,
    member: federation.active[0]!.client,
    owner: federation.owner.client,
    operator: gateway.operator,
    'revoked key': revoked.client,
  };
});
afterAll(() => gateway.close());

async function aKey(
  orgId: string,
  key: { scopes?: readonly string[]; federation_id?: string },
): Promise<{ id: string; client: Client }> {
  const { body } = await gateway.operator
    .post('/api-keys', { org_id: orgId, name: unique('key'), ...key })
    .expect(201);
  return { id: String(body.id), client: gateway.client(String(body.api_key)) };
}

/** All that a caller of the browser's paths can ask for: a status for each. */
async function everyStatus(client: Client): Promise<number[]> {
  const answers = await Promise.all([
    ...ANALYSES.map(({ path, body }) => client.post(`/analytics/${path}`, body)),
    client.get('/analytics/queries'),
    client.get(`/analytics/queries/${query}`),
  ]);
  return answers.map(({ status }) => status);
}

it('has a row for every path of the browser and none for another', () => {
  const ofBrowser = routes.filter(({ path }) => path.startsWith('/analytics/'));
  expect([...new Set(browserTable.map(({ route }) => route))].sort()).toEqual(
    ofBrowser.map(({ method, path }) => `${method} ${path}`).sort(),
  );
});

describe.each(browserTable)('$route $path', ({ route, path: members = [], body, cells }) => {
  it.each(CALLERS.map((caller, i) => ({ caller, expected: cells[i]! })))(
    'answers $expected to: $caller',
    async ({ caller, expected }) => {
      const before = await recordsOf(gateway.operator, federation.id);
      const [method = '', template = ''] = route.split(' ');
      const id = members[0] === '<query>' ? query : foreignQuery;
      const answer = await clients[caller].rest(method, template.replace('{query_id}', id), body);
      expect(answer.status).toBe(expected);
      if (expected === 200) return;
      expect(await recordsOf(gateway.operator, federation.id)).toEqual(before);
    },
  );
});

describe('a key that is bound to a federation', () => {
  const bound = async (orgId: string) => (await aKey(orgId, { federation_id: federation.id })).client;

  it('of an invited organization may not ask', async () => {
    const client = await bound(federation.invited[0]!.id);
    expect(new Set(await everyStatus(client))).toEqual(new Set([403]));
  });

  it('of a member asks in that one', async () => {
    const client = await bound(federation.active[0]!.id);
    expect(new Set(await everyStatus(client))).toEqual(new Set([200]));
  });

  it.each(['left', 'removed'] as const)(
    'of an organization that was %s finds nothing, as does its other key',
    async (how) => {
      const guest = await gateway.anOrganization();
      const at = `/federations/${federation.id}`;
      const { client: owner } = federation.owner;
      await owner.post(`${at}/invite`, { org_ids: [guest.id] }).expect(200);
      await guest.client.post(`${at}/join`, { org_id: 'default' }).expect(200);
      const client = await bound(guest.id);
      expect(new Set(await everyStatus(client))).toEqual(new Set([200]));
      expect(new Set(await everyStatus(guest.client))).toEqual(new Set([200]));
      if (how === 'left') await guest.client.post(`${at}/leave`, { org_id: 'default' }).expect(200);
      else await owner.delete(`${at}/members/${guest.id}`).expect(200);
      expect(new Set(await everyStatus(client))).toEqual(new Set([404]));
      expect(new Set(await everyStatus(guest.client))).toEqual(new Set([400]));
    },
  );
});
