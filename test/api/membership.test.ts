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

/** A status: 200 with the row, moved there. `same`: 200 with the row as it was. A number: the refusal. */
type Outcome = 'active' | 'declined' | 'left' | 'removed' | 'same' | 403 | 404 | 409;
type State = 'invited' | 'active' | 'declined' | 'left' | 'removed' | 'expired' | 'owner' | 'never invited';
type Step = 'join' | 'decline' | 'leave' | 'remove';

// prettier-ignore
const TABLE: Readonly<Record<Step, Readonly<Record<State, Outcome>>>> = {
  join:    { invited: 'active',   active: 'same',    declined: 404,    left: 404,    removed: 404,    expired: 404, owner: 'same', 'never invited': 404 },
  decline: { invited: 'declined', active: 409,       declined: 'same', left: 404,    removed: 404,    expired: 404, owner: 409,    'never invited': 404 },
  leave:   { invited: 409,        active: 'left',    declined: 404,    left: 'same', removed: 404,    expired: 404, owner: 409,    'never invited': 404 },
  remove:  { invited: 'removed',  active: 'removed', declined: 409,    left: 409,    removed: 'same', expired: 409, owner: 409,    'never invited': 404 },
};

interface Cell {
  readonly step: Step;
  readonly state: State;
  readonly outcome: Outcome;
  readonly says: string;
}

const cells: readonly Cell[] = Object.entries(TABLE).flatMap(([step, outcomes]) =>
  Object.entries(outcomes).map(([state, outcome]) => ({
    step: step as Step,
    state: state as State,
    outcome,
    says:
      typeof outcome === 'number'
        ? `is ${outcome}`
        : `answers the row, ${outcome.replace('same', 'as it was')}`,
  })),
);

interface Scene {
  readonly id: string;
  readonly owner: Member;
  /** Whose membership is looked at. */
  readonly subject: Member;
}

/** A federation in which the subject's membership has come to a state. */
async function sceneWith(state: State): Promise<Scene> {
  if (state === 'owner') {
    const { id, owner } = await gateway.aFederation();
    return { id, owner, subject: owner };
  }
  if (state === 'never invited') {
    const { id, owner } = await gateway.aFederation();
    return { id, owner, subject: await gateway.anOrganization() };
  }
  const isJoined = state === 'active' || state === 'left';
  const { id, owner, active, invited } = await gateway.aFederation(isJoined ? { active: 1 } : { invited: 1 });
  const scene = { id, owner, subject: [...active, ...invited][0]! };
  if (state === 'declined') await take.REST('decline', scene);
  if (state === 'left') await take.REST('leave', scene);
  if (state === 'removed') await take.REST('remove', scene);
  if (state === 'expired') gateway.clock.advance(30 * DAY_MS);
  return scene;
}

/** The subject's row as the owner sees it; undefined where it has none. */
async function rowOf({ id, owner, subject }: Scene): Promise<Json> {
  const every = 'active,invited,declined,left,removed,expired';
  const { body } = await owner.client.get(`/federations/${id}/members?status=${every}`).expect(200);
  return body.find((member: Json) => member.org_id === subject.id);
}

interface Taken {
  readonly status: number;
  readonly code: string | undefined;
  readonly row: Json;
}

const MUTATIONS = {
  join: 'joinFederation',
  decline: 'declineInvitation',
  leave: 'leaveFederation',
  remove: 'removeMember',
} as const;

/** Whose key takes a step: its owner's to remove, else the subject's own. */
function clientOf(step: Step, { owner, subject }: Scene): Client {
  return step === 'remove' ? owner.client : subject.client;
}

async function overRest(client: Client, step: Step, { id, subject }: Scene): Promise<Taken> {
  const { status, body } =
    step === 'remove'
      ? await client.delete(`/federations/${id}/members/${subject.id}`)
      : await client.post(`/federations/${id}/${step}`, { org_id: subject.id });
  return status === 200
    ? { status, code: undefined, row: body }
    : { status, code: body.code, row: undefined };
}

async function overGraphql(client: Client, step: Step, { id, subject }: Scene): Promise<Taken> {
  const input = step === 'join' ? 'JoinFederationInput' : 'MembershipInput';
  const { status, data, errors } = await client.graphql(
    `mutation($input: ${input}!) { step: ${MUTATIONS[step]}(input: $input) { member { ${SELECTIONS.member} } } }`,
    { input: { federationId: id, orgId: subject.id } },
  );
  return errors === undefined
    ? { status, code: undefined, row: restForm(data.step.member) }
    : { status, code: errors[0].extensions.code, row: undefined };
}

type Way = 'REST' | 'GraphQL' | 'REST with an operator key' | 'GraphQL with an operator key';

const take: Readonly<Record<Way, (step: Step, scene: Scene) => Promise<Taken>>> = {
  REST: (step, scene) => overRest(clientOf(step, scene), step, scene),
  GraphQL: (step, scene) => overGraphql(clientOf(step, scene), step, scene),
  'REST with an operator key': (step, scene) => overRest(gateway.operator, step, scene),
  'GraphQL with an operator key': (step, scene) => overGraphql(gateway.operator, step, scene),
};

const CODES = {
  403: ['forbidden', 'FORBIDDEN'],
  404: ['not_found', 'NOT_FOUND'],
  409: ['conflict', 'CONFLICT'],
};

function refusal(way: Way, status: 403 | 404 | 409): Taken {
  const [rest, graphql] = CODES[status];
  return way.startsWith('REST')
    ? { status, code: rest, row: undefined }
    : { status: 200, code: graphql, row: undefined };
}

/** What a row looks like after a step: times of what happened, none of what did not, a newcomer's statistics. */
const ROWS = {
  active: {
    status: 'active',
    invited_at: expect.any(String),
    joined_at: expect.any(String),
    expires_at: null,
  },
  declined: { status: 'declined', invited_at: expect.any(String), joined_at: null, expires_at: null },
  left: { status: 'left', invited_at: expect.any(String), joined_at: expect.any(String), expires_at: null },
  removed: { status: 'removed', invited_at: expect.any(String), expires_at: null },
} as const;

describe.each(Object.keys(take) as Way[])('over %s', (way) => {
  const sees = way.endsWith('operator key');

  it.each(cells)('$step when $state: $says', async ({ step, state, outcome }) => {
    const scene = await sceneWith(state);
    const before = await rowOf(scene);
    gateway.clock.advance(60_000);
    const taken = await take[way](step, scene);
    const after = await rowOf(scene);
    if (typeof outcome === 'number') {
      // An operator sees the federation: what it lacks is the invitation of the organization.
      expect(taken).toEqual(refusal(way, sees && step === 'join' ? 403 : outcome));
      expect(after).toEqual(before);
      return;
    }
    expect(taken).toEqual({ status: 200, code: undefined, row: after });
    if (outcome === 'same') expect(after).toEqual(before);
    else {
      expect(after).toEqual({
        ...before,
        ...ROWS[outcome],
        joined_at: after.joined_at,
        updated_at: after.updated_at,
      });
      expect(after).toMatchObject(ROWS[outcome]);
      expect(Date.parse(after.updated_at)).toBeGreaterThan(Date.parse(before.updated_at));
    }
  });
});

it('shows every member of a row, with the statistics of a newcomer', async () => {
  const scene = await sceneWith('invited');
  const { row } = await take.REST('join', scene);
  expect(row).toEqual({
    id: expect.stringMatching(/^mem_[0-9a-z]{12,32}$/),
    federation_id: scene.id,
    org_id: scene.subject.id,
    org_name: `Organization ${scene.subject.id}`,
    role: 'member',
    status: 'active',
    invited_at: expect.any(String),
    joined_at: expect.any(String),
    expires_at: null,
    created_at: row.invited_at,
    updated_at: row.joined_at,
    rounds_contributed: 0,
    total_samples: 0,
    avg_accuracy: null,
    avg_loss: null,
    last_contribution_at: null,
  });
  expect(await rowOf({ ...scene, subject: scene.owner })).toMatchObject({ role: 'owner', status: 'active' });
});

describe.each(['declined', 'left', 'removed', 'expired'] as const)('once a membership is %s', (state) => {
  it('the federation is hidden from the organization', async () => {
    const { id, subject } = await sceneWith(state);
    for (const path of ['', '/members', '/models'])
      await subject.client.get(`/federations/${id}${path}`).expect(404);
    expect((await subject.client.get('/federations').expect(200)).body).toEqual([]);
    const data = await subject.client.query(
      `query($id: ID!) { federation(id: $id) { id } node(id: $id) { id } federations { totalCount } viewer { invitations { id } } }`,
      { id },
    );
    expect(data).toEqual({
      federation: null,
      node: null,
      federations: { totalCount: 0 },
      viewer: { invitations: [] },
    });
  });
});

it.each(['decline', 'leave'] as const)('a mutation that ends with %s answers no federation', async (step) => {
  const { id, subject } = await sceneWith(step === 'leave' ? 'active' : 'invited');
  const mutation = `mutation($id: ID!, $org: ID!) {
    step: ${MUTATIONS[step]}(input: { federationId: $id, orgId: $org }) { federation { id } member { orgId } }
  }`;
  const expected = { step: { federation: null, member: { orgId: subject.id } } };
  expect(await subject.client.query(mutation, { id, org: 'default' })).toEqual(expected);
  expect(await subject.client.query(mutation, { id, org: 'default' })).toEqual(expected);
});

it('a client that asks for the federation of a membership that ended is told NOT_FOUND; the step is taken', async () => {
  const scene = await sceneWith('active');
  const mutation = `mutation($id: ID!) {
    leaveFederation(input: { federationId: $id, orgId: "default" }) { member { id federation { id } } }
  }`;
  expect(await scene.subject.client.codeOf(mutation, { id: scene.id })).toBe('NOT_FOUND');
  expect((await rowOf(scene)).status).toBe('left');
});

it('counts the active members, the owner included', async () => {
  const { id, owner, active } = await gateway.aFederation({ active: 2, invited: 1 });
  expect((await owner.client.get(`/federations/${id}`).expect(200)).body.member_count).toBe(3);
  await active[0]!.client.post(`/federations/${id}/leave`, { org_id: '' }).expect(200);
  expect((await owner.client.get(`/federations/${id}`).expect(200)).body.member_count).toBe(2);
});
