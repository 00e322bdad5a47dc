import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { startTestApp, unique, type Member, type TestApp } from '../support/app.js';
import { MembershipModel, STEPS, type Caller, type Step } from './membership.model.js';

const DAY_MS = 86_400_000;
const RUNS = 12;
const MAX_STEPS = 25;

let gateway: TestApp;

beforeAll(async () => {
  gateway = await startTestApp();
});
afterAll(() => gateway.close());

interface Move {
  readonly step: Step;
  /** 0 is the owner, 1 to 3 are organizations that may be invited. */
  readonly by: number;
  readonly subject: number;
  readonly over: 'rest' | 'graphql';
}

const move: fc.Arbitrary<Move> = fc.record({
  step: fc.constantFrom(...STEPS),
  by: fc.integer({ min: 0, max: 3 }),
  subject: fc.integer({ min: 0, max: 3 }),
  over: fc.constantFrom('rest', 'graphql'),
});

/** Steps by REST path and by mutation; the two must be one implementation. */
async function take(
  { step, over }: Move,
  caller: Member,
  federationId: string,
  orgId: string,
): Promise<number> {
  if (over === 'rest') {
    const path = `/federations/${federationId}`;
    if (step === 'invite') return (await caller.client.post(`${path}/invite`, { org_ids: [orgId] })).status;
    if (step === 'remove') return (await caller.client.delete(`${path}/members/${orgId}`)).status;
    return (await caller.client.post(`${path}/${step}`, { org_id: 'default' })).status;
  }
  const own = { federationId, orgId: 'default' };
  const mutations = {
    invite: ['inviteMembers', 'InviteMembersInput', { federationId, orgIds: [orgId] }, 'members { id }'],
    remove: ['removeMember', 'MembershipInput', { federationId, orgId }, 'member { id }'],
    join: ['joinFederation', 'JoinFederationInput', own, 'member { id }'],
    decline: ['declineInvitation', 'MembershipInput', own, 'member { id }'],
    leave: ['leaveFederation', 'MembershipInput', own, 'member { id }'],
  } as const;
  const [name, type, input, selection] = mutations[step];
  const { errors } = await caller.client.graphql(
    `mutation($input: ${type}!) { ${name}(input: $input) { ${selection} } }`,
    { input },
  );
  return STATUS_OF[String(errors?.[0]?.extensions.code ?? 'OK')] ?? 500;
}

const STATUS_OF: Readonly<Record<string, number>> = {
  OK: 200,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
};

async function assertSeenAs(
  model: MembershipModel,
  organizations: readonly Member[],
  federationId: string,
): Promise<void> {
  for (const [i, organization] of organizations.entries()) {
    const roster = await organization.client.get(
      `/federations/${federationId}/members?status=active,invited,declined,left,removed,expired`,
    );
    const listed = (await organization.client.get('/federations')).body.map(
      (federation: { id: string }) => federation.id,
    );
    const sees = model.sees(i as Caller);
    expect({ organization: i, status: roster.status, listed: listed.includes(federationId) }).toEqual({
      organization: i,
      status: sees ? 200 : 404,
      listed: sees,
    });
    if (!sees) continue;
    const statuses = Object.fromEntries(
      roster.body.map((row: { org_id: string; status: string }) => [row.org_id, row.status]),
    );
    expect(statuses).toEqual(model.roster(organizations.map(({ id }) => id)));
    const { federation } = await organization.client.query(
      `{ federation(id: "${federationId}") { memberCount } }`,
    );
    expect(federation.memberCount).toBe(model.activeCount());
  }
}

it('any sequence of steps by several organizations ends as the contract says, over both APIs', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.oneof({ weight: 12, arbitrary: move }, { weight: 1, arbitrary: fc.constant('expire' as const) }),
        { minLength: 5, maxLength: MAX_STEPS },
      ),
      async (moves) => {
        const organizations = await Promise.all(Array.from({ length: 4 }, () => gateway.anOrganization()));
        const [owner] = organizations as [Member, ...Member[]];
        const { body } = await owner.client
          .post('/federations', { org_id: 'default', name: unique('Property') })
          .expect(201);
        const model = new MembershipModel();
        for (const taken of moves) {
          if (taken === 'expire') {
            gateway.clock.advance(31 * DAY_MS);
            model.expire();
            continue;
          }
          const subject = organizations[taken.subject]!;
          const status = await take(taken, organizations[taken.by]!, body.id, subject.id);
          expect({ ...taken, status }).toEqual({
            ...taken,
            status: model.take(taken.step, taken.by as Caller, taken.subject as Caller),
          });
        }
        await assertSeenAs(model, organizations, body.id);
      },
    ),
    { numRuns: RUNS, seed: 20_261_124, endOnFailure: true },
  );
}, 120_000);

it('steps that are taken at once end as some order of them would have ended', async () => {
  const { id, owner, active, invited } = await gateway.aFederation({ active: 2, invited: 2 });
  const steps: readonly (readonly [Step, Caller])[] = [
    ['remove', 0],
    ['leave', 1],
    ['join', 1],
    ['decline', 1],
    ['invite', 0],
  ];
  for (const [i, member] of [...active, ...invited].entries()) {
    const answers = await Promise.all(
      steps.map(([step, by]) =>
        take({ step, by, subject: 1, over: 'rest' }, by === 0 ? owner : member, id, member.id),
      ),
    );
    for (const status of answers) expect([200, 404, 409]).toContain(status);
    const possible = permutations(steps).map((order) => {
      const model = new MembershipModel(i < active.length ? 'active' : 'invited');
      for (const [step, by] of order) model.take(step, by, 1);
      return model.stateOf(1);
    });
    const roster = await owner.client.get(
      `/federations/${id}/members?status=active,invited,declined,left,removed`,
    );
    const rows = roster.body.filter((row: { org_id: string }) => row.org_id === member.id);
    expect(rows).toHaveLength(1);
    expect(possible).toContain(rows[0].status);
  }
});

function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, i) =>
    permutations([...items.slice(0, i), ...items.slice(i + 1)]).map((rest) => [item, ...rest]),
  );
}
