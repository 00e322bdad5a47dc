import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { done, ledgerApis, ROUND } from '../support/ledger.js';
import {
  startTestApp,
  TIGHT_EPSILON_SCRIPT,
  type Member,
  type TestApp,
  type TestFederation,
} from '../support/app.js';
import { observations, send } from '../support/observations.js';
import { ANALYSES, observationsOf } from '../support/questions.js';

let gateway: TestApp;
let owner: Member;
let large: TestFederation;
let small: TestFederation;

beforeAll(async () => {
  gateway = await startTestApp({}, { tightEpsilonScript: TIGHT_EPSILON_SCRIPT });
  owner = await gateway.anOrganization();
  small = await gateway.aFederation({ owner, active: 1 });
  large = await gateway.aFederation({ owner, active: 12 });
  for (const federation of [small, large]) {
    for (let i = 0; i < (federation === large ? 8 : 1); i++) {
      await owner.client.post(`/federations/${federation.id}/models`, { model_id: `mdl-${i}` }).expect(200);
      const contributions = [...federation.active, owner].map(({ id }) => ({ org_id: id, samples: i }));
      await done(
        ledgerApis.REST.record(owner.client, federation.id, { ...ROUND, num_steps: 1, contributions }),
      );
      await done(ledgerApis.REST.record(owner.client, federation.id, { contributions }));
    }
  }
  await untilSettled();
}, 90_000);
afterAll(() => gateway.close());

/** The tight epsilon is computed behind a round, with statements of its own. */
async function untilSettled(): Promise<void> {
  const waiting = `SELECT COUNT(*) AS n FROM privacy_ledgers WHERE version > 0 AND (tight_version IS NULL OR tight_version < version)`;
  for (const deadline = Date.now() + 60_000; Date.now() < deadline;) {
    const [row] = await gateway.app.core.db.query<{ n: number }>(waiting);
    if (row!.n === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the tight epsilons did not come');
}

/** The statements that reach the database while something is done, but for the key's lookup, which is cached for seconds. */
async function statementsOf(act: () => PromiseLike<unknown>): Promise<string[]> {
  const spy = jest.spyOn(gateway.app.core.db, 'query');
  await act();
  const statements = spy.mock.calls.map(([sql]) => sql).filter((sql) => !sql.includes('FROM api_keys'));
  spy.mockRestore();
  return statements;
}

const NESTED = `query($first: Int) {
  federations(first: $first) {
    nodes { name owner { name } memberCount members(first: 20) { nodes { status organization { name } } } models { nodes { name sharedBy { name } } } }
  }
}`;

const BACK = `query($first: Int) {
  federations(first: $first) { nodes { members(first: 20) { totalCount nodes { federation { name owner { name } memberCount } } } } }
}`;

const INVITATIONS =
  '{ viewer { invitations { federation { name memberCount owner { name } } organization { name } } } }';

const MODELS = `query($first: Int) {
  models(first: $first) { nodes { name federationId sharedBy { name } } }
}`;

const TRAINING = `query($first: Int) {
  federations(first: $first) { nodes {
    privacy { currentEpsilonSpent roundsTracked }
    members(first: 10) { nodes { contribution { totalSamples avgAccuracy } } }
    rounds(first: 3) { totalCount nodes { epsilonCost cumulativeEpsilon contributions { samples organization { name } } } }
  } }
}`;

const GIVEN = 'query($id: ID!) { federation(id: $id) { members(first: 20) { nodes { role } } } }';

const ONE = `query($id: ID!) { federation(id: $id) { name members(first: 20) { nodes { role organization { id name } } } } }`;

describe('the number of statements does not depend on the number of rows', () => {
  it('for federations with their owners, counts, members, organizations and models', async () => {
    await Promise.all(Array.from({ length: 5 }, () => gateway.aFederation({ owner, active: 1 })));
    const ask = (first: number) => statementsOf(() => owner.client.query(NESTED, { first }));
    const [one, many] = [await ask(1), await ask(7)];
    expect(many).toHaveLength(one.length);
    // federations, owners and organizations (one loader, two levels), counts, members, models
    expect(one.length).toBeLessThanOrEqual(6);
  });

  it('for one federation with its first members and their organizations', async () => {
    const ask = (id: string) => statementsOf(() => owner.client.query(ONE, { id }));
    expect(await ask(small.id)).toHaveLength(2);
    expect(await ask(large.id)).toHaveLength(2);
  });

  it.each([
    {
      name: 'the REST list of members',
      path: (federation: TestFederation) => `/federations/${federation.id}/members`,
      // The caller's role is asked for twice: for the federation, and for what its members gave.
      statements: 4,
    },
    {
      name: 'the REST list of models',
      path: (federation: TestFederation) => `/federations/${federation.id}/models`,
      statements: 3,
    },
    {
      name: 'the REST list of rounds with their figures and contributions',
      path: (federation: TestFederation) => `/federations/${federation.id}/rounds`,
      // the federation, its rounds, their sums, the ledger of their delta, contributions, the count
      statements: 6,
    },
    {
      name: 'the status of a ledger',
      path: (federation: TestFederation) => `/federations/${federation.id}/privacy`,
      statements: 2,
    },
    {
      name: 'an estimate',
      path: (federation: TestFederation) =>
        `/federations/${federation.id}/privacy/estimate?noise_multiplier=1&sample_rate=0.1`,
      statements: 2,
    },
    {
      name: 'the history of a ledger',
      path: (federation: TestFederation) => `/federations/${federation.id}/privacy/history`,
      // the federation, its ledger, the rounds, their sums, the ledger of their delta
      statements: 5,
    },
  ])('for $name', async ({ path, statements }) => {
    expect(await statementsOf(() => owner.client.get(path(small)).expect(200))).toHaveLength(statements);
    expect(await statementsOf(() => owner.client.get(path(large)).expect(200))).toHaveLength(statements);
  });

  it('for what the members of many federations gave, and for their ledgers and rounds', async () => {
    const ask = (first: number) => statementsOf(() => owner.client.query(TRAINING, { first }));
    expect(await ask(7)).toHaveLength((await ask(1)).length);
  });

  it('for what a federation gave, which is one grouped query and one for the role of the caller', async () => {
    const ask = (id: string, selection: string) =>
      statementsOf(() => owner.client.query(GIVEN.replace('role', selection), { id }));
    for (const { id } of [small, large]) {
      const [without, with1] = [
        await ask(id, 'role'),
        await ask(id, 'contribution { totalSamples avgLoss }'),
      ];
      expect(with1.length - without.length).toBeLessThanOrEqual(2);
      expect(with1.filter((sql) => sql.includes('FROM round_contributions'))).toHaveLength(1);
    }
  });

  it('for the members of many federations with the federations that they lead back to', async () => {
    const ask = (first: number) => statementsOf(() => owner.client.query(BACK, { first }));
    expect(await ask(7)).toHaveLength((await ask(1)).length);
  });

  it('for an organization with many invitations', async () => {
    const guest = await gateway.anOrganization();
    const invite = async () => {
      const { id } = await gateway.aFederation();
      await gateway.operator.post(`/federations/${id}/invite`, { org_ids: [guest.id] }).expect(200);
    };
    const ask = () => statementsOf(() => guest.client.query(INVITATIONS));
    await invite();
    const one = await ask();
    await Promise.all(Array.from({ length: 5 }, invite));
    expect(await ask()).toHaveLength(one.length);
  });

  it('for the models of all federations', async () => {
    const ask = (first: number) => statementsOf(() => owner.client.query(MODELS, { first }));
    expect(await ask(9)).toHaveLength((await ask(1)).length);
    const overRest = (limit: number) =>
      statementsOf(() => owner.client.get(`/models?limit=${limit}`).expect(200));
    expect(await overRest(9)).toHaveLength((await overRest(1)).length);
  });

  it('for the disclosure policies of many federations', async () => {
    const document = `query($first: Int) {
      federations(first: $first) { nodes { analytics { disclosure { minGroupSize } } } }
    }`;
    const ask = (first: number) => statementsOf(() => owner.client.query(document, { first }));
    expect(await ask(7)).toHaveLength((await ask(1)).length);
  });

  it('for the variables and groups of a federation', async () => {
    const { id } = await gateway.aFederation({ owner });
    const document = `query($id: ID!) { federation(id: $id) { analytics {
      variables { name } groups { id } members: groups(by: FEDERATION_MEMBER) { id }
    } } }`;
    const overGraphql = () => statementsOf(() => owner.client.query(document, { id }));
    const overRest = () =>
      statementsOf(() => owner.client.get(`/federations/${id}/analytics/variables`).expect(200));
    await send(owner.client, id, observations(5));
    const [one, oneOverRest] = [await overGraphql(), await overRest()];
    for (const device_group of ['a', 'b', 'c'])
      await send(owner.client, id, observations(5, { device_group, metrics: { x: 1, y: 2, z: 3 } }));
    expect(await overGraphql()).toHaveLength(one.length);
    expect(await overRest()).toHaveLength(oneOverRest.length);
    // the caller's role, the policy, the variables, the counts
    expect(oneOverRest.length).toBeLessThanOrEqual(4);
  });

  it('for an analysis, and for the record of what was asked', async () => {
    const { id } = await gateway.aFederation({ owner, active: 1 });
    await send(owner.client, id, observationsOf(['icu', 'ward']));
    const path = `/federations/${id}/analytics`;
    const ask = async () => {
      const statements: number[] = [];
      for (const { path: analysis, body } of ANALYSES) {
        const sent = await statementsOf(() => owner.client.post(`${path}/${analysis}`, body).expect(200));
        statements.push(sent.length);
      }
      return statements;
    };
    const list = () => statementsOf(() => owner.client.get(`${path}/queries?limit=200`).expect(200));
    const listInGraphql = () =>
      statementsOf(() =>
        owner.client.query(
          'query($id: ID!) { analytics(federationId: $id) { queries { nodes { status requestedBy { name } } } } }',
          { id },
        ),
      );
    const [few, one, oneInGraphql] = [await ask(), await list(), await listInGraphql()];
    await send(
      owner.client,
      id,
      observationsOf(['icu', 'ward', ...Array.from({ length: 8 }, (_, i) => `g-${i}`)]),
    );
    // Ten groups: more pairs would be compared in another thread.
    expect(await ask()).toEqual(few);
    // the caller's role, the page, the policy, the count
    expect(one.length).toBeLessThanOrEqual(4);
    expect(await list()).toHaveLength(one.length);
    expect(await listInGraphql()).toHaveLength(oneInGraphql.length);
  });

  it('for the REST list of federations', async () => {
    expect(await statementsOf(() => owner.client.get('/federations?limit=1').expect(200))).toHaveLength(3);
    expect(await statementsOf(() => owner.client.get('/federations').expect(200))).toHaveLength(3);
  });
});

it('counts a list only when totalCount is selected', async () => {
  const counts = (statements: string[]) => statements.filter((sql) => sql.includes('COUNT(*)'));
  const ask = (selection: string) =>
    statementsOf(() => owner.client.query(`{ federations { ${selection} } }`));
  expect(counts(await ask('nodes { name }'))).toEqual([]);
  expect(counts(await ask('nodes { name } totalCount'))).toHaveLength(1);
});
