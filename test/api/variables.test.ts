import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type Member, type TestApp } from '../support/app.js';
import type { Client, Json } from '../support/client.js';
import { groupsOf, variablesOf } from '../support/discovery.js';
import { observations, send, type Fields } from '../support/observations.js';

let gateway: TestApp;

beforeAll(async () => {
  gateway = await startTestApp();
});
afterAll(() => gateway.close());

/** Of a member, the number of observations in each group. */
async function fill(
  id: string,
  { client }: Member,
  groups: Readonly<Record<string, number>>,
  fields: Fields = {},
) {
  for (const [device_group, count] of Object.entries(groups))
    await send(client, id, observations(count, { device_group, ...fields }));
}

async function scene(active: number): Promise<{ id: string; owner: Member; others: readonly Member[] }> {
  const { id, owner, active: others } = await gateway.aFederation({ active });
  return { id, owner, others };
}

async function seenBy(client: Client, id: string): Promise<Json> {
  const [variables, groups] = [await variablesOf(client, id), await groupsOf(client, id)];
  return {
    variables: Object.fromEntries(variables.map((row) => [row.name, row.observation_count])),
    groups: Object.fromEntries(groups.map((row) => [row.id, row.observationCount])),
  };
}

const NOTHING = { variables: {}, groups: {} };

it('without observations there are neither variables nor groups', async () => {
  const { id, owner } = await scene(0);
  expect(await seenBy(owner.client, id)).toEqual(NOTHING);
  expect(await groupsOf(owner.client, id, 'FEDERATION_MEMBER')).toEqual([]);
});

it('a variable has its kind, its count, and its first and last time in whole seconds', async () => {
  const { id, owner, others } = await scene(1);
  const both = { attributes: { rhythm: 'sinus' } };
  await fill(id, others[0]!, { ward: 5 }, { recorded_at: '2026-03-01T12:00:00.900+01:00', ...both });
  await fill(id, others[0]!, { ward: 1 }, { recorded_at: '2025-12-31T23:59:59.999Z' });
  expect(await variablesOf(owner.client, id)).toEqual([
    {
      name: 'heart_rate',
      kind: 'numeric',
      observation_count: 6,
      first_recorded_at: '2025-12-31T23:59:59Z',
      last_recorded_at: '2026-03-01T11:00:00Z',
    },
    {
      name: 'rhythm',
      kind: 'categorical',
      observation_count: 5,
      first_recorded_at: '2026-03-01T11:00:00Z',
      last_recorded_at: '2026-03-01T11:00:00Z',
    },
  ]);
});

it('variables are sorted by name and groups by id', async () => {
  const { id, owner } = await scene(0);
  const names = ['b', 'a', 'B', 'A', '_x', '10', '9', 'a.b', 'a-b'];
  const metrics = Object.fromEntries(names.map((name) => [name, 1]));
  for (const name of names) await fill(id, owner, { [name]: 5 }, { metrics });
  const sorted = [...names].sort();
  expect((await variablesOf(owner.client, id)).map(({ name }) => name)).toEqual(sorted);
  expect((await groupsOf(owner.client, id)).map((group) => group.id)).toEqual(sorted);
});

it('names that differ in case or accents are different groups', async () => {
  const { id, owner } = await scene(0);
  await fill(id, owner, { ward: 5, Ward: 6, wárd: 7 });
  expect((await seenBy(owner.client, id)).groups).toEqual({ ward: 5, Ward: 6, wárd: 7 });
});

it('platforms and times do not split a group', async () => {
  const { id, owner } = await scene(0);
  for (const [i, device_platform] of ['ios', 'android', null].entries())
    await fill(id, owner, { ward: 2 }, { device_platform, recorded_at: `2026-0${i + 1}-01T00:00:00Z` });
  expect(await seenBy(owner.client, id)).toEqual({ variables: { heart_rate: 6 }, groups: { ward: 6 } });
});

describe('a group below the threshold', () => {
  it('of four is neither listed nor counted, and of five it is', async () => {
    const { id, owner, others } = await scene(1);
    await fill(id, others[0]!, { small: 4, large: 5 });
    const seen = { variables: { heart_rate: 5 }, groups: { large: 5 } };
    for (const client of [owner.client, others[0]!.client, gateway.operator])
      expect(await seenBy(client, id)).toEqual(seen);
    await fill(id, others[0]!, { small: 1 });
    expect(await seenBy(owner.client, id)).toEqual({
      variables: { heart_rate: 10 },
      groups: { large: 5, small: 5 },
    });
  });

  it('hides its variables and their times', async () => {
    const { id, owner, others } = await scene(1);
    await fill(id, others[0]!, { large: 5 });
    await fill(
      id,
      others[0]!,
      { small: 4 },
      { recorded_at: '2020-01-01T00:00:00Z', attributes: { rare: 'x' } },
    );
    const variables = await variablesOf(owner.client, id);
    expect(variables).toMatchObject([{ name: 'heart_rate', first_recorded_at: '2026-01-01T00:00:00Z' }]);
    expect(variables).toHaveLength(1);
  });

  it('is one with few observations of the variable, however many it has of others', async () => {
    const { id, owner, others } = await scene(1);
    await fill(id, others[0]!, { ward: 20 });
    await fill(id, others[0]!, { ward: 4 }, { attributes: { rare: 'x' } });
    expect(await seenBy(owner.client, id)).toEqual({ variables: { heart_rate: 24 }, groups: { ward: 24 } });
  });

  it('is counted over its members: three of one and two of another are enough', async () => {
    const { id, owner, others } = await scene(2);
    await fill(id, others[0]!, { ward: 3 });
    await fill(id, others[1]!, { ward: 2 });
    expect((await seenBy(owner.client, id)).groups).toEqual({ ward: 5 });
    expect(await groupsOf(owner.client, id, 'FEDERATION_MEMBER')).toEqual([]);
    // The owner of two of the five would see the three of the other.
    expect(await seenBy(others[1]!.client, id)).toEqual(NOTHING);
  });

  it('is a member with four, and no member with five', async () => {
    const { id, owner, others } = await scene(2);
    await fill(id, others[0]!, { a: 2, b: 2 });
    await fill(id, others[1]!, { a: 2, b: 3 });
    for (const { client } of [owner, ...others])
      expect(await groupsOf(client, id, 'FEDERATION_MEMBER')).toEqual([
        { id: others[1]!.id, observationCount: 5 },
      ]);
  });
});

describe("a caller's own observations do not open a small group", () => {
  it.each([
    { others: 4, own: 10, shown: false },
    { others: 4, own: 1, shown: false },
    { others: 1, own: 1_000, shown: false },
    { others: 5, own: 1, shown: true },
    { others: 5, own: 10, shown: true },
    { others: 0, own: 5, shown: true },
    { others: 0, own: 4, shown: false },
  ])('$others of others and $own of its own: shown is $shown', async ({ others: count, own, shown }) => {
    const { id, owner, others } = await scene(2);
    if (count > 0) await fill(id, others[0]!, { ward: count });
    await fill(id, owner, { ward: own });
    expect(await seenBy(owner.client, id)).toEqual(
      shown ? { variables: { heart_rate: count + own }, groups: { ward: count + own } } : NOTHING,
    );
    const total = count + own;
    const toThird = total >= 5 ? { variables: { heart_rate: total }, groups: { ward: total } } : NOTHING;
    expect(await seenBy(others[1]!.client, id)).toEqual(toThird);
    expect(await seenBy(gateway.operator, id)).toEqual(toThird);
  });
});

it('every caller sees the other federations of a member as if they were not there', async () => {
  const { id, owner } = await scene(0);
  const other = await gateway.aFederation({ owner });
  await fill(id, owner, { ward: 5 });
  await fill(other.id, owner, { ward: 4 });
  expect(await seenBy(owner.client, id)).toEqual({ variables: { heart_rate: 5 }, groups: { ward: 5 } });
  expect(await seenBy(owner.client, other.id)).toEqual(NOTHING);
});

it('reading them needs the scope for it', async () => {
  const { id, owner } = await scene(0);
  const withScopes = async (...scopes: string[]) =>
    (await gateway.anOrganization(owner.id, { scopes })).client;
  const path = `/federations/${id}/analytics/variables`;
  await (await withScopes('federations:read', 'analytics:read')).get(path).expect(200);
  await (await withScopes('federations:read', 'analytics:run')).get(path).expect(200);
  await (await withScopes('federations:write', 'privacy:write')).get(path).expect(403);
});
