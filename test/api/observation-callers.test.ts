import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, unique, type TestApp } from '../support/app.js';
import type { Client } from '../support/client.js';
import { anObservation, keptOf, observations, record, send } from '../support/observations.js';
import { everyRow } from '../support/rows.js';

let gateway: TestApp;

beforeAll(async () => {
  gateway = await startTestApp();
});
afterAll(() => gateway.close());

const BODY_LIMIT = 8 * 1024 * 1024;
const kept = (id: string, orgId: string) => keptOf(gateway.app.core.db, id, orgId);

describe.each(['REST', 'GraphQL'] as const)('over %s', (api) => {
  const statusOf = async (client: Client, id: string, orgId?: string) =>
    (await record[api](client, id, { observations: observations(1) }, orgId)).status;
  const refuses = async (status: number, client: Client, id: string, orgId?: string) => {
    const before = await everyRow(gateway.app.core.db);
    expect(await statusOf(client, id, orgId)).toBe(status);
    expect(await everyRow(gateway.app.core.db)).toEqual(before);
  };

  it('a member sends for its own organization, which it may name', async () => {
    const { id, active } = await gateway.aFederation({ active: 1 });
    const [member] = active;
    for (const orgId of [undefined, 'default', '', member!.id])
      expect(await statusOf(member!.client, id, orgId)).toBe(200);
    expect(await kept(id, member!.id)).toMatchObject({ record: 4, summarized: 4 });
  });

  it('not for another organization, not even the owner', async () => {
    const { id, owner, active } = await gateway.aFederation({ active: 1 });
    await refuses(403, owner.client, id, active[0]!.id);
    await refuses(403, active[0]!.client, id, owner.id);
    await refuses(403, owner.client, 'fed_000000000000', active[0]!.id);
  });

  it('an operator names the member that it sends for', async () => {
    const { id, owner, invited } = await gateway.aFederation({ invited: 1 });
    expect(await statusOf(gateway.operator, id, owner.id)).toBe(200);
    expect(await kept(id, owner.id)).toMatchObject({ record: 1 });
    for (const orgId of [undefined, 'default', '']) await refuses(400, gateway.operator, id, orgId);
    await refuses(403, gateway.operator, id, invited[0]!.id);
  });

  it('an invited organization may not, and neither may one that is no longer active', async () => {
    const { id, active, invited } = await gateway.aFederation({ active: 1, invited: 1 });
    await refuses(403, invited[0]!.client, id);
    await active[0]!.client.post(`/federations/${id}/leave`, { org_id: 'default' }).expect(200);
    await refuses(404, active[0]!.client, id);
  });

  it('to an outsider the federation is as unknown as one that does not exist', async () => {
    const { id } = await gateway.aFederation();
    const { client } = await gateway.anOrganization();
    for (const federation of [id, 'fed_000000000000', 'nonsense']) await refuses(404, client, federation);
  });

  it('a key that is bound to another federation does not reach this one', async () => {
    const { id, owner } = await gateway.aFederation();
    const other = await gateway.aFederation({ owner });
    const scopes = ['ingest:write'];
    const { client } = await gateway.anOrganization(owner.id, { scopes, federation_id: other.id });
    await refuses(404, client, id);
    expect(await statusOf(client, other.id)).toBe(200);
  });

  it('a key that may only ingest is enough, and one that may not ingest is not', async () => {
    const { id, owner } = await gateway.aFederation();
    const withScopes = async (...scopes: string[]) =>
      (await gateway.anOrganization(owner.id, { scopes })).client;
    expect(await statusOf(await withScopes('ingest:write'), id)).toBe(200);
    await refuses(403, await withScopes('federations:admin'), id);
    await refuses(403, await withScopes('federations:write', 'analytics:run', 'privacy:write'), id);
    await refuses(401, gateway.anonymous, id);
  });
});

describe('members that send at once', () => {
  it('use new names together, and every observation counts once', async () => {
    const { id, owner, active } = await gateway.aFederation({ active: 3 });
    const members = [owner, ...active];
    for (const round of [1, 2, 3]) {
      const names = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [unique(`r${round}v${i}`), 1]));
      const batch = { observations: observations(50, { metrics: names }) };
      const answers = await Promise.all(members.map(({ client }) => record.REST(client, id, batch)));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    }
    for (const member of members)
      expect(await kept(id, member.id)).toMatchObject({ record: 150, summarized: 150, chunks: 3 });
    const { body } = await owner.client.get(`/federations/${id}/analytics/variables`).expect(200);
    expect(body).toHaveLength(60);
    expect(new Set(body.map((row: { observation_count: number }) => row.observation_count))).toEqual(
      new Set([200]),
    );
  });

  it('use overlapping new names in any order, and none of them fails', async () => {
    const { id, owner, active } = await gateway.aFederation({ active: 5 });
    const members = [owner, ...active];
    for (const round of [1, 2, 3, 4]) {
      const answers = await Promise.all(
        members.map(({ client }, i) => {
          const names = Array.from({ length: 10 }, (_, n) => `r${round}v${(i * 3 + n * 7) % 23}`);
          const sent = names.map((name) => anObservation({ metrics: { [name]: 1 } }));
          return record.REST(client, id, { observations: i % 2 === 0 ? sent : sent.reverse() });
        }),
      );
      expect(answers.map(({ status }) => status)).toEqual(members.map(() => 200));
    }
    for (const member of members)
      expect(await kept(id, member.id)).toMatchObject({ record: 40, summarized: 40, chunks: 4 });
  });

  it('agree on the kind of a new name: one of two is refused', async () => {
    const { id, owner, active } = await gateway.aFederation({ active: 1 });
    for (const name of ['a', 'b', 'c']) {
      const answers = await Promise.all([
        record.REST(owner.client, id, { observations: [anObservation({ metrics: { [name]: 1 } })] }),
        record.REST(active[0]!.client, id, {
          observations: [anObservation({ metrics: null, attributes: { [name]: 'x' } })],
        }),
      ]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
    }
  });

  it('one member with the same batch many times stores it once', async () => {
    const { id, owner } = await gateway.aFederation();
    const batch = { batch_id: 'once', observations: observations(20) };
    const answers = await Promise.all(Array.from({ length: 6 }, () => record.REST(owner.client, id, batch)));
    expect(answers.map(({ stored }) => stored.duplicate).sort()).toEqual([
      false,
      true,
      true,
      true,
      true,
      true,
    ]);
    expect(await kept(id, owner.id)).toMatchObject({ record: 20, summarized: 20, chunks: 1 });
  });

  it('one member with different batches for the same groups loses none', async () => {
    const { id, owner } = await gateway.aFederation();
    await Promise.all(Array.from({ length: 8 }, () => send(owner.client, id, observations(25))));
    expect(await kept(id, owner.id)).toMatchObject({ record: 200, summarized: 200, chunks: 8 });
  });
});

describe('the size of a body', () => {
  function bodyOf(bytes: number): string {
    const [head, tail] = [`{"note":"`, `","observations":[${JSON.stringify(anObservation())}]}`];
    return head + 'x'.repeat(bytes - head.length - tail.length) + tail;
  }

  it('may be 8 MB, and not a byte more', async () => {
    const { id, owner } = await gateway.aFederation();
    const path = `/api/v1/federations/${id}/observations`;
    await owner.client.raw('POST', path, bodyOf(BODY_LIMIT)).expect(200);
    const { body } = await owner.client.raw('POST', path, bodyOf(BODY_LIMIT + 1)).expect(413);
    expect(body).toMatchObject({ error: 'payload_too_large', code: 'invalid_input', status_code: 413 });
    expect(await kept(id, owner.id)).toMatchObject({ record: 1 });
  });

  it('stays small on every other route', async () => {
    const { id, owner } = await gateway.aFederation();
    const path = `/api/v1/federations/${id}/models`;
    await owner.client.raw('POST', path, bodyOf(BODY_LIMIT / 2)).expect(413);
  });
});
