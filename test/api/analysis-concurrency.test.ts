import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, type Kind } from '../support/analyses.js';
import { startTestApp, type TestApp, type TestFederation } from '../support/app.js';
import type { Json } from '../support/client.js';
import { anObservation, send } from '../support/observations.js';

let gateway: TestApp;
let federation: TestFederation;

beforeAll(async () => {
  gateway = await startTestApp();
});
afterAll(() => gateway.close());

/** From the middle of a day to the middle of another, with a whole month in between: every kind of summary, and rows. */
const TIMES = [
  '2026-01-01T06:00:00Z',
  '2026-01-01T18:00:00Z',
  '2026-01-20T00:00:00Z',
  '2026-02-10T00:00:00Z',
  '2026-03-05T18:00:00Z',
];
const WINDOW = { start_time: '2026-01-01T12:00:00Z', end_time: '2026-03-05T20:00:00Z' };

/** The nth batch: in each group, five observations of the value n at each time. */
function batch(n: number): Json[] {
  return ['a', 'b'].flatMap((group) =>
    TIMES.flatMap((recorded_at, t) =>
      Array.from({ length: 5 }, (_, i) =>
        anObservation({
          recorded_at,
          device_group: group,
          metrics: { value: n },
          attributes: { parity: n % 2 === 0 ? 'even' : 'odd', side: (i + t) % 2 === 0 ? 'left' : 'right' },
        }),
      ),
    ),
  );
}

/** After m batches a group has 25 m observations, 20 m of them in the window, of mean (m + 1) / 2. */
function expectState(group: Json, perBatch: number): void {
  const batches = group.count / perBatch;
  expect(Number.isInteger(batches)).toBe(true);
  expect(group.mean).toBeCloseTo((batches + 1) / 2, 10);
}

const QUESTIONS: readonly (readonly [Kind, Json, (answer: Json) => void])[] = [
  [
    'descriptive',
    { variable: 'value' },
    ({ groups: [a, b] }) => {
      expect(a.count).toBe(b.count);
      expectState(a, 25);
    },
  ],
  [
    'descriptive',
    { variable: 'value', filters: WINDOW },
    ({ groups: [a, b] }) => {
      expect(a.count).toBe(b.count);
      expectState(a, 20);
    },
  ],
  [
    't-test',
    { variable: 'value', group_a: 'a', group_b: 'b', filters: WINDOW },
    (answer) => {
      expect(answer).toMatchObject({ t_statistic: 0, p_value: 1 });
      expectState(answer.group_a_statistics, 20);
    },
  ],
  [
    'anova',
    { variable: 'value' },
    (answer) => {
      expect(answer).toMatchObject({ f_statistic: 0, p_value: 1 });
      expectState(answer.groups[0], 25);
    },
  ],
  [
    'chi-square',
    { variable_1: 'parity', variable_2: 'side' },
    ({ sample_size: size, table }) => {
      expect(size % 50).toBe(0);
      expect(table.flat().reduce((sum: number, count: number) => sum + count, 0)).toBe(size);
    },
  ],
];

describe('two hundred analyses at once, while observations come in', () => {
  it('are each answered from a state that existed', async () => {
    federation = await gateway.aFederation({ active: 1 });
    const { id, owner, active } = federation;
    const [member] = active;
    await send(member!.client, id, [...batch(1), ...batch(2)]);
    const over = new AbortController();
    let stored = 2;
    const sending = (async () => {
      while (!over.signal.aborted) await send(member!.client, id, batch(++stored));
    })();
    await sleep(50);
    const answers = await Promise.all(
      Array.from({ length: 200 }, async (_, n) => {
        const [kind, body, check] = QUESTIONS[n % QUESTIONS.length]!;
        const { status, body: answer } = await ask(owner.client, id, kind, body);
        expect([kind, status, answer.details?.reason]).toEqual([kind, 200, undefined]);
        check(answer);
        return answer;
      }),
    );
    over.abort();
    await sending;
    expect(stored).toBeGreaterThan(3);
    expect(new Set(answers.map(({ query_id: query }) => query)).size).toBe(200);
    const { body } = await owner.client.get(`/federations/${id}/analytics/queries?limit=1`);
    expect(body.total).toBe(200);
  }, 120_000);

  it('and while a member is purged: no kept answer holds what is gone', async () => {
    const { id, owner, active } = await gateway.aFederation({ active: 2 });
    const [north, south] = active;
    await send(north!.client, id, batch(1));
    await send(south!.client, id, batch(2));
    const asked = Array.from({ length: 40 }, () =>
      ask(owner.client, id, 'descriptive', { variable: 'value' }),
    );
    await sleep(5);
    const purge = owner.client.delete(`/federations/${id}/members/${south!.id}/observations`).expect(200);
    const answers = await Promise.all(asked);
    await purge;
    for (const { status, body } of answers) {
      expect(status).toBe(200);
      const record = await owner.client
        .get(`/federations/${id}/analytics/queries/${body.query_id}`)
        .expect(200);
      const isOfBoth = body.groups[0].count === 50;
      if (isOfBoth) expect(record.body).toMatchObject({ result: null, error_message: 'purged' });
      else expect(record.body.result).toEqual(body);
    }
  }, 60_000);
});
