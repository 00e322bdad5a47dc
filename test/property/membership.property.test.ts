import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { startTestApp, unique, type Member, type TestApp } from '../support/app.js';
import type { Json } from '../support/client.js';
import {
  MembershipModel,
  ORGANIZATIONS,
  OWN_STEPS,
  type Caller,
  type Organization,
  type State,
  type Step,
} from './membership.model.js';
import { clientOf, take, type Move, type Scene } from './membership.steps.js';

const DAY_MS = 86_400_000;
const SEED = 20_261_124;
const EVERY_STATUS = 'active,invited,declined,left,removed,expired';

let gateway: TestApp;
let organizations: readonly Member[];

beforeAll(async () => {
  gateway = await startTestApp();
  organizations = await Promise.all(ORGANIZATIONS.map(() => gateway.anOrganization()));
});
afterAll(() => gateway.close());

/** A new federation of organization 0. */
async function aScene(): Promise<Scene> {
  const name = unique('Property');
  const { body } = await organizations[0]!.client
    .post('/federations', { org_id: 'default', name })
    .expect(201);
  return { gateway, organizations, federation: { id: body.id, name } };
}

const way = { over: fc.constantFrom('rest' as const, 'graphql' as const), isNamed: fc.boolean() };
const invitable = fc.constantFrom<Organization>(0, 1, 2, 3);
/** The owner and the operator take the owner's steps more often than others, who are only refused. */
const manager = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<Caller>(0, 0, 'operator') },
  { weight: 1, arbitrary: fc.constantFrom<Caller>(1, 2, 3, 4) },
);
const invite: fc.Arbitrary<Move> = fc.record({
  step: fc.constant('invite'),
  by: manager,
  subjects: fc.array(invitable, { minLength: 1, maxLength: 4 }),
  ...way,
});
const remove: fc.Arbitrary<Move> = fc.record({
  step: fc.constant('remove'),
  by: manager,
  subjects: fc.constantFrom(...ORGANIZATIONS).map((subject) => [subject]),
  ...way,
});
const own: fc.Arbitrary<Move> = fc
  .record({
    step: fc.constantFrom<Step>(...OWN_STEPS),
    subject: fc.constantFrom(...ORGANIZATIONS),
    isOperator: fc.boolean(),
    ...way,
  })
  .map(({ subject, isOperator, ...move }) => ({
    ...move,
    by: isOperator ? ('operator' as const) : subject,
    subjects: [subject],
  }));
const days = fc.integer({ min: 1, max: 30 });
const moves = fc.array(
  fc.oneof<fc.WeightedArbitrary<Move | number>[]>(
    { weight: 4, arbitrary: invite },
    { weight: 2, arbitrary: remove },
    { weight: 8, arbitrary: own },
    { weight: 2, arbitrary: days },
  ),
  { minLength: 1, maxLength: 40, size: 'max' },
);

it('any sequence of steps answers and ends as the contract says, over both APIs', async () => {
  await fc.assert(
    fc.asyncProperty(moves, async (sequence) => {
      const scene = await aScene();
      const model = new MembershipModel();
      for (const move of sequence) {
        if (typeof move === 'number') pass(model, move);
        else expect({ move, ...(await take(scene, move)) }).toEqual({ move, ...expected(model, move) });
      }
      for (const caller of [...ORGANIZATIONS, 'operator' as const]) await assertSeen(scene, model, caller);
    }),
    { numRuns: 14, seed: SEED },
  );
}, 120_000);

function pass(model: MembershipModel, elapsed: number): void {
  gateway.clock.advance(elapsed * DAY_MS);
  model.pass(elapsed);
}

/** What the model says to a step, which it takes. */
function expected(model: MembershipModel, { step, by, subjects }: Move): object {
  const distinct = [...new Set(subjects)];
  const [status] = distinct.map((subject) => model.take(step, by, subject));
  const rows = distinct.map((subject) => ({
    orgId: organizations[subject]!.id,
    status: model.stateOf(subject),
  }));
  return { status, rows: status === 200 ? rows : [] };
}

/** The federation in the caller's lists, its role, its roster and its counts, asked both ways. */
async function assertSeen(scene: Scene, model: MembershipModel, caller: Caller): Promise<void> {
  const { id, name } = scene.federation;
  const client = clientOf(scene, caller);
  const list = await client.get(`/federations?name=${name}`).expect(200);
  const roster = await client.get(`/federations/${id}/members?status=${EVERY_STATUS}`);
  const { federation, viewer } = await client.query(
    `query($id: ID!, $statuses: [MemberStatus!]) {
      federation(id: $id) { viewerRole memberCount members(status: $statuses) { totalCount nodes { orgId status } } }
      viewer { invitations { federationId } }
    }`,
    { id, statuses: EVERY_STATUS.toUpperCase().split(',') },
  );
  const isInvited = caller !== 'operator' && model.stateOf(caller) === 'invited';
  expect(viewer.invitations.some((row: Json) => row.federationId === id)).toBe(isInvited);
  if (!model.sees(caller)) {
    expect({ caller, list: list.body, roster: roster.status, federation }).toEqual({
      caller,
      list: [],
      roster: 404,
      federation: null,
    });
    return;
  }
  const role = model.roleOf(caller);
  expect(list.body).toMatchObject([{ id, role, member_count: model.memberCount }]);
  expect(federation).toMatchObject({ viewerRole: role.toUpperCase(), memberCount: model.memberCount });
  const rows = model.roster.map(({ organization, state }) => `${organizations[organization]!.id} ${state}`);
  expect(roster.body.map((row: Json) => `${row.org_id} ${row.status}`).sort()).toEqual(rows.sort());
  expect(federation.members.totalCount).toBe(rows.length);
  expect(federation.members.nodes.map((row: Json) => `${row.orgId} ${row.status.toLowerCase()}`)).toEqual(
    roster.body.map((row: Json) => `${row.org_id} ${row.status}`),
  );
  const current = (await client.get(`/federations/${id}/members`).expect(200)).body;
  const count = (status: State) => model.roster.filter(({ state }) => state === status).length;
  expect(current.map((row: Json) => row.status)).toEqual([
    ...Array<string>(count('active')).fill('active'),
    ...Array<string>(count('invited')).fill('invited'),
  ]);
}

const TO_REACH: Readonly<Record<State, readonly (Step | 'wait')[]>> = {
  none: [],
  invited: ['invite'],
  active: ['invite', 'join'],
  declined: ['invite', 'decline'],
  left: ['invite', 'join', 'leave'],
  removed: ['invite', 'remove'],
  expired: ['invite', 'wait'],
};

const conflicting = fc
  .record({
    step: fc.constantFrom<Step>('invite', 'remove', ...OWN_STEPS),
    isOperator: fc.boolean(),
    ...way,
  })
  .map(({ isOperator, ...move }): Move => {
    const isOwn = move.step !== 'invite' && move.step !== 'remove';
    return { ...move, by: isOperator ? 'operator' : isOwn ? 1 : 0, subjects: [1] };
  });

it('steps that are taken at once answer and end as in one order of them', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...(Object.keys(TO_REACH) as State[])),
      fc.array(conflicting, { minLength: 2, maxLength: 5, size: 'max' }),
      async (state, steps) => {
        const scene = await aScene();
        const before = new MembershipModel();
        await reach(scene, before, state);
        const answers = await Promise.all(steps.map((move) => take(scene, move)));
        const { body } = await organizations[0]!.client.get(
          `/federations/${scene.federation.id}/members?status=${EVERY_STATUS}`,
        );
        const end = body
          .filter((row: Json) => row.org_id === organizations[1]!.id)
          .map((row: Json) => row.status);
        const outcome = JSON.stringify({ answers: answers.map(({ status }) => status), end });
        const serial = permutations(steps.map((_, i) => i)).map((order) =>
          JSON.stringify(serially(state, steps, order)),
        );
        expect(serial).toContain(outcome);
      },
    ),
    { numRuns: 30, seed: SEED },
  );
}, 120_000);

async function reach(scene: Scene, model: MembershipModel, state: State): Promise<void> {
  for (const step of TO_REACH[state]) {
    if (step === 'wait') pass(model, 30);
    else {
      const by = step === 'invite' || step === 'remove' ? 0 : 1;
      await take(scene, { step, by, subjects: [1], over: 'rest', isNamed: false });
    }
  }
}

/** What the steps answer in one order, each at its own place, and where they end. */
function serially(state: State, steps: readonly Move[], order: readonly number[]): object {
  const model = new MembershipModel();
  for (const step of TO_REACH[state]) {
    if (step === 'wait') model.pass(30);
    else model.take(step, step === 'invite' || step === 'remove' ? 0 : 1, 1);
  }
  const answers = Array<number>(steps.length).fill(0);
  for (const i of order) answers[i] = model.take(steps[i]!.step, steps[i]!.by, 1);
  const end = model.stateOf(1);
  return { answers, end: end === 'none' ? [] : [end] };
}

function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, i) =>
    permutations([...items.slice(0, i), ...items.slice(i + 1)]).map((rest) => [item, ...rest]),
  );
}
