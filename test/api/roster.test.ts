import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type Member, type TestApp } from '../support/app.js';
import type { Client, Json } from '../support/client.js';
import { restForm, SELECTIONS } from '../support/rest-form.js';

const DAY_MS = 86_400_000;

let gateway: TestApp;

beforeAll(async () => {
  gateway = await startTestApp();
});
afterAll(() => gateway.close());

interface Roster {
  readonly id: string;
  readonly owner: Member;
  /** The organization in each state; those that are active or invited in the order of their invitation. */
  readonly orgs: Readonly<
    Record<
      'expired' | 'invited1' | 'active1' | 'declined' | 'left' | 'removed' | 'invited2' | 'active2',
      Member
    >
  >;
}

let roster: Roster;

/** One membership in each state, made a second apart; the states that come first in the list are not made first. */
beforeAll(async () => {
  const { id, owner } = await gateway.aFederation();
  const inviteNext = async (): Promise<Member> => {
    gateway.clock.advance(1_000);
    const guest = await gateway.anOrganization();
    await owner.client.post(`/federations/${id}/invite`, { org_ids: [guest.id] }).expect(200);
    return guest;
  };
  const step = (member: Member, path: string) =>
    member.client.post(`/federations/${id}/${path}`, { org_id: 'default' }).expect(200);

  const expired = await inviteNext();
  gateway.clock.advance(30 * DAY_MS);
  const orgs = {
    expired,
    invited1: await inviteNext(),
    active2: await inviteNext(),
    declined: await inviteNext(),
    left: await inviteNext(),
    removed: await inviteNext(),
    invited2: await inviteNext(),
    active1: await inviteNext(),
  };
  await step(orgs.active1, 'join');
  await step(orgs.active2, 'join');
  await step(orgs.declined, 'decline');
  await step(orgs.left, 'join');
  await step(orgs.left, 'leave');
  await owner.client.delete(`/federations/${id}/members/${orgs.removed.id}`).expect(200);
  roster = { id, owner, orgs };
});

async function overRest(client: Client, query: string): Promise<{ rows: Json[]; total: number }> {
  const { body, headers } = await client.get(`/federations/${roster.id}/members${query}`).expect(200);
  return { rows: body, total: Number(headers.get('x-total-count')) };
}

async function overGraphql(client: Client, status?: string[]): Promise<{ rows: Json[]; total: number }> {
  const { federation } = await client.query(
    `query($id: ID!, $status: [MemberStatus!]) {
      federation(id: $id) { members(status: $status) { totalCount nodes { ${SELECTIONS.member} } } }
    }`,
    { id: roster.id, ...(status === undefined ? {} : { status: status.map((word) => word.toUpperCase()) }) },
  );
  return { rows: federation.members.nodes.map(restForm), total: federation.members.totalCount };
}

type Name = 'owner' | keyof Roster['orgs'];

const lists: readonly { status?: string[]; shows: readonly Name[] }[] = [
  { shows: ['owner', 'active2', 'active1', 'invited1', 'invited2'] },
  { status: ['active'], shows: ['owner', 'active2', 'active1'] },
  { status: ['invited'], shows: ['invited1', 'invited2'] },
  { status: ['declined'], shows: ['declined'] },
  { status: ['left'], shows: ['left'] },
  { status: ['removed'], shows: ['removed'] },
  { status: ['expired'], shows: ['expired'] },
  { status: ['invited', 'active'], shows: ['owner', 'active2', 'active1', 'invited1', 'invited2'] },
  { status: ['expired', 'active'], shows: ['owner', 'active2', 'active1', 'expired'] },
  { status: ['invited', 'expired'], shows: ['expired', 'invited1', 'invited2'] },
  { status: ['left', 'left'], shows: ['left'] },
];

describe('the roster', () => {
  it.each(lists)('with status $status lists $shows, over both APIs', async ({ status, shows }) => {
    const { owner, orgs } = roster;
    const list = await overRest(owner.client, status === undefined ? '' : `?status=${status.join(',')}`);
    expect(list.rows.map(({ org_id }) => org_id)).toEqual(
      shows.map((name) => (name === 'owner' ? owner : orgs[name]).id),
    );
    expect(list.total).toBe(shows.length);
    expect(await overGraphql(owner.client, status)).toEqual(list);
  });

  it('shows the state of each membership', async () => {
    const { owner, orgs } = roster;
    for (const [name, { id: orgId }] of Object.entries(orgs)) {
      const status = name.replace(/\d/, '');
      const { federation } = await owner.client.query(
        `query($id: ID!, $orgId: ID!) { federation(id: $id) { member(orgId: $orgId) { ${SELECTIONS.member} } } }`,
        { id: roster.id, orgId },
      );
      expect(restForm(federation.member)).toMatchObject({ org_id: orgId, status });
      const { rows } = await overRest(owner.client, `?status=${status}`);
      expect(rows).toContainEqual(restForm(federation.member));
    }
  });

  it.each(['?status=pending', '?status=ACTIVE', '?status=active,,pending', '?status=active&status=invited'])(
    'refuses %s, naming status',
    async (query) => {
      const { body } = await roster.owner.client.get(`/federations/${roster.id}/members${query}`).expect(400);
      expect(body.details).toEqual({ field: 'status' });
    },
  );

  it('is shown to an invited organization with the statistics zeroed', async () => {
    const { rows } = await overRest(roster.orgs.invited1.client, '');
    const zeroed = {
      rounds_contributed: 0,
      total_samples: 0,
      avg_accuracy: null,
      avg_loss: null,
      last_contribution_at: null,
    };
    expect(rows).toHaveLength(5);
    for (const row of rows) expect(row).toMatchObject(zeroed);
    expect((await overGraphql(roster.orgs.invited1.client)).rows).toEqual(rows);
  });

  it('is the same for a member and an operator', async () => {
    const seen = await overRest(roster.owner.client, '');
    expect(await overRest(roster.orgs.active1.client, '')).toEqual(seen);
    expect(await overRest(gateway.operator, '')).toEqual(seen);
  });
});

describe('an invitation', () => {
  it('can be accepted until it ends, and not at its end', async () => {
    const { id, owner, invited } = await gateway.aFederation({ invited: 2 });
    const [early, late] = [invited[0]!, invited[1]!];
    gateway.clock.advance(30 * DAY_MS - 10_000);
    await early.client.post(`/federations/${id}/join`, { org_id: 'default' }).expect(200);
    await late.client.get(`/federations/${id}`).expect(200);
    gateway.clock.advance(10_000);
    await late.client.post(`/federations/${id}/join`, { org_id: 'default' }).expect(404);
    const { body } = await owner.client.get(`/federations/${id}/members?status=active,expired`).expect(200);
    expect(body.map(({ org_id, status }: Json) => [org_id, status])).toEqual([
      [owner.id, 'active'],
      [early.id, 'active'],
      [late.id, 'expired'],
    ]);
    expect(Date.parse(body[2].expires_at)).toBeLessThanOrEqual(gateway.clock.now());
  });
});

describe('where the operator configures two days', () => {
  let hasty: TestApp;

  beforeAll(async () => {
    hasty = await startTestApp({ invitationDays: 2 });
  });
  afterAll(() => hasty.close());

  it('an invitation ends after two', async () => {
    const { id, owner, invited } = await hasty.aFederation({ invited: 1 });
    const { body } = await owner.client.get(`/federations/${id}/members?status=invited`).expect(200);
    expect(Date.parse(body[0].expires_at) - Date.parse(body[0].invited_at)).toBe(2 * DAY_MS);
    hasty.clock.advance(2 * DAY_MS);
    await invited[0]!.client.get(`/federations/${id}`).expect(404);
  });
});
