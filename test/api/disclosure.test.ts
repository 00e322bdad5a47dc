import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import type { Client, Json } from '../support/client.js';
import { auditOf, groupsOf, variablesOf } from '../support/discovery.js';
import { observations, refusalOf, send } from '../support/observations.js';
import { everyRow } from '../support/rows.js';

let gateway: TestApp;

beforeAll(async () => {
  gateway = await startTestApp();
});
afterAll(() => gateway.close());

const SET = `mutation($input: SetDisclosurePolicyInput!) {
  setDisclosurePolicy(input: $input) {
    disclosure { minGroupSize allowExtremes }
    federation { id analytics { disclosure { minGroupSize allowExtremes } } }
  }
}`;

const READ =
  'query($id: ID!) { federation(id: $id) { analytics { disclosure { minGroupSize allowExtremes } } } }';

interface Policy {
  readonly minGroupSize: Json;
  readonly allowExtremes?: Json;
}

async function set(client: Client, federationId: string, policy: Policy): Promise<Json> {
  const { setDisclosurePolicy } = await client.query(SET, { input: { federationId, ...policy } });
  const { disclosure, federation } = setDisclosurePolicy;
  expect(federation).toEqual({ id: federationId, analytics: { disclosure } });
  return disclosure;
}

async function policyOf(client: Client, id: string): Promise<Json> {
  return (await client.query(READ, { id })).federation.analytics.disclosure;
}

async function refuses(status: number, client: Client, federationId: string, policy: Policy): Promise<Json> {
  const before = await everyRow(gateway.app.core.db);
  const answer = await client.graphql(SET, { input: { federationId, ...policy } });
  const refusal = refusalOf(answer);
  expect(refusal.status).toBe(status);
  expect(await everyRow(gateway.app.core.db)).toEqual(before);
  return refusal.field;
}

/** A federation with a group of each size, sent by a member that is not its owner. */
async function withGroups(...sizes: readonly number[]) {
  const federation = await gateway.aFederation({ active: 2 });
  for (const size of sizes)
    await send(
      federation.active[0]!.client,
      federation.id,
      observations(size, { device_group: `of-${size}` }),
    );
  return federation;
}

async function shownTo(client: Client, id: string): Promise<{ groups: string[]; count: number }> {
  const groups = await groupsOf(client, id);
  const [variable] = await variablesOf(client, id);
  return { groups: groups.map((group) => group.id), count: variable?.observation_count ?? 0 };
}

it("starts as the operator's minimum, without extremes", async () => {
  const { id, owner } = await gateway.aFederation();
  expect(await policyOf(owner.client, id)).toEqual({ minGroupSize: 5, allowExtremes: false });
});

it('is set by the owner and by an operator, and read by every member', async () => {
  const { id, owner, active } = await gateway.aFederation({ active: 1 });
  const strict = { minGroupSize: 20, allowExtremes: true };
  expect(await set(owner.client, id, strict)).toEqual(strict);
  expect(await policyOf(active[0]!.client, id)).toEqual(strict);
  expect(await set(gateway.operator, id, { minGroupSize: 7 })).toEqual({
    minGroupSize: 7,
    allowExtremes: false,
  });
  expect(await policyOf(owner.client, id)).toEqual({ minGroupSize: 7, allowExtremes: false });
});

it('of one federation is not that of another of the same owner', async () => {
  const { id, owner } = await gateway.aFederation();
  const other = await gateway.aFederation({ owner });
  await set(owner.client, id, { minGroupSize: 9 });
  expect(await policyOf(owner.client, other.id)).toMatchObject({ minGroupSize: 5 });
  const { federations } = await owner.client.query(
    '{ federations { nodes { id analytics { disclosure { minGroupSize } } } } }',
  );
  const sizes = federations.nodes.map((node: Json) => [node.id, node.analytics.disclosure.minGroupSize]);
  expect(Object.fromEntries(sizes)).toEqual({ [id]: 9, [other.id]: 5 });
});

describe('is refused', () => {
  it('to whoever is not the owner', async () => {
    const { id, active, invited } = await gateway.aFederation({ active: 1, invited: 1 });
    await refuses(403, active[0]!.client, id, { minGroupSize: 7 });
    await refuses(403, invited[0]!.client, id, { minGroupSize: 7 });
    await refuses(404, (await gateway.anOrganization()).client, id, { minGroupSize: 7 });
    await refuses(401, gateway.anonymous, id, { minGroupSize: 7 });
  });

  it("to a key of the owner without the federation's administration", async () => {
    const { id, owner } = await gateway.aFederation();
    const scopes = ['federations:write', 'privacy:write', 'analytics:run', 'ingest:write'];
    const { client } = await gateway.anOrganization(owner.id, { scopes });
    await refuses(403, client, id, { minGroupSize: 7 });
  });

  it.each([4, 1, 0, -5])(
    "below the operator's minimum, as %d, to an operator as well",
    async (minGroupSize) => {
      const { id, owner } = await gateway.aFederation();
      for (const client of [owner.client, gateway.operator])
        expect(await refuses(400, client, id, { minGroupSize })).toBe('min_group_size');
    },
  );

  it.each([2 ** 31, 5.5, '7', null])('as %p, which is no such number', async (minGroupSize) => {
    const { id, owner } = await gateway.aFederation();
    await refuses(400, owner.client, id, { minGroupSize });
  });
});

it('holds for what is shown from then on, also for observations that came before, and back', async () => {
  const { id, owner, active } = await withGroups(4, 5, 9, 10);
  const clients = [owner.client, active[1]!.client, gateway.operator];
  const expectShown = async (groups: readonly string[], count: number) => {
    for (const client of clients) expect(await shownTo(client, id)).toEqual({ groups, count });
  };
  await expectShown(['of-10', 'of-5', 'of-9'], 24);
  await set(owner.client, id, { minGroupSize: 10 });
  await expectShown(['of-10'], 10);
  await set(owner.client, id, { minGroupSize: 11 });
  await expectShown([], 0);
  await set(owner.client, id, { minGroupSize: 5 });
  await expectShown(['of-10', 'of-5', 'of-9'], 24);
});

it("holds for the padding by a caller's own observations too", async () => {
  const { id, owner } = await withGroups(9);
  await send(owner.client, id, observations(10, { device_group: 'of-9' }));
  expect(await shownTo(owner.client, id)).toEqual({ groups: ['of-9'], count: 19 });
  await set(owner.client, id, { minGroupSize: 10 });
  expect(await shownTo(owner.client, id)).toEqual({ groups: [], count: 0 });
});

it('leaves an entry of the audit with the old and the new policy', async () => {
  const { id, owner } = await gateway.aFederation();
  await set(owner.client, id, { minGroupSize: 9, allowExtremes: true });
  await set(owner.client, id, { minGroupSize: 5 });
  const first = { min_group_size: 9, allow_extremes: true };
  expect(await auditOf(gateway.app.core.db, id, 'analytics.disclosure')).toEqual([
    { old: null, new: first },
    { old: first, new: { min_group_size: 5, allow_extremes: false } },
  ]);
});

describe("another operator's minimum, over the same data", () => {
  async function withMinimum<Result>(
    size: number,
    act: (other: TestApp) => Promise<Result>,
  ): Promise<Result> {
    const database = gateway.database.config;
    const other = await startTestApp({ database, disclosureMinGroupSize: size });
    try {
      return await act(other);
    } finally {
      await other.close();
    }
  }

  it('of 1 withholds nothing', async () => {
    const { id, owner } = await withGroups(1, 4, 5);
    await send(owner.client, id, observations(3, { device_group: 'of-1' }));
    await withMinimum(1, async (other) => {
      const client = other.client(owner.key);
      expect(await policyOf(client, id)).toEqual({ minGroupSize: 1, allowExtremes: false });
      expect(await shownTo(client, id)).toEqual({ groups: ['of-1', 'of-4', 'of-5'], count: 13 });
      expect(await set(client, id, { minGroupSize: 1 })).toMatchObject({ minGroupSize: 1 });
    });
  });

  it('that is raised holds for what was set before, and a stricter policy stays', async () => {
    const [loose, strict] = [await withGroups(7, 12), await withGroups(7, 12, 30)];
    await set(loose.owner.client, loose.id, { minGroupSize: 6, allowExtremes: true });
    await set(strict.owner.client, strict.id, { minGroupSize: 20 });
    await withMinimum(10, async (other) => {
      const [a, b] = [other.client(loose.owner.key), other.client(strict.owner.key)];
      expect(await policyOf(a, loose.id)).toEqual({ minGroupSize: 10, allowExtremes: true });
      expect(await shownTo(a, loose.id)).toEqual({ groups: ['of-12'], count: 12 });
      expect(await policyOf(b, strict.id)).toMatchObject({ minGroupSize: 20 });
      expect(await shownTo(b, strict.id)).toEqual({ groups: ['of-30'], count: 30 });
      const input = { federationId: loose.id, minGroupSize: 9 };
      expect(await a.codeOf(SET, { input })).toBe('BAD_USER_INPUT');
    });
    expect(await policyOf(loose.owner.client, loose.id)).toEqual({ minGroupSize: 6, allowExtremes: true });
  });
});
