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

describe('a bare array', () => {
  const pages = [
    { query: '', shows: [0, 1, 2, 3, 4], next: false },
    { query: '?limit=2', shows: [0, 1], next: true },
    { query: '?limit=2&offset=2', shows: [2, 3], next: true },
    { query: '?limit=2&offset=4', shows: [4], next: false },
    { query: '?limit=5', shows: [0, 1, 2, 3, 4], next: false },
    { query: '?limit=4', shows: [0, 1, 2, 3], next: true },
    { query: '?limit=1000', shows: [0, 1, 2, 3, 4], next: false },
    { query: '?offset=3', shows: [3, 4], next: false },
    { query: '?offset=5', shows: [], next: false },
    { query: '?limit=1&offset=100000', shows: [], next: false },
  ];

  it.each(pages)(
    'with "$query" shows $shows, the total, and a next page: $next',
    async ({ query, shows, next }) => {
      const { body, headers } = await owner.client.get(`/federations${query}`).expect(200);
      expect(idsOf(body)).toEqual(shows.map((i) => ids[i]));
      expect(headers.get('x-total-count')).toBe('5');
      expect(headers.has('link')).toBe(next);
    },
  );

  it('without limit shows up to 1,000 and no link', async () => {
    const { id, owner: other } = await gateway.aFederation();
    const path = `/federations/${id}`;
    const guests = Array.from({ length: 1_000 }, () => unique('guest'));
    await other.client.post(`${path}/invite`, { org_ids: guests }).expect(200);
    const [whole, first, last] = [
      await other.client.get(`${path}/members`).expect(200),
      await other.client.get(`${path}/members?limit=1000`).expect(200),
      await other.client.get(`${path}/members?limit=1000&offset=1000`).expect(200),
    ];
    expect([whole.body.length, whole.headers.get('x-total-count'), whole.headers.has('link')]).toEqual([
      1_000,
      '1001',
      false,
    ]);
    expect([first.body, first.headers.has('link')]).toEqual([whole.body, true]);
    expect([last.body.length, last.headers.has('link')]).toEqual([1, false]);
  });

  it('is read to its end by following the links, which keep the other parameters', async () => {
    const read: string[] = [];
    let path: string | undefined = `/api/v1/federations?org_id=${owner.id}&limit=2`;
    while (path !== undefined) {
      const { body, headers } = await owner.client.raw('GET', path).expect(200);
      read.push(...idsOf(body));
      const link: RegExpExecArray | null = /^<([^>]+)>; rel="next"$/.exec(headers.get('link') ?? '');
      path = link?.[1];
      if (path !== undefined) expect(path).toContain(`org_id=${owner.id}`);
    }
    expect(read).toEqual(ids);
  });

  it.each([
    '/federations',
    '/federations/<fed>/members',
    '/federations/<fed>/models',
    '/organizations',
    '/api-keys',
  ])('%s counts and pages alike', async (template) => {
    const path = template.replace('<fed>', ids[0]!);
    const client = template === '/organizations' ? gateway.operator : owner.client;
    const whole = await client.get(path).expect(200);
    const total = whole.headers.get('x-total-count');
    expect(whole.body).toHaveLength(Math.min(Number(total), 1_000));
    const empty = await client.get(`${path}?limit=1&offset=100000`).expect(200);
    expect([empty.body, empty.headers.get('x-total-count')]).toEqual([[], total]);
  });

  const wrong = [
    ...[
      '0',
      '-1',
      '-0',
      '1001',
      '99999999999',
      '1.5',
      '1e2',
      '0x10',
      '+1',
      'ten',
      '',
      '%20',
      'NaN',
      '1,2',
      'null',
    ].map((value) => ({ query: `limit=${value}`, field: 'limit' })),
    ...['-1', '1.5', '1e2', 'ten', '', 'Infinity'].map((value) => ({
      query: `offset=${value}`,
      field: 'offset',
    })),
    { query: 'limit=1&limit=1', field: 'limit' },
    { query: 'offset=0&offset=1', field: 'offset' },
    { query: 'name=a&name=b', field: 'name' },
    { query: 'org_id=default&org_id=default', field: 'org_id' },
  ];

  it.each(wrong)('is refused with $query, naming $field', async ({ query, field }) => {
    const { body } = await owner.client.get(`/federations?${query}`).expect(400);
    expect(body).toMatchObject({ error: 'bad_request', details: { field } });
    expect(body.message).toContain(field);
  });

  it.each([
    '/federations/<fed>/members',
    '/federations/<fed>/models',
    '/models',
    '/organizations',
    '/api-keys',
  ])('of %s refuses the same', async (template) => {
    const path = template.replace('<fed>', ids[0]!);
    const client = template === '/organizations' ? gateway.operator : owner.client;
    for (const query of [
      'limit=0',
      'limit=1001',
      'limit=x',
      'limit=1&limit=2',
      'offset=-1',
      'offset=0&offset=0',
    ])
      await client.get(`${path}?${query}`).expect(400);
  });
});
