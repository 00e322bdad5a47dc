import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp, type TestFederation } from '../support/app.js';

let gateway: TestApp;
let federation: TestFederation;

beforeAll(async () => {
  gateway = await startTestApp();
  federation = await gateway.aFederation({ active: 1, invited: 1 });
});
afterAll(() => gateway.close());

const ASKED = { noise_multiplier: 1.1, sample_rate: 0.01, num_steps: 10 };

describe('a key with one scope alone', () => {
  it.each(['privacy:read', 'privacy:write'])('%s reads status, estimate and history', async (scope) => {
    const { body } = await gateway.operator
      .post('/api-keys', { org_id: federation.owner.id, name: 'one', scopes: [scope] })
      .expect(201);
    const client = gateway.client(String(body.api_key));
    await client.get(`/federations/${federation.id}/privacy`).expect(200);
    await client.get(`/federations/${federation.id}/privacy/history`).expect(200);
    await client
      .get(`/federations/${federation.id}/privacy/estimate?noise_multiplier=1&sample_rate=0.1`)
      .expect(200);
    await client.get(`/federations/${federation.id}`).expect(403);
    await client.get(`/federations/${federation.id}/members`).expect(403);
    const asked = 'query($id: ID!) { privacy(federationId: $id) { totalEpsilonBudget } }';
    expect((await client.query(asked, { id: federation.id })).privacy.totalEpsilonBudget).toBe(10);
  });

  it('analytics:read lists variables', async () => {
    const { body } = await gateway.operator
      .post('/api-keys', { org_id: federation.owner.id, name: 'one', scopes: ['analytics:read'] })
      .expect(201);
    const client = gateway.client(String(body.api_key));
    await client.get(`/federations/${federation.id}/analytics/variables`).expect(200);
    await client.get(`/federations/${federation.id}/privacy`).expect(403);
  });
});

describe('delta where its square underflows', () => {
  it.each([1e-200, 5e-324])('%p: a ledger without rounds has spent nothing', async (delta) => {
    const { id, owner } = await gateway.aFederation();
    await owner.client
      .put(`/federations/${id}/privacy/budget`, { total_epsilon_budget: 0.05, total_delta_budget: delta })
      .expect(200);
    const { body } = await owner.client.get(`/federations/${id}/privacy`).expect(200);
    expect(body).toMatchObject({ current_epsilon_spent: 0, epsilon_remaining: 0.05, is_exhausted: false });
  });
});

describe('nothing of a round is lost silently', () => {
  it('a round that nobody contributed to is completed without any, for good', async () => {
    const { id, owner } = federation;
    const rounds = `/federations/${id}/rounds`;
    const reserved = await owner.client.post(rounds, { ...ASKED, status: 'reserved' }).expect(201);
    const complete = `${rounds}/${reserved.body.id}/complete`;
    await owner.client.post(complete).expect(200);
    await owner.client.post(complete, { contributions: [] }).expect(200);
    await owner.client.post(complete, { contributions: [{ org_id: 'default', samples: 1 }] }).expect(409);
  });

  it.each([
    ['contributions', [{ org_id: 'default', samples: 1 }]],
    ['completed_at', '2026-11-24T03:00:00Z'],
    ['already_executed', true],
  ])('a reservation with %s is refused, since it would not keep it', async (member, value) => {
    const { id, owner } = federation;
    const asked = { ...ASKED, status: 'reserved', [member]: value };
    const refused = await owner.client.post(`/federations/${id}/rounds`, asked).expect(400);
    expect(refused.body.details).toEqual({ field: member });
  });

  it('a part of the privacy parameters is refused by what is missing', async () => {
    const { id, owner } = federation;
    const { num_steps: _, ...part } = ASKED;
    const refused = await owner.client.post(`/federations/${id}/rounds`, part).expect(400);
    expect(refused.body.message).toBe(
      'num_steps is required: privacy parameters come all three or not at all',
    );
  });

  it('an error inside a list of objects names its place', async () => {
    const { id, owner } = federation;
    const contributions = [{ org_id: 'default', samples: 1 }, { org_id: 'x' }];
    const refused = await owner.client.post(`/federations/${id}/rounds`, { contributions }).expect(400);
    expect(refused.body.details).toEqual({ field: 'contributions[1].samples' });
  });
});

it('many estimates in one query cost what they take, and are refused beyond the limit', async () => {
  const estimates = Array.from(
    { length: 28 },
    (_, i) => `e${i}: estimate(noiseMultiplier: ${1 + i / 100}, sampleRate: 0.01) { projectedEpsilon }`,
  );
  const { body } = await federation.owner.client.raw(
    'POST',
    '/graphql',
    JSON.stringify({ query: `{ federations(first: 10) { nodes { privacy { ${estimates.join(' ')} } } } }` }),
  );
  expect(body.errors[0].extensions.code).toBe('QUERY_TOO_COMPLEX');
});

it('the sums behind a cancelled round are those of a ledger that never had it, over more than one portion', async () => {
  const [with_, without] = [await gateway.aFederation(), await gateway.aFederation()];
  const reserved = await with_.owner.client
    .post(`/federations/${with_.id}/rounds`, { ...ASKED, status: 'reserved' })
    .expect(201);
  for (const { id, owner } of [with_, without]) {
    for (let i = 0; i < 210; i++) {
      const asked = { ...ASKED, noise_multiplier: 30 + (i % 7) };
      await owner.client.post(`/federations/${id}/rounds`, asked).expect(201);
    }
  }
  await with_.owner.client.post(`/federations/${with_.id}/rounds/${reserved.body.id}/cancel`).expect(200);
  const figures = async ({ id, owner }: TestFederation) => {
    const { body } = await owner.client.get(`/federations/${id}/privacy/history`).expect(200);
    return body.map((row: any) => [row.epsilon_cost, row.cumulative_epsilon]);
  };
  expect(await figures(with_)).toEqual(await figures(without));
});
