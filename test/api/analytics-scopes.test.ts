import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type Member, type TestApp, type TestFederation } from '../support/app.js';
import type { Client, Json } from '../support/client.js';
import { aFederationToAsk, ANALYSES, askedBy, recordsOf } from '../support/questions.js';

let gateway: TestApp;
let owner: Member;
let federation: TestFederation;
/** Of the same owner. */
let other: TestFederation;
let query: string;
let otherQuery: string;

beforeAll(async () => {
  gateway = await startTestApp();
  federation = await aFederationToAsk(gateway, { active: 1 });
  ({ owner } = federation);
  other = await aFederationToAsk(gateway, { owner });
  query = await askedBy(owner.client, federation.id);
  otherQuery = await askedBy(owner.client, other.id);
});
afterAll(() => gateway.close());

const clientWith = async (key: { scopes?: string[]; federation_id?: string }): Promise<Client> =>
  (await gateway.anOrganization(owner.id, key)).client;

const RUN = [
  'descriptive(variable: "heart_rate") { queryId }',
  'tTest(variable: "heart_rate", groupA: "icu", groupB: "ward") { queryId }',
  'anova(variable: "heart_rate") { queryId }',
  'chiSquare(variable1: "rhythm", variable2: "sex") { queryId }',
];

/** The status or code of each analysis over both APIs. */
async function run(client: Client, id: string): Promise<unknown[]> {
  const results: unknown[] = [];
  for (const { path, body } of ANALYSES)
    results.push((await client.post(`/federations/${id}/analytics/${path}`, body)).status);
  for (const field of RUN) {
    const { data, errors } = await client.graphql(`{ analytics(federationId: "${id}") { ${field} } }`);
    results.push(errors === undefined ? (data.analytics === null ? null : 200) : errors[0].extensions.code);
  }
  return results;
}

const READ = `query($id: ID!, $query: ID!) {
  analytics(federationId: $id) {
    query(id: $query) { id } queries { nodes { id } } variables { name } groups { id } disclosure { minGroupSize }
  }
}`;

/** The statuses of the three reads over REST, and what GraphQL answers. */
async function read(client: Client, id: string, queryId: string): Promise<Json> {
  const at = `/federations/${id}/analytics`;
  const paths = [`${at}/queries`, `${at}/queries/${queryId}`, `${at}/variables`];
  const answers = await Promise.all(paths.map((path) => client.get(path)));
  const { data, errors } = await client.graphql(READ, { id, query: queryId });
  return {
    rest: answers.map(({ status }) => status),
    graphql: errors === undefined ? data.analytics : errors[0].extensions.code,
  };
}

const FOUND = () => ({ rest: [200, 200, 200], graphql: expect.objectContaining({ query: { id: query } }) });

describe('a key with', () => {
  it('analytics:read may read, and not run, which leaves no record', async () => {
    const client = await clientWith({ scopes: ['analytics:read'] });
    const before = await recordsOf(owner.client, federation.id);
    expect(await read(client, federation.id, query)).toEqual(FOUND());
    expect(await run(client, federation.id)).toEqual([
      ...[403, 403, 403, 403],
      ...RUN.map(() => 'FORBIDDEN'),
    ]);
    expect(await recordsOf(owner.client, federation.id)).toEqual(before);
  });

  it('analytics:run may run, and read what was asked, and nothing else of the federation', async () => {
    const client = await clientWith({ scopes: ['analytics:run'] });
    expect(new Set(await run(client, federation.id))).toEqual(new Set([200]));
    expect(await read(client, federation.id, query)).toEqual(FOUND());
    for (const path of ['', '/members', '/models', '/privacy', '/rounds'])
      await client.get(`/federations/${federation.id}${path}`).expect(403);
    await client.post(`/federations/${federation.id}/observations`, { observations: [] }).expect(400, 403);
    expect(await client.codeOf(`{ federation(id: "${federation.id}") { name } }`)).toBe('FORBIDDEN');
    const { analytics } = await client.query(
      `{ analytics(federationId: "${federation.id}") { federationId } }`,
    );
    expect(analytics).toEqual({ federationId: federation.id });
  });

  it.each([['federations:write'], ['privacy:write', 'ingest:write', 'keys:write']])(
    '%s may do neither, and finds no node',
    async (...scopes) => {
      const client = await clientWith({ scopes: [...scopes] });
      expect(await read(client, federation.id, query)).toEqual({
        rest: [403, 403, 403],
        graphql: 'FORBIDDEN',
      });
      expect(await run(client, federation.id)).toEqual([
        ...[403, 403, 403, 403],
        ...RUN.map(() => 'FORBIDDEN'),
      ]);
      expect(await client.query('query($id: ID!) { node(id: $id) { id } }', { id: query })).toEqual({
        node: null,
      });
    },
  );

  it('federations:read may read a federation, but neither its variables nor its questions', async () => {
    const client = await clientWith({ scopes: ['federations:read'] });
    for (const field of ['variables { name }', 'groups { id }', 'queries { totalCount }', ...RUN])
      expect(await client.codeOf(`{ federation(id: "${federation.id}") { analytics { ${field} } } }`)).toBe(
        'FORBIDDEN',
      );
    await client.get(`/federations/${federation.id}/analytics/queries/${query}`).expect(403);
  });
});

describe('a question of one federation', () => {
  it('is not found in another of the same owner, and does not stand in its list', async () => {
    for (const [id, foreign] of [
      [federation.id, otherQuery],
      [other.id, query],
    ] as const)
      for (const client of [owner.client, gateway.operator]) {
        const { rest, graphql } = await read(client, id, foreign);
        expect({ rest, query: graphql.query }).toEqual({ rest: [200, 404, 200], query: null });
        const listed = graphql.queries.nodes.map((node: Json) => node.id);
        expect(listed.length).toBeGreaterThan(0);
        expect(listed).not.toContain(foreign);
      }
  });

  it('is answered as an absent one: byte for byte', async () => {
    const client = owner.client.with({ 'x-request-id': 'one-request' });
    const at = `/federations/${federation.id}/analytics/queries`;
    const absent = await client.get(`${at}/qry_000000000000absent`).expect(404);
    expect((await client.get(`${at}/${otherQuery}`).expect(404)).text).toBe(absent.text);
    for (const id of [
      'qry_x',
      'fed_000000000000',
      otherQuery.toUpperCase(),
      '%00',
      `${query}%20`,
      '__proto__',
    ])
      expect((await client.get(`${at}/${id}`).expect(404)).text).toBe(absent.text);
  });
});

describe('a key that is bound to another federation', () => {
  it('neither reads nor runs, and finds no node', async () => {
    const client = await clientWith({ federation_id: other.id });
    expect(await read(client, federation.id, query)).toEqual({ rest: [404, 404, 404], graphql: null });
    expect(await run(client, federation.id)).toEqual([404, 404, 404, 404, null, null, null, null]);
    const node = 'query($id: ID!) { node(id: $id) { id } }';
    expect(await client.query(node, { id: query })).toEqual({ node: null });
    expect(await client.query(node, { id: otherQuery })).toEqual({ node: { id: otherQuery } });
  });
});

describe('an organization that', () => {
  it.each(['left', 'was removed'] as const)(
    '%s neither reads nor runs, also what it asked itself',
    async (how) => {
      const guest = await gateway.anOrganization();
      const at = `/federations/${federation.id}`;
      await owner.client.post(`${at}/invite`, { org_ids: [guest.id] }).expect(200);
      await guest.client.post(`${at}/join`, { org_id: 'default' }).expect(200);
      const own = await askedBy(guest.client, federation.id);
      if (how === 'left') await guest.client.post(`${at}/leave`, { org_id: 'default' }).expect(200);
      else await owner.client.delete(`${at}/members/${guest.id}`).expect(200);
      expect(await read(guest.client, federation.id, own)).toEqual({ rest: [404, 404, 404], graphql: null });
      expect(await run(guest.client, federation.id)).toEqual([404, 404, 404, 404, null, null, null, null]);
      const node = 'query($id: ID!) { node(id: $id) { id } }';
      expect(await guest.client.query(node, { id: own })).toEqual({ node: null });
      expect((await read(owner.client, federation.id, own)).graphql.query).toEqual({ id: own });
    },
  );
});
