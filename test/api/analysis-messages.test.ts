import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp, type TestFederation } from '../support/app.js';
import type { Json } from '../support/client.js';
import { anObservation, send } from '../support/observations.js';
import { recordsOf } from '../support/questions.js';

let gateway: TestApp;
let federation: TestFederation;

/** So many names of this length are more than 65,535 bytes. */
const NAMES = Array.from(
  { length: 130 },
  (_, i) => `${String(i).padStart(3, '0')}${'\u{1F600}'.repeat(125)}`,
);

beforeAll(async () => {
  gateway = await startTestApp({ disclosureMinGroupSize: 1 });
  federation = await gateway.aFederation();
  const of = (device_group: string) =>
    anObservation({ device_group, metrics: { flat: 1 }, attributes: { rhythm: 'sinus', sex: 'male' } });
  await send(federation.owner.client, federation.id, NAMES.map(of));
});
afterAll(() => gateway.close());

const questions: readonly { path: string; body: Json; reason: string; per: RegExp }[] = [
  {
    path: 'anova',
    body: { variable: 'flat', post_hoc: false },
    reason: 'insufficient_data',
    per: / has 1\b/g,
  },
  {
    path: 'chi-square',
    body: { variable_1: 'rhythm', variable_2: 'sex' },
    reason: 'degenerate_table',
    per: / has 1\b/g,
  },
  {
    path: 'chi-square',
    body: { variable_1: 'rhythm', variable_2: 'sex', group_ids: NAMES, filters: { min_sample_count: 2 } },
    reason: 'insufficient_data',
    per: /\d{3}(?=\u{1F600})/gu,
  },
  {
    path: 'chi-square',
    body: { variable_1: 'rhythm', variable_2: 'sex', group_ids: NAMES, filters: { device_platform: 'none' } },
    reason: 'insufficient_data',
    per: /\d{3}(?=\u{1F600})/gu,
  },
];

describe('a message lists twenty of many groups with long names, and is kept', () => {
  it.each(questions)('$path: $reason', async ({ path, body, reason, per }) => {
    const { id, owner } = federation;
    const answer = await owner.client.post(`/federations/${id}/analytics/${path}`, body).expect(400);
    expect(answer.body.details.reason).toBe(reason);
    expect(answer.body.message).toMatch(/ and 110 more/);
    expect(answer.body.message.match(per)).toHaveLength(20);
    const [newest] = (await recordsOf(owner.client, id)).queries;
    const { message, details } = answer.body;
    const kept = 'counts' in details ? message.split('; ')[0] : message;
    expect(newest).toMatchObject({ status: 'failed', error_message: kept });
  });
});
