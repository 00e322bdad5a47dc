import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, unique, type Member, type TestApp } from '../support/app.js';
import type { Json } from '../support/client.js';

let gateway: TestApp;
let owner: Member;
/** Federations of the owner in the order of the list. */
let ids: readonly string[];

beforeAll(async () => {
  gateway = await startTestApp();
  owner = await gateway.anOrganization(unique('org'), { scopes: ['federations:admin', 'keys:write'] });
  const made: string[] = [];
  for (let i = 0; i < 5; i++) made.push((await gateway.aFederation({ owner })).id);
  ids = made.sort(); // made within one millisecond or not, ids rise with the time
});
afterAll(() => gateway.close());

function idsOf(rows: readonly Json[]): string[] {
  return rows.map((row) => row.id);
}

/** Each connection of the API, with what leads to it. */
const CONNECTIONS = {
  federations: 'federations',
  members: 'federation(id: "<fed>") { members',
  models: 'federation(id: "<fed>") { models',
  rounds: 'federation(id: "<fed>") { rounds',
  organizations: 'organizations',
  apiKeys: 'apiKeys(orgId: "<owner>")',
  queries: 'analytics(federationId: "<fed>") { queries',
} as const;

type Name = keyof typeof CONNECTIONS;
const NAMES = Object.keys(CONNECTIONS) as Name[];

/** Asks for a page of a connection and answers it, or the first error. */
async function page(name: Name, args: string, variables: Record<string, unknown> = {}): Promise<Json> {
  const lead = CONNECTIONS[name].replace('<fed>', ids[0]!).replace('<owner>', owner.id);
  const call = lead.endsWith(')') ? `${lead.slice(0, -1)} ${args})` : `${lead}(${args})`;
  const declared = Object.keys(variables).map((variable) =>
    variable === 'first' ? '$first: Int' : '$after: String',
  );
  const { data, errors } = await gateway.operator.graphql(
    `query ${declared.length === 0 ? '' : `(${declared.join(', ')})`} { ${call} {
      totalCount edges { cursor node { id } } nodes { id }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    } ${lead.includes('{') ? '}' : ''} }`,
    variables,
  );
  return errors === undefined ? ((data.federation ?? data.analytics)?.[name] ?? data[name]) : errors[0];
}

describe('a connection', () => {
  beforeAll(async () => {
    const guests = Array.from({ length: 4 }, () => unique('guest'));
    await owner.client.post(`/federations/${ids[0]!}/invite`, { org_ids: guests }).expect(200);
    for (const modelId of ['mdl-1', 'mdl-2', 'mdl-3', 'mdl-4', 'mdl-5'])
      await owner.client.post(`/federations/${ids[0]!}/models`, { model_id: modelId }).expect(200);
    for (let i = 0; i < 5; i++)
      await owner.client.post(`/federations/${ids[0]!}/rounds`, { model_id: `mdl-${i}` }).expect(201);
    for (let i = 0; i < 5; i++)
      await owner.client
        .post(`/federations/${ids[0]!}/analytics/descriptive`, { variable: `unknown-${i}` })
        .expect(400);
    for (const name of ['two', 'three', 'four'])
      await owner.client.post('/api-keys', { org_id: 'default', name, scopes: ['keys:write'] }).expect(201);
  });

  describe.each(NAMES)('%s', (name) => {
    it('is read page by page without a gap or a repeat', async () => {
      const whole = await page(name, 'first: 100');
      expect(whole.nodes.length).toBeGreaterThan(3);
      expect(whole.totalCount).toBe(whole.nodes.length);
      const read: Json[] = [];
      let after: string | null = null;
      for (let more = true; more;) {
        const part: Json = await page(name, 'first: 2, after: $after', { after });
        const { hasNextPage, hasPreviousPage, startCursor, endCursor } = part.pageInfo;
        expect(part.nodes).toEqual(part.edges.map((edge: Json) => edge.node));
        expect([startCursor, endCursor]).toEqual([part.edges[0].cursor, part.edges.at(-1).cursor]);
        expect(hasPreviousPage).toBe(after !== null);
        read.push(...part.nodes);
        expect(hasNextPage).toBe(read.length < whole.nodes.length);
        [more, after] = [hasNextPage, endCursor];
      }
      expect(read).toEqual(whole.nodes);
    });

    it('has an empty page behind its end', async () => {
      const { pageInfo } = await page(name, 'first: 100');
      expect(pageInfo.hasNextPage).toBe(false);
      const behind = await page(name, 'after: $after', { after: pageInfo.endCursor });
      expect(behind).toMatchObject({ edges: [], nodes: [] });
      expect(behind.pageInfo).toMatchObject({ hasNextPage: false, startCursor: null, endCursor: null });
      expect(behind.totalCount).toBeGreaterThan(0);
    });

    it.each([0, 101, -1])('refuses first: %d, naming first', async (first) => {
      for (const error of [await page(name, `first: ${first}`), await page(name, 'first: $first', { first })])
        expect(error.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'first' });
    });

    it.each([1, 100, null])('accepts first: %p', async (first) => {
      expect((await page(name, 'first: $first', { first })).nodes.length).toBeGreaterThan(0);
    });

    const forged = [
      '',
      'not a cursor',
      '[]',
      '{}',
      'null',
      '0',
      '"x"',
      '[null,null]',
      '[[],{}]',
      '[1e400,1e400,"x"]',
    ];
    it.each([...forged, '[1e400,"x"]', '["active",1e400,"x"]'])(
      'refuses the forged cursor %s, naming after',
      async (text) => {
        for (const after of [text, Buffer.from(text).toString('base64url')]) {
          const { extensions } = await page(name, 'after: $after', { after });
          expect(extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'after' });
        }
      },
    );

    it.each(NAMES.filter((other) => other !== name))(
      'refuses a cursor of %s, naming after',
      async (other) => {
        const { pageInfo } = await page(other, 'first: 1');
        const { extensions } = await page(name, 'after: $after', { after: pageInfo.startCursor });
        expect(extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'after' });
      },
    );
  });

  it('goes on behind its cursor when rows come before and after it', async () => {
    const [me, other] = [await gateway.anOrganization(), await gateway.anOrganization()];
    const owned = async () => (await gateway.aFederation({ owner: me })).id;
    const invitation = async () => {
      const { id } = await gateway.aFederation({ owner: other });
      await other.client.post(`/federations/${id}/invite`, { org_ids: [me.id] }).expect(200);
      gateway.clock.advance(1_000);
      return id;
    };
    const read = async (first: number, after: string | null): Promise<Json> =>
      (
        await me.client.query(
          `query($first: Int, $after: String) {
            federations(first: $first, after: $after) { nodes { id } totalCount pageInfo { hasNextPage endCursor } }
          }`,
          { first, after },
        )
      ).federations;

    const before = [await owned(), await invitation(), await invitation(), await invitation()];
    const start = await read(2, null);
    expect(idsOf(start.nodes)).toEqual(before.slice(0, 2));
    await owned(); // sorts before the cursor
    const last = await invitation(); // sorts behind everything
    const rest = await read(100, start.pageInfo.endCursor);
    expect(idsOf(rest.nodes)).toEqual([...before.slice(2), last]);
    expect(rest).toMatchObject({ totalCount: 6, pageInfo: { hasNextPage: false } });
    // The row of the cursor may go as well.
    await me.client.post(`/federations/${before[1]!}/decline`, { org_id: 'default' }).expect(200);
    expect((await read(100, start.pageInfo.endCursor)).nodes).toEqual(rest.nodes);
  });
});
