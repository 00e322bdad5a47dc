import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import type { Client, Json } from '../support/client.js';
import { APIS, done, ledgerApis, ROUND, type Fields } from '../support/ledger.js';
import { restForm, SELECTIONS } from '../support/rest-form.js';
import { everyRow } from '../support/rows.js';

let gateway: TestApp;

beforeAll(async () => {
  gateway = await startTestApp();
});
afterAll(() => gateway.close());

const { cancel, complete, record, reserve } = ledgerApis.REST;
const NAMES = ['rounds_contributed', 'total_samples', 'avg_accuracy', 'avg_loss', 'last_contribution_at'];
const NOTHING = {
  rounds_contributed: 0,
  total_samples: 0,
  avg_accuracy: null,
  avg_loss: null,
  last_contribution_at: null,
};

/** What members gave, by organization, as both APIs tell it. */
async function totalsOf(client: Client, id: string, status?: string): Promise<Record<string, Json>> {
  const query = status === undefined ? '' : `?status=${status}`;
  const { body } = await client.get(`/federations/${id}/members${query}`).expect(200);
  const { federation } = await client.query(
    `query($id: ID!, $status: [MemberStatus!]) { federation(id: $id) {
      members(first: 50, status: $status) { nodes { ${SELECTIONS.member} } }
    } }`,
    status === undefined ? { id } : { id, status: [status.toUpperCase()] },
  );
  expect(federation.members.nodes.map(restForm)).toEqual(body);
  return Object.fromEntries(
    body.map((row: Json) => [row.org_id, Object.fromEntries(NAMES.map((name) => [name, row[name]]))]),
  );
}

describe.each(APIS)('contributions over %s', (api) => {
  const steps = ledgerApis[api];
  const ends = [
    {
      name: 'recording',
      take: (client: Client, id: string, contributions: readonly Fields[]) =>
        steps.record(client, id, { ...ROUND, contributions }),
    },
    {
      name: 'completing',
      take: async (client: Client, id: string, contributions: readonly Fields[]) => {
        const { id: roundId } = await done(steps.reserve(client, id));
        return steps.complete(client, id, roundId, { contributions });
      },
    },
  ];

  it.each(ends)('are shown in the order of the organizations by $name', async ({ take }) => {
    const { id, owner, active } = await gateway.aFederation({ active: 2 });
    const given = [...active, owner].map(({ id: org_id }, i) => ({
      org_id,
      samples: i,
      accuracy: 0,
      loss: -1,
    }));
    const round = await done(take(owner.client, id, given));
    expect(round.contributions).toEqual(given.sort((a, b) => (a.org_id < b.org_id ? -1 : 1)));
  });

  it.each(ends)('of whoever is no active member are refused by $name', async ({ take }) => {
    const federation = await gateway.aFederation({ active: 2, invited: 2 });
    const { id, owner, active, invited } = federation;
    const stranger = await gateway.anOrganization();
    await active[0]!.client.post(`/federations/${id}/leave`, { org_id: 'default' }).expect(200);
    await owner.client.delete(`/federations/${id}/members/${active[1]!.id}`).expect(200);
    await invited[0]!.client.post(`/federations/${id}/decline`, { org_id: 'default' }).expect(200);
    for (const { id: org_id } of [stranger, ...active, ...invited]) {
      const given = [
        { org_id: owner.id, samples: 1 },
        { org_id, samples: 1 },
      ];
      const refused = await take(owner.client, id, given);
      expect(refused).toMatchObject({ status: 400, field: 'contributions' });
      expect(refused.body.message).toContain(org_id);
    }
    expect((await totalsOf(owner.client, id))[owner.id]).toEqual(NOTHING);
  });

  it('take "default" for the own organization', async () => {
    const { id, owner } = await gateway.aFederation();
    const contributions = [{ org_id: 'default', samples: 3 }];
    expect(await done(steps.record(owner.client, id, { contributions }))).toMatchObject({
      contributions: [{ org_id: owner.id, samples: 3, accuracy: null, loss: null }],
    });
  });

  it('are refused "default" from an operator, who has no organization', async () => {
    const { id } = await gateway.aFederation();
    const contributions = [{ org_id: 'default', samples: 3 }];
    const refused = await steps.record(gateway.operator, id, { contributions });
    expect(refused).toMatchObject({ status: 400, field: 'contributions[0].org_id' });
  });

  it('name an organization once, also where it is once named "default"', async () => {
    const { id, owner } = await gateway.aFederation();
    const before = await everyRow(gateway.app.core.db);
    for (const first of [owner.id, 'default']) {
      const contributions = [first, owner.id].map((org_id) => ({ org_id, samples: 1 }));
      expect(await steps.record(owner.client, id, { contributions })).toMatchObject({
        status: 400,
        field: 'contributions[1].org_id',
      });
    }
    expect(await everyRow(gateway.app.core.db)).toEqual(before);
  });

  it('keep every digit of what was reported', async () => {
    const { id, owner } = await gateway.aFederation();
    const given = [
      { samples: 0, accuracy: 0.1 + 0.2, loss: 5e-324 },
      { samples: 2 ** 53 - 1, accuracy: -1.5, loss: 1e150 },
    ];
    for (const one of given) {
      const round = await done(
        steps.record(owner.client, id, { contributions: [{ org_id: owner.id, ...one }] }),
      );
      expect(round.contributions).toEqual([{ org_id: owner.id, ...one }]);
    }
  });
});

describe('what members gave', () => {
  const at = (hour: number) => `2026-11-20T0${hour}:00:00Z`;

  it('is counted, summed, and averaged over the reported values alone', async () => {
    const { id, owner, active } = await gateway.aFederation({ active: 2 });
    const [one, two] = active.map((member) => member.id);
    const rounds: readonly Fields[] = [
      {
        completed_at: at(5),
        contributions: [
          { org_id: one, samples: 10, accuracy: 0.5, loss: 2 },
          { org_id: owner.id, samples: 1 },
        ],
      },
      { ...ROUND, completed_at: at(7), contributions: [{ org_id: one, samples: 30, accuracy: 1 }] },
      { completed_at: at(6), contributions: [{ org_id: one, samples: 2, loss: 4 }] },
    ];
    for (const round of rounds) await done(record(owner.client, id, round));
    const totals = await totalsOf(owner.client, id);
    expect(totals[one!]).toEqual({
      rounds_contributed: 3,
      total_samples: 42,
      avg_accuracy: 0.75,
      avg_loss: 3,
      last_contribution_at: at(7),
    });
    expect(totals[two!]).toEqual(NOTHING);
    expect(totals[owner.id]).toEqual({
      ...NOTHING,
      rounds_contributed: 1,
      total_samples: 1,
      last_contribution_at: at(5),
    });
    expect(await totalsOf(active[1]!.client, id)).toEqual(totals);
  });

  it('counts a reservation once it is completed, and a cancelled one never', async () => {
    const { id, owner } = await gateway.aFederation();
    const [first, second] = [await done(reserve(owner.client, id)), await done(reserve(owner.client, id))];
    await done(cancel(owner.client, id, second.id));
    expect(await totalsOf(owner.client, id)).toEqual({ [owner.id]: NOTHING });
    const contributions = [{ org_id: owner.id, samples: 8 }];
    await done(complete(owner.client, id, first.id, { contributions, completed_at: at(3) }));
    expect(await totalsOf(owner.client, id)).toEqual({
      [owner.id]: { ...NOTHING, rounds_contributed: 1, total_samples: 8, last_contribution_at: at(3) },
    });
  });

  it('stays in its own federation', async () => {
    const { id, owner } = await gateway.aFederation();
    const other = await gateway.aFederation({ owner });
    await done(record(owner.client, id, { contributions: [{ org_id: owner.id, samples: 8 }] }));
    expect(await totalsOf(owner.client, other.id)).toEqual({ [owner.id]: NOTHING });
  });

  it('is zero and null to an invited organization', async () => {
    const { id, owner, invited } = await gateway.aFederation({ invited: 1 });
    await done(record(owner.client, id, { contributions: [{ org_id: owner.id, samples: 8 }] }));
    const totals = await totalsOf(invited[0]!.client, id);
    expect(totals).toEqual({ [owner.id]: NOTHING, [invited[0]!.id]: NOTHING });
  });

  it('stays with a member that left, and is there when it comes back', async () => {
    const { id, owner, active } = await gateway.aFederation({ active: 1 });
    const { client, id: orgId } = active[0]!;
    await done(record(owner.client, id, { contributions: [{ org_id: orgId, samples: 8 }] }));
    const { [orgId]: before } = await totalsOf(owner.client, id);
    await client.post(`/federations/${id}/leave`, { org_id: 'default' }).expect(200);
    expect((await totalsOf(owner.client, id, 'left'))[orgId]).toEqual(before);
    await owner.client.post(`/federations/${id}/invite`, { org_ids: [orgId] }).expect(200);
    await client.post(`/federations/${id}/join`, { org_id: 'default' }).expect(200);
    expect((await totalsOf(client, id))[orgId]).toEqual(before);
  });

  it('is told where one member is asked for, and by the steps of a membership', async () => {
    const { id, owner, active } = await gateway.aFederation({ active: 1 });
    const { client, id: orgId } = active[0]!;
    await done(record(owner.client, id, { contributions: [{ org_id: orgId, samples: 8 }] }));
    const { federation } = await client.query(
      `query($id: ID!, $org: ID!) { federation(id: $id) { member(orgId: $org) { contribution { totalSamples } } } }`,
      { id, org: orgId },
    );
    expect(federation.member.contribution.totalSamples).toBe(8);
    const again = await client.post(`/federations/${id}/join`, { org_id: 'default' }).expect(200);
    expect(again.body).toMatchObject({ rounds_contributed: 1, total_samples: 8 });
  });

  it('is an integer also where it is very large', async () => {
    const { id, owner } = await gateway.aFederation();
    for (let i = 0; i < 2; i++)
      await done(record(owner.client, id, { contributions: [{ org_id: owner.id, samples: 2 ** 53 - 1 }] }));
    const { [owner.id]: totals } = await totalsOf(owner.client, id);
    expect(totals).toMatchObject({ rounds_contributed: 2, total_samples: 2 ** 54 - 2 });
  });
});
