import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type Member, type TestApp, type TestFederation } from '../support/app.js';
import type { Client, Json } from '../support/client.js';
import { aFederationToAsk, askedBy } from '../support/questions.js';
import { expectRestError } from '../support/refusals.js';

let gateway: TestApp;
let federation: TestFederation;
let owner: Member;
/** Of its questions, newest first. */
let ids: readonly string[];

beforeAll(async () => {
  gateway = await startTestApp();
  federation = await aFederationToAsk(gateway, { active: 1 });
  ({ owner } = federation);
  const asked: string[] = [];
  // In one millisecond, and in others.
  for (let i = 0; i < 7; i++) {
    asked.push(await askedBy(i % 2 === 0 ? owner.client : federation.active[0]!.client, federation.id));
    if (i % 3 === 0) gateway.clock.advance(1_000);
  }
  ids = asked.reverse();
});
afterAll(() => gateway.close());

const PLACES = ['/federations/{id}/analytics/queries', '/analytics/queries'] as const;

/** The page as it stands; the ids of the questions in place of them. */
async function page(place: string, search: string, client: Client = owner.client): Promise<Json> {
  const { body } = await client.get(`${place.replace('{id}', federation.id)}${search}`).expect(200);
  return { ...body, queries: body.queries.map((query: Json) => query.id) };
}

describe.each(PLACES)('GET %s', (place) => {
  const pages = [
    { search: '', shows: [0, 7], limit: 50, offset: 0 },
    { search: '?limit=1', shows: [0, 1], limit: 1, offset: 0 },
    { search: '?limit=3&offset=2', shows: [2, 5], limit: 3, offset: 2 },
    { search: '?limit=200&offset=6', shows: [6, 7], limit: 200, offset: 6 },
    { search: '?offset=7', shows: [7, 7], limit: 50, offset: 7 },
    { search: '?limit=200&offset=2147483647', shows: [7, 7], limit: 200, offset: 2_147_483_647 },
  ] as const;

  it.each(pages)(
    'shows $shows of all, newest first, for "$search"',
    async ({ search, shows, limit, offset }) => {
      const [from, to] = shows;
      const expected = { queries: ids.slice(from, to), total: 7, limit, offset };
      for (const client of [owner.client, federation.active[0]!.client])
        expect(await page(place, search, client)).toEqual(expected);
    },
  );

  it.each(['0', '-1', '201', '1000', '1.5', 'x', '', '1&limit=1'])('refuses limit=%s', async (limit) => {
    const path = place.replace('{id}', federation.id);
    expectRestError(await owner.client.get(`${path}?limit=${limit}`), 400, 'limit');
  });

  it.each(['-1', '1.5', 'x', '', '2147483648', '0&offset=0'])('refuses offset=%s', async (offset) => {
    const path = place.replace('{id}', federation.id);
    expectRestError(await owner.client.get(`${path}?offset=${offset}`), 400, 'offset');
  });
});

it('counts and links as other lists do', async () => {
  const path = `/federations/${federation.id}/analytics/queries`;
  const { headers } = await owner.client.get(`${path}?limit=2&offset=2`).expect(200);
  expect(headers.get('x-total-count')).toBe('7');
  const [, next] = /^<([^>]+)>; rel="next"$/.exec(headers.get('link') ?? '') ?? [];
  const { body } = await owner.client.raw('GET', next!).expect(200);
  expect(body.queries.map((query: Json) => query.id)).toEqual(ids.slice(4, 6));
  expect((await owner.client.get(`${path}?limit=2&offset=6`).expect(200)).headers.has('link')).toBe(false);
});

it('goes on behind its cursor when questions are asked in between', async () => {
  const { id, owner: asker } = await aFederationToAsk(gateway);
  const old: string[] = [];
  for (let i = 0; i < 4; i++) old.unshift(await askedBy(asker.client, id));
  const read = async (after: string | null): Promise<Json> =>
    (
      await asker.client.query(
        `query($id: ID!, $after: String) {
          analytics(federationId: $id) {
            queries(first: 2, after: $after) { nodes { id } totalCount pageInfo { hasNextPage endCursor } }
          }
        }`,
        { id, after },
      )
    ).analytics.queries;
  const first = await read(null);
  await askedBy(asker.client, id);
  const second = await read(first.pageInfo.endCursor);
  expect([...first.nodes, ...second.nodes].map((node: Json) => node.id)).toEqual(old);
  expect(second).toMatchObject({ totalCount: 5, pageInfo: { hasNextPage: false } });
});

it('is empty before anything was asked', async () => {
  const { id, owner: newcomer } = await gateway.aFederation();
  const { body } = await newcomer.client.get(`/federations/${id}/analytics/queries`).expect(200);
  expect(body).toEqual({ queries: [], total: 0, limit: 50, offset: 0 });
});
