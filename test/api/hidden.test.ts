import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, unique, type Member, type TestApp, type TestFederation } from '../support/app.js';
import type { Answer, Client, Json } from '../support/client.js';
import { done, ledgerApis } from '../support/ledger.js';
import { aFederationToAsk, ANALYSES, askedBy } from '../support/questions.js';

const DAY_MS = 86_400_000;
const ABSENT = 'fed_000000000000absent';

let gateway: TestApp;
let federation: TestFederation;
let outsider: Member;
let round: string;
let query: string;

beforeAll(async () => {
  gateway = await startTestApp();
  outsider = await gateway.anOrganization(unique('org'), {
    scopes: ['federations:admin', 'keys:write', 'ingest:write'],
  });
  federation = await aFederationToAsk(gateway, { active: 1, invited: 1 });
  query = await askedBy(federation.owner.client, federation.id);
  await federation.owner.client
    .post(`/federations/${federation.id}/models`, { model_id: 'mdl-7' })
    .expect(200);
  round = String((await done(ledgerApis.REST.reserve(federation.owner.client, federation.id))).id);
});
afterAll(() => gateway.close());

const OBSERVATION = { recorded_at: '2026-01-01T00:00:00Z', device_group: 'ward', metrics: { a: 1 } };

/** Every route below a federation. Words in braces are filled in from it. */
const ROUTES = [
  { method: 'GET', path: '' },
  { method: 'GET', path: '/members' },
  { method: 'GET', path: '/members?status=active&limit=1' },
  { method: 'GET', path: '/models' },
  { method: 'GET', path: '/privacy' },
  { method: 'GET', path: '/privacy/estimate?noise_multiplier=1&sample_rate=0.1' },
  { method: 'GET', path: '/privacy/history?limit=1' },
  { method: 'GET', path: '/rounds' },
  { method: 'PUT', path: '/privacy/budget', body: { total_epsilon_budget: 5 } },
  { method: 'POST', path: '/rounds', body: { contributions: [{ org_id: 'default', samples: 1 }] } },
  { method: 'POST', path: '/rounds', body: { noise_multiplier: -1, target_delta: 0.5 } },
  { method: 'POST', path: '/rounds/{round}/complete', body: { contributions: [] } },
  { method: 'POST', path: '/rounds/{round}/cancel', body: {} },
  { method: 'POST', path: '/invite', body: { org_ids: ['org-1'] } },
  { method: 'POST', path: '/join', body: { org_id: 'default' } },
  { method: 'POST', path: '/decline', body: { org_id: 'default' } },
  { method: 'POST', path: '/leave', body: { org_id: 'default' } },
  { method: 'POST', path: '/models', body: { model_id: 'mdl-7' } },
  { method: 'DELETE', path: '/members/{member}' },
  { method: 'DELETE', path: '/members/{outsider}' },
  { method: 'DELETE', path: '/models/mdl-7' },
  { method: 'GET', path: '/analytics/variables' },
  { method: 'GET', path: '/analytics/queries?limit=1' },
  { method: 'GET', path: '/analytics/queries/{query}' },
  ...ANALYSES.map(({ path, body }) => ({ method: 'POST', path: `/analytics/${path}`, body }) as const),
  { method: 'POST', path: '/analytics/descriptive', body: { variable: 'unknown' } },
  { method: 'POST', path: '/observations', body: { observations: [OBSERVATION] } },
  { method: 'DELETE', path: '/members/{member}/observations' },
  { method: 'DELETE', path: '/members/{outsider}/observations' },
] as const;

/** Asked with one request id, answers may differ in nothing. */
async function ask(client: Client, id: string, route: (typeof ROUTES)[number]): Promise<Answer> {
  const path = route.path
    .replace('{member}', federation.active[0]!.id)
    .replace('{outsider}', outsider.id)
    .replace('{round}', round)
    .replace('{query}', query);
  return client
    .with({ 'x-request-id': 'one-request' })
    .rest(route.method, `/federations/${id}${path}`, 'body' in route ? route.body : undefined);
}

function headersOf({ headers }: Answer): Record<string, string> {
  const { date: _, ...rest } = Object.fromEntries(headers);
  return rest;
}

/** Callers that may not know of the federation, each for a reason of its own. */
const STRANGERS = {
  'an outsider': () => Promise.resolve(outsider.client),
  'a key of the owner that is bound to another federation': async () => {
    const other = await gateway.aFederation({ owner: federation.owner });
    const key = { scopes: ['federations:admin', 'ingest:write'], federation_id: other.id };
    return (await gateway.anOrganization(federation.owner.id, key)).client;
  },
  'an organization that was removed': async () => {
    const guest = await aGuest();
    await federation.owner.client.delete(`/federations/${federation.id}/members/${guest.id}`).expect(200);
    return guest.client;
  },
  'an organization whose invitation ended': async () => {
    const guest = await aGuest();
    gateway.clock.advance(30 * DAY_MS);
    return guest.client;
  },
} as const;

async function aGuest(): Promise<Member> {
  const guest = await gateway.anOrganization();
  await federation.owner.client
    .post(`/federations/${federation.id}/invite`, { org_ids: [guest.id] })
    .expect(200);
  return guest;
}

describe.each(Object.keys(STRANGERS) as (keyof typeof STRANGERS)[])('to %s', (stranger) => {
  let client: Client;

  beforeAll(async () => {
    client = await STRANGERS[stranger]();
  });

  it.each(ROUTES)('$method $path answers a hidden federation as an absent one', async (route) => {
    const hidden = await ask(client, federation.id, route);
    const absent = await ask(client, ABSENT, route);
    expect(absent.status).toBe(404);
    expect(absent.body.request_id).toBe('one-request');
    expect([hidden.status, hidden.text, headersOf(hidden)]).toEqual([404, absent.text, headersOf(absent)]);
  });

  it('observations that are wrong in themselves are refused alike', async () => {
    const body = { observations: [{ ...OBSERVATION, metrics: {} }] };
    const route = { method: 'POST', path: '/observations', body } as unknown as (typeof ROUTES)[number];
    const [hidden, absent] = [await ask(client, federation.id, route), await ask(client, ABSENT, route)];
    expect([hidden.status, hidden.text]).toEqual([400, absent.text]);
  });

  it('GraphQL answers a hidden federation as an absent one', async () => {
    const operations = [
      'query($id: ID!) { federation(id: $id) { id name members { totalCount } } node(id: $id) { id } }',
      'query($id: ID!) { federation(id: $id) { privacy { epsilonRemaining } rounds { totalCount } } node(id: $id) { id } }',
      'mutation($id: ID!) { setPrivacyBudget(input: { federationId: $id, totalEpsilonBudget: 5 }) { privacy { accountant } } }',
      'mutation($id: ID!) { recordTrainingRound(input: { federationId: $id }) { duplicate } }',
      'mutation($id: ID!) { reserveTrainingRound(input: { federationId: $id, noiseMultiplier: 1, sampleRate: 0.1, numSteps: 1 }) { duplicate } }',
      `mutation($id: ID!) { completeTrainingRound(input: { federationId: $id, roundId: "${round}", contributions: [] }) { duplicate } }`,
      `mutation($id: ID!) { cancelTrainingRound(input: { federationId: $id, roundId: "${round}" }) { duplicate } }`,
      'mutation($id: ID!) { inviteMembers(input: { federationId: $id, orgIds: ["org-1"] }) { members { id } } }',
      ...['joinFederation', 'declineInvitation', 'leaveFederation', 'removeMember'].map(
        (name) =>
          `mutation($id: ID!) { ${name}(input: { federationId: $id, orgId: "default" }) { member { id } } }`,
      ),
      'mutation($id: ID!) { shareModel(input: { federationId: $id, modelId: "mdl-7" }) { model { id } } }',
      'mutation($id: ID!) { unshareModel(input: { federationId: $id, modelId: "mdl-7" }) { model { id } } }',
      'query($id: ID!) { federation(id: $id) { analytics { variables { name } groups { id } } } node(id: $id) { id } }',
      ...[
        'descriptive(variable: "heart_rate") { queryId }',
        'tTest(variable: "heart_rate", groupA: "icu", groupB: "ward") { queryId }',
        'anova(variable: "heart_rate") { queryId }',
        'chiSquare(variable1: "rhythm", variable2: "sex") { queryId }',
        `queries { totalCount } query(id: "${query}") { id }`,
      ].map(
        (field) =>
          `query($id: ID!) { federation: analytics(federationId: $id) { ${field} } node(id: $id) { id } }`,
      ),
      `mutation($id: ID!) { recordObservations(input: { federationId: $id, observations: [
        { recordedAt: "2026-01-01T00:00:00Z", deviceGroup: "ward", metrics: { a: 1 } }] }) { accepted } }`,
      'mutation($id: ID!) { purgeObservations(input: { federationId: $id, orgId: "default" }) { purged } }',
      'mutation($id: ID!) { setDisclosurePolicy(input: { federationId: $id, minGroupSize: 7 }) { disclosure { minGroupSize } } }',
    ];
    const asked = client.with({ 'x-request-id': 'one-request' });
    for (const operation of operations) {
      const absent = await asked.graphql(operation, { id: ABSENT });
      expect((await asked.graphql(operation, { id: federation.id })).text).toBe(absent.text);
      if (operation.startsWith('query')) expect(absent.data).toEqual({ federation: null, node: null });
      else expect(absent.errors?.[0].extensions.code).toBe('NOT_FOUND');
    }
  });
});

describe('a malformed id in a path', () => {
  const MALFORMED = [
    'fed',
    'fed_',
    'fed_short',
    'FED_000000000000',
    'fed_00000000000A',
    'fed_000000000000-',
    'fed_000000000000%20',
    '%20fed_000000000000',
    'fed_000000000000%00',
    'fed_000000000000%2F',
    'fed_000000000000%0A',
    'fed_0000000000é0',
    `fed_${'0'.repeat(33)}`,
    `fed_${'0'.repeat(600)}`,
    'mem_000000000000',
    '000000000000',
    'default',
    '*',
    "'%20OR%201=1",
  ];

  it.each(MALFORMED)('is 404: %s', async (id) => {
    for (const path of ['', '/members', '/models', '/privacy', '/rounds']) {
      const { body } = await outsider.client.get(`/federations/${id}${path}`).expect(404);
      expect(body).toMatchObject({ error: 'not_found', code: 'not_found', status_code: 404 });
    }
    await outsider.client.post(`/federations/${id}/join`, { org_id: 'default' }).expect(404);
    await outsider.client.post(`/federations/${id}/invite`, { org_ids: ['org-1'] }).expect(404);
    await gateway.operator.get(`/federations/${id}`).expect(404);
    for (const path of ['variables', 'queries', `queries/${query}`])
      await outsider.client.get(`/federations/${id}/analytics/${path}`).expect(404);
    for (const { path, body } of ANALYSES)
      await outsider.client.post(`/federations/${id}/analytics/${path}`, body).expect(404);
    await outsider.client
      .post(`/federations/${id}/observations`, { observations: [OBSERVATION] })
      .expect(404);
  });

  it.each(['key', 'key_', 'key_short', 'KEY_000000000000', `key_${'0'.repeat(33)}`, 'fed_000000000000'])(
    'of a key is 404: %s',
    async (id) => {
      await gateway.operator.post(`/api-keys/${id}/revoke`).expect(404);
      await gateway.operator.delete(`/api-keys/${id}`).expect(404);
    },
  );
});

describe('node', () => {
  const NODE = 'query($id: ID!) { node(id: $id) { __typename id } }';
  let ids: Readonly<Record<keyof typeof FINDS, string>>;

  /** Who finds what; all of them may ask for everything. */
  const FINDS = {
    Federation: { owner: true, member: true, invited: true, outsider: false, operator: true },
    Member: { owner: true, member: true, invited: true, outsider: false, operator: true },
    SharedModel: { owner: true, member: true, invited: false, outsider: false, operator: true },
    AnalyticsQuery: { owner: true, member: true, invited: false, outsider: false, operator: true },
    ApiKey: { owner: true, member: false, invited: false, outsider: false, operator: true },
    Organization: { owner: true, member: true, invited: true, outsider: false, operator: true },
  } as const;

  const clients = (): Record<'owner' | 'member' | 'invited' | 'outsider' | 'operator', Client> => ({
    owner: keyed.owner.client,
    member: keyed.member.client,
    invited: keyed.invited.client,
    outsider: outsider.client,
    operator: gateway.operator,
  });
  let keyed: Readonly<Record<'owner' | 'member' | 'invited', Member>>;

  beforeAll(async () => {
    const every = { scopes: ['federations:admin', 'keys:write'] };
    const { id, owner, active, invited } = await aFederationToAsk(gateway, { active: 1, invited: 1 });
    keyed = {
      owner: await gateway.anOrganization(owner.id, every),
      member: await gateway.anOrganization(active[0]!.id, every),
      invited: await gateway.anOrganization(invited[0]!.id, every),
    };
    await owner.client.post(`/federations/${id}/models`, { model_id: 'mdl-7' }).expect(200);
    const { federation: read } = await owner.client.query(
      'query($id: ID!) { federation(id: $id) { members { nodes { id } } models { nodes { id } } } }',
      { id },
    );
    const [key] = (await gateway.operator.get(`/api-keys?org_id=${owner.id}`).expect(200)).body;
    ids = {
      Federation: id,
      Member: read.members.nodes[1].id,
      SharedModel: read.models.nodes[0].id,
      AnalyticsQuery: await askedBy(active[0]!.client, id),
      ApiKey: key.id,
      Organization: active[0]!.id,
    };
  });

  describe.each(Object.keys(FINDS) as (keyof typeof FINDS)[])('%s', (type) => {
    it.each(Object.entries(FINDS[type]))(
      'is found by %s: %p, else null without an error',
      async (who, finds) => {
        const data = await clients()[who as 'owner'].query(NODE, { id: ids[type] });
        expect(data).toEqual({ node: finds ? { __typename: type, id: ids[type] } : null });
      },
    );

    it('is null for what is absent or malformed', async () => {
      const prefix = type === 'Organization' ? 'org_' : ids[type].slice(0, 4);
      const others: readonly string[] = [
        `${prefix}000000000000absent`,
        prefix,
        `${ids[type]} `,
        `${ids[type]}A`,
      ];
      for (const id of [...others, ids[type].toUpperCase(), '', 'default']) {
        const data: Json = await gateway.operator.query(NODE, { id });
        expect(data).toEqual({ node: null });
      }
    });
  });

  it('needs the scope to read what it finds', async () => {
    const blind = await gateway.anOrganization(keyed.owner.id, { scopes: ['ingest:write'] });
    for (const type of ['Federation', 'Member', 'SharedModel', 'AnalyticsQuery', 'ApiKey'] as const)
      expect(await blind.client.query(NODE, { id: ids[type] })).toEqual({ node: null });
  });
});
