import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type Member, type TestApp } from '../support/app.js';
import type { Client } from '../support/client.js';
import { isMysql } from '../support/database.js';
import { auditOf, groupsOf, variablesOf } from '../support/discovery.js';
import {
  anObservation,
  keptOf,
  observations,
  record,
  refusalOf,
  send,
  type Recorded,
} from '../support/observations.js';
import { wasDeadlocked, holdMember, waiting } from '../support/hold.js';
import { everyRow } from '../support/rows.js';

let gateway: TestApp;

beforeAll(async () => {
  gateway = await startTestApp();
});
afterAll(() => gateway.close());

const kept = (id: string, orgId: string) => keptOf(gateway.app.core.db, id, orgId);
const PURGED = { record: 0, summarized: 0, series: 0, cells: 0 };

interface Purged extends Recorded {
  readonly purged: number | undefined;
}

const PURGE = `mutation($input: PurgeObservationsInput!) {
  done: purgeObservations(input: $input) { purged federation { id } }
}`;

const purge = {
  REST: async (client: Client, id: string, orgId: string): Promise<Purged> => {
    const path = `/federations/${id}/members/${encodeURIComponent(orgId)}/observations`;
    const { status, body } = await client.delete(path);
    if (status === 200) expect(body).toEqual({ purged: body.purged });
    return { status, purged: body.purged };
  },
  GraphQL: async (client: Client, federationId: string, orgId: string): Promise<Purged> => {
    const answer = await client.graphql(PURGE, { input: { federationId, orgId } });
    if (answer.errors !== undefined) return { status: refusalOf(answer).status, purged: undefined };
    expect(answer.data.done.federation).toEqual({ id: federationId });
    return { status: 200, purged: answer.data.done.purged };
  },
} as const;

interface Scene {
  readonly id: string;
  readonly owner: Member;
  readonly member: Member;
  readonly other: Member;
}

const RICH = { device_platform: 'ios', attributes: { rhythm: 'sinus', mode: 'rest' } };

/** The owner has 5 observations, a member 12 over two groups and two months, another member 6. */
async function aScene(): Promise<Scene> {
  const { id, owner, active } = await gateway.aFederation({ active: 2 });
  const [member, other] = [active[0]!, active[1]!];
  await send(owner.client, id, observations(5));
  await send(member.client, id, observations(5, { ...RICH, device_group: 'icu' }));
  await send(member.client, id, observations(7, { recorded_at: '2026-02-03T00:00:00Z' }));
  await send(other.client, id, observations(6));
  return { id, owner, member, other };
}

describe.each(['REST', 'GraphQL'] as const)('over %s', (api) => {
  async function refuses(status: number, client: Client, id: string, orgId: string): Promise<void> {
    const before = await everyRow(gateway.app.core.db);
    expect(await purge[api](client, id, orgId)).toEqual({ status, purged: undefined });
    expect(await everyRow(gateway.app.core.db)).toEqual(before);
  }

  it('the owner removes the observations of a member, and their summaries, and no others', async () => {
    const { id, owner, member, other } = await aScene();
    const before = { owner: await kept(id, owner.id), other: await kept(id, other.id) };
    expect(await kept(id, member.id)).toMatchObject({ record: 12, summarized: 12, chunks: 2 });
    expect(await purge[api](owner.client, id, member.id)).toEqual({ status: 200, purged: 12 });
    expect(await kept(id, member.id)).toEqual({ ...PURGED, chunks: 2 });
    expect({ owner: await kept(id, owner.id), other: await kept(id, other.id) }).toEqual(before);
  });

  it('variables and groups follow', async () => {
    const { id, owner, member, other } = await aScene();
    await purge[api](owner.client, id, member.id);
    const third = gateway.operator;
    expect(await variablesOf(third, id)).toEqual([
      {
        name: 'heart_rate',
        kind: 'numeric',
        observation_count: 11,
        first_recorded_at: '2026-01-01T00:00:00Z',
        last_recorded_at: '2026-01-01T00:00:00Z',
      },
    ]);
    expect(await groupsOf(third, id)).toEqual([{ id: 'ward', observationCount: 11 }]);
    const byMember = await groupsOf(third, id, 'FEDERATION_MEMBER');
    expect(byMember.map((group) => group.id)).toEqual([owner.id, other.id].sort());
  });

  it('again there is nothing left, and nothing is written', async () => {
    const { id, owner, member } = await aScene();
    await purge[api](owner.client, id, member.id);
    const before = await everyRow(gateway.app.core.db);
    expect(await purge[api](owner.client, id, member.id)).toEqual({ status: 200, purged: 0 });
    expect(await everyRow(gateway.app.core.db)).toEqual(before);
  });

  it.each(['by its id', 'by default'])(
    'a member removes its own while it is active, named %s',
    async (how) => {
      const { id, member } = await aScene();
      const orgId = how === 'by default' ? 'default' : member.id;
      expect(await purge[api](member.client, id, orgId)).toEqual({ status: 200, purged: 12 });
      expect(await kept(id, member.id)).toMatchObject(PURGED);
    },
  );

  it('the owner removes its own, and an operator those of anybody', async () => {
    const { id, owner, member } = await aScene();
    expect(await purge[api](owner.client, id, owner.id)).toEqual({ status: 200, purged: 5 });
    expect(await purge[api](gateway.operator, id, member.id)).toEqual({ status: 200, purged: 12 });
  });

  it('not a member those of another, nor those of the owner', async () => {
    const { id, owner, member, other } = await aScene();
    await refuses(403, other.client, id, member.id);
    await refuses(403, other.client, id, owner.id);
  });

  it('those of a member that left or was removed stay until the owner removes them', async () => {
    const { id, owner, member, other } = await aScene();
    await member.client.post(`/federations/${id}/leave`, { org_id: 'default' }).expect(200);
    await owner.client.delete(`/federations/${id}/members/${other.id}`).expect(200);
    expect(await kept(id, member.id)).toMatchObject({ record: 12, summarized: 12 });
    await refuses(404, member.client, id, member.id);
    await refuses(404, other.client, id, other.id);
    expect(await purge[api](owner.client, id, member.id)).toEqual({ status: 200, purged: 12 });
    expect(await purge[api](owner.client, id, other.id)).toEqual({ status: 200, purged: 6 });
  });

  it('nobody whom it does not concern', async () => {
    const { id, owner, member } = await aScene();
    const outsider = await gateway.anOrganization();
    await refuses(404, outsider.client, id, member.id);
    await refuses(404, outsider.client, id, outsider.id);
    await refuses(401, gateway.anonymous, id, member.id);
    const scopes = ['federations:write', 'analytics:run', 'privacy:write', 'ingest:write'];
    await refuses(403, (await gateway.anOrganization(owner.id, { scopes })).client, id, member.id);
    const elsewhere = await gateway.aFederation({ owner });
    const bound = { scopes: ['federations:admin'], federation_id: elsewhere.id };
    await refuses(404, (await gateway.anOrganization(owner.id, bound)).client, id, member.id);
  });

  it('an invited organization may not, and what is no member has nothing to remove', async () => {
    const { id, owner, invited } = await gateway.aFederation({ invited: 1 });
    await refuses(403, invited[0]!.client, id, invited[0]!.id);
    await refuses(403, invited[0]!.client, id, owner.id);
    for (const nobody of ['nobody', 'no body', 'x'.repeat(65)]) await refuses(404, owner.client, id, nobody);
    await refuses(404, owner.client, 'fed_000000000000', owner.id);
    expect(await purge[api](owner.client, id, invited[0]!.id)).toEqual({ status: 200, purged: 0 });
  });

  it('leaves one entry of the audit, with whose and how many', async () => {
    const { id, owner, member } = await aScene();
    await purge[api](owner.client, id, member.id);
    await purge[api](owner.client, id, member.id);
    const entries = await auditOf(gateway.app.core.db, id, 'observations.purge');
    expect(entries).toEqual([{ org_id: member.id, purged: 12 }]);
  });
});

it('a late repeat of a batch that was removed stores nothing, and a new batch does', async () => {
  const { id, owner, active } = await gateway.aFederation({ active: 1 });
  const member = active[0]!;
  const batch = { batch_id: 'ward-1', observations: observations(6) };
  await record.REST(member.client, id, batch);
  await purge.REST(owner.client, id, member.id);
  const before = await everyRow(gateway.app.core.db);
  expect(await record.REST(member.client, id, batch)).toEqual({
    status: 200,
    stored: { batch_id: 'ward-1', accepted: 6, duplicate: true },
  });
  const changed = { ...batch, observations: observations(7) };
  expect(await record.REST(member.client, id, changed)).toMatchObject({ status: 409 });
  expect(await everyRow(gateway.app.core.db)).toEqual(before);
  expect(await record.REST(member.client, id, { ...batch, batch_id: 'ward-2' })).toMatchObject({
    stored: { duplicate: false },
  });
  expect(await kept(id, member.id)).toMatchObject({ record: 6, summarized: 6, chunks: 2 });
});

it('the kind of a variable stays', async () => {
  const { id, owner, member } = await aScene();
  await purge.REST(owner.client, id, member.id);
  const sent = observations(1, { metrics: { rhythm: 1 } });
  expect(await record.REST(member.client, id, { observations: sent })).toMatchObject({
    reason: 'wrong_kind',
  });
});

it('what the member sent to another federation stays', async () => {
  const { id, owner, member } = await aScene();
  const elsewhere = await gateway.aFederation({ owner: member });
  await send(member.client, elsewhere.id, observations(3));
  await purge.REST(owner.client, id, member.id);
  expect(await kept(elsewhere.id, member.id)).toMatchObject({ record: 3, summarized: 3 });
});

it('while the member sends, leaves record and summaries equal', async () => {
  const { id, owner, member } = await aScene();
  const sends = Array.from({ length: 6 }, () => send(member.client, id, observations(40)));
  const purges = [1, 2, 3].map(() => purge.REST(owner.client, id, member.id));
  await Promise.all([...sends, ...purges]);
  for (const { status } of await Promise.all(purges)) expect(status).toBe(200);
  const { record: rows, summarized, chunks } = await kept(id, member.id);
  expect(summarized).toBe(rows);
  expect(chunks).toBe(8);
  const removed = (await auditOf(gateway.app.core.db, id, 'observations.purge')).map(({ purged }) =>
    Number(purged),
  );
  expect(removed.reduce((sum, count) => sum + count, rows)).toBe(12 + 6 * 40);
});

it('removes and counts more than one statement takes', async () => {
  const { id, owner, active } = await gateway.aFederation({ active: 1 });
  const member = active[0]!;
  for (let i = 0; i < 3; i++) await send(member.client, id, observations(2_000));
  const groups = Array.from({ length: 250 }, (_, i) => anObservation({ device_group: `group ${i}` }));
  await send(member.client, id, groups);
  expect(await purge.REST(owner.client, id, member.id)).toEqual({ status: 200, purged: 6_250 });
  expect(await kept(id, member.id)).toMatchObject(PURGED);
});

// On SQLite whoever writes waits for whoever writes.
(isMysql() ? describe : describe.skip)('beside other writers', () => {
  it('waits for no lock of what other members sent', async () => {
    const { id, owner, member, other } = await aScene();
    // In tables of a few rows the server reads all of them, whatever the statement.
    const groups = Array.from({ length: 1_000 }, (_, i) => anObservation({ device_group: `group ${i}` }));
    await send(other.client, id, groups);
    await gateway.app.core.db.query('ANALYZE TABLE observations, summary_series, summary_cells');
    await gateway.app.core.db.transaction(async (tx) => {
      await tx.query(
        'SELECT o.id FROM observations o WHERE o.federation_id = ? AND o.org_id = ? FOR UPDATE',
        [id, other.id],
      );
      const series = await tx.query<{ id: string }>(
        'SELECT s.id AS id FROM summary_series s WHERE s.org_id = ?',
        [other.id],
      );
      for (const row of series)
        await tx.query('SELECT c.count FROM summary_cells c WHERE c.series_id = ? FOR UPDATE', [row.id]);
      expect(await purge.REST(owner.client, id, member.id)).toEqual({ status: 200, purged: 12 });
    });
  });

  it('and a batch of new names wait for each other in one order', async () => {
    const { id, owner, member } = await aScene();
    const { db } = gateway.app.core;
    const held = await holdMember(gateway, id, member.id);
    const purged = purge.REST(owner.client, id, member.id);
    await waiting(db, 1);
    const sent = record.REST(member.client, id, {
      observations: [anObservation({ metrics: { never_seen: 1 } })],
    });
    await waiting(db, 2);
    held.release();
    await held.ended;
    expect(await purged).toMatchObject({ status: 200 });
    expect(await sent).toMatchObject({ status: 200 });
    expect(await wasDeadlocked(db)).toBe(false);
  });
});
