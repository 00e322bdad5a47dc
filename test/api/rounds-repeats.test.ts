import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import type { Json } from '../support/client.js';
import { APIS, done, ledgerApis, privacyOf, ROUND, roundsOf, type Fields } from '../support/ledger.js';
import { everyRow } from '../support/rows.js';

let gateway: TestApp;

beforeAll(async () => {
  gateway = await startTestApp();
});
afterAll(() => gateway.close());

const { cancel, complete, record, reserve, setBudget } = ledgerApis.REST;
const everything = () => everyRow(gateway.app.core.db);

let serial = 0;

/** A round's id as a client makes it. */
function aRoundId(): string {
  serial += 1;
  return `rnd_${Date.now().toString(36)}${serial.toString(36).padStart(8, '0')}`;
}

/** Fails unless the answer is a conflict and nothing was written. */
async function expectConflict(answer: ReturnType<typeof record>, before: unknown): Promise<Json> {
  const { status, code, details } = await answer;
  expect({ status, code }).toEqual({ status: 409, code: 'conflict' });
  expect(await everything()).toEqual(before);
  return details;
}

describe.each(APIS)('the same again over %s', (api) => {
  const steps = ledgerApis[api];

  it('records once and gives the first answer', async () => {
    const { id, owner } = await gateway.aFederation();
    const asked = { ...ROUND, round_id: aRoundId(), model_id: 'mdl-7', completed_at: '2026-11-01T00:00:00Z' };
    const first = await done(steps.record(owner.client, id, asked));
    expect(first).toMatchObject({ id: asked.round_id, duplicate: false });
    const before = await everything();
    expect(await done(steps.record(owner.client, id, asked))).toEqual({ ...first, duplicate: true });
    expect(await everything()).toEqual(before);
  });

  it('reserves once and gives the first answer', async () => {
    const { id, owner } = await gateway.aFederation();
    const asked = { ...ROUND, round_id: aRoundId() };
    const first = await done(steps.reserve(owner.client, id, asked));
    const before = await everything();
    expect(await done(steps.reserve(owner.client, id, asked))).toEqual({ ...first, duplicate: true });
    expect(await everything()).toEqual(before);
  });

  it.each(['complete', 'cancel'] as const)('%ss once and gives the first answer', async (end) => {
    const { id, owner } = await gateway.aFederation();
    const { id: roundId } = await done(steps.reserve(owner.client, id));
    const fields = {
      contributions: [{ org_id: owner.id, samples: 5 }],
      completed_at: '2026-11-01T00:00:00Z',
    };
    const take = () =>
      end === 'cancel'
        ? steps.cancel(owner.client, id, roundId)
        : steps.complete(owner.client, id, roundId, fields);
    const first = await done(take());
    expect(first.duplicate).toBe(false);
    const before = await everything();
    expect(await done(take())).toEqual({ ...first, duplicate: true });
    expect(await everything()).toEqual(before);
  });

  it('without a round_id is another round', async () => {
    const { id, owner } = await gateway.aFederation();
    const [one, two] = [
      await done(steps.record(owner.client, id)),
      await done(steps.record(owner.client, id)),
    ];
    expect([one.duplicate, two.duplicate]).toEqual([false, false]);
    expect(two.id).not.toBe(one.id);
    expect(await privacyOf(owner.client, id)).toMatchObject({ rounds_tracked: 2 });
  });

  it('with other content is a conflict', async () => {
    const { id, owner } = await gateway.aFederation();
    const asked: Fields = {
      ...ROUND,
      round_id: aRoundId(),
      contributions: [{ org_id: owner.id, samples: 5 }],
    };
    await done(steps.record(owner.client, id, asked));
    const others: readonly Fields[] = [
      { noise_multiplier: 2.1 },
      { sample_rate: 0.02 },
      { num_steps: 999 },
      { target_delta: 1e-6 },
      { model_id: 'mdl-8' },
      { already_executed: true },
      { completed_at: '2026-11-01T00:00:00Z' },
      { contributions: [] },
      { contributions: [{ org_id: owner.id, samples: 6 }] },
      { contributions: [{ org_id: owner.id, samples: 5, accuracy: 0.5 }] },
      { noise_multiplier: null, sample_rate: null, num_steps: null },
    ];
    const before = await everything();
    for (const other of others)
      expect(await expectConflict(steps.record(owner.client, id, { ...asked, ...other }), before)).toEqual({
        round_id: asked['round_id'],
      });
    await expectConflict(steps.reserve(owner.client, id, { ...ROUND, round_id: asked['round_id'] }), before);
  });

  it('in another federation is a conflict', async () => {
    const { id, owner } = await gateway.aFederation();
    const [own, foreign] = [await gateway.aFederation({ owner }), await gateway.aFederation()];
    const asked = { ...ROUND, round_id: aRoundId() };
    await done(steps.record(owner.client, id, asked));
    const before = await everything();
    for (const other of [own, foreign])
      await expectConflict(steps.record(other.owner.client, other.id, asked), before);
  });

  it('completed with something else is a conflict', async () => {
    const { id, owner } = await gateway.aFederation();
    const { id: roundId } = await done(steps.reserve(owner.client, id));
    await done(
      steps.complete(owner.client, id, roundId, { contributions: [{ org_id: owner.id, samples: 5 }] }),
    );
    const before = await everything();
    for (const other of [{}, { contributions: [{ org_id: owner.id, samples: 6 }] }])
      await expectConflict(steps.complete(owner.client, id, roundId, other), before);
  });
});

describe('is a repeat', () => {
  it('over the other API', async () => {
    const { id, owner } = await gateway.aFederation();
    const asked = { ...ROUND, round_id: aRoundId() };
    const first = await done(record(owner.client, id, asked));
    expect(await done(ledgerApis.GraphQL.record(owner.client, id, asked))).toEqual({
      ...first,
      duplicate: true,
    });
  });

  it('what differs in its form alone', async () => {
    const { id, owner, active } = await gateway.aFederation({ active: 1 });
    const [mine, theirs] = [{ samples: 5 }, { org_id: active[0]!.id, samples: 7, loss: 0.5 }];
    const asked = {
      ...ROUND,
      round_id: aRoundId(),
      completed_at: '2026-11-01T00:00:00Z',
      contributions: [{ ...mine, org_id: 'default' }, theirs],
    };
    await done(record(owner.client, id, asked));
    const contributions = [
      { accuracy: null, ...theirs },
      { ...mine, org_id: owner.id },
    ];
    const forms: readonly Fields[] = [
      { contributions },
      { completed_at: '2026-11-01T01:00:00+01:00' },
      { completed_at: '2026-11-01T00:00:00.000' },
      { model_id: null, already_executed: null, status: 'completed' },
      { note: 'unknown members are ignored' },
    ];
    for (const form of forms)
      expect(await done(record(owner.client, id, { ...asked, ...form }))).toMatchObject({ duplicate: true });
    expect(await roundsOf(owner.client, id)).toHaveLength(1);
  });

  it('even where the round would be refused by now', async () => {
    const { id, owner, active } = await gateway.aFederation({ active: 1 });
    const { client, id: orgId } = active[0]!;
    const asked = {
      ...ROUND,
      target_delta: 1e-5,
      round_id: aRoundId(),
      contributions: [{ org_id: orgId, samples: 5 }],
    };
    const first = await done(record(owner.client, id, asked));
    await client.post(`/federations/${id}/leave`, { org_id: 'default' }).expect(200);
    await done(setBudget(owner.client, id, { total_epsilon_budget: 1e-3, total_delta_budget: 1e-9 }));
    const again = await done(record(owner.client, id, asked));
    expect(again).toMatchObject({ id: first.id, duplicate: true, contributions: first.contributions });
  });

  it('of a reservation that has ended since, with how it ended', async () => {
    const { id, owner } = await gateway.aFederation();
    const [one, two] = [
      { ...ROUND, round_id: aRoundId() },
      { ...ROUND, round_id: aRoundId() },
    ];
    for (const asked of [one, two]) await done(reserve(owner.client, id, asked));
    await done(complete(owner.client, id, one.round_id));
    await done(cancel(owner.client, id, two.round_id));
    expect(await done(reserve(owner.client, id, one))).toMatchObject({
      duplicate: true,
      status: 'completed',
    });
    expect(await done(reserve(owner.client, id, two))).toMatchObject({
      duplicate: true,
      status: 'cancelled',
    });
  });
});

describe('at the same moment', () => {
  it('the same round is recorded once', async () => {
    const { id, owner } = await gateway.aFederation();
    const asked = { ...ROUND, round_id: aRoundId() };
    const rounds = await Promise.all(Array.from({ length: 8 }, () => done(record(owner.client, id, asked))));
    expect(rounds.filter(({ duplicate }) => duplicate === false)).toHaveLength(1);
    expect(new Set(rounds.map(({ duplicate: _, ...round }) => JSON.stringify(round))).size).toBe(1);
    expect(await privacyOf(owner.client, id)).toMatchObject({ rounds_tracked: 1 });
  });

  it('one of several federations gets an id, the others a conflict', async () => {
    const federations = await Promise.all(Array.from({ length: 5 }, () => gateway.aFederation()));
    const asked = { ...ROUND, round_id: aRoundId() };
    const answers = await Promise.all(federations.map(({ id, owner }) => record(owner.client, id, asked)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
    const spends = await Promise.all(federations.map(({ id, owner }) => privacyOf(owner.client, id)));
    expect(spends.filter(({ rounds_tracked: tracked }) => tracked === 1)).toHaveLength(1);
  });
});
