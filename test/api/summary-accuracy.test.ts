import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sampleStandardDeviation, type Moments } from '../../src/numerics/moments/index.js';
import { startTestApp, type TestApp, type TestFederation } from '../support/app.js';
import { send } from '../support/lines.js';
import {
  fStatistic,
  logRelativeError,
  NIST_ANOVA,
  NIST_UNIVARIATE,
  nistGroups,
  nistValues,
} from '../support/nist.js';
import { seededUniform, shuffled } from '../support/seeded.js';

/** Half of January, all of February and a few days of March. */
const FIRST_DAY = Date.UTC(2026, 0, 15);
const DAYS = 50;
const MS_PER_DAY = 86_400_000;
const MS_PER_HOUR = 3_600_000;
const PLATFORMS = ['ios', 'android', null];
const BATCH = 3_000;

/** Each reads other cells: that of all time; the rows of two half days, days, and the month between. */
const TIMES = [
  { name: 'all of the time', start: null, end: null },
  {
    name: 'days and a month between two half days',
    start: FIRST_DAY + 6 * MS_PER_HOUR,
    end: FIRST_DAY + DAYS * MS_PER_DAY - 6 * MS_PER_HOUR,
  },
] as const;

let gateway: TestApp;
let federation: TestFederation;

beforeAll(async () => {
  gateway = await startTestApp();
  federation = await gateway.aFederation();
});
afterAll(() => gateway.close());

interface Value {
  readonly group: string;
  readonly value: number;
}

/** Sent in a random order as JSON and as lines in turn, a value of a group to each day and platform in turn. */
async function ingest(variable: string, values: readonly Value[]): Promise<void> {
  const sent = shuffled(values, seededUniform(7)).map(({ group, value }, i) => ({
    recorded_at: new Date(FIRST_DAY + (i % DAYS) * MS_PER_DAY + 12 * MS_PER_HOUR).toISOString(),
    device_group: group,
    device_platform: PLATFORMS[i % PLATFORMS.length],
    metrics: { [variable]: value },
  }));
  const size = Math.min(BATCH, Math.ceil(sent.length / 2));
  for (let first = 0; first < sent.length; first += size) {
    const observations = sent.slice(first, first + size);
    const { owner, id } = federation;
    if ((first / size) % 2 === 0)
      await owner.client.post(`/federations/${id}/observations`, { observations }).expect(200);
    else
      await send(owner, federation, observations.map((line) => JSON.stringify(line)).join('\n')).expect(200);
  }
}

/** Of each group. */
async function read(variable: string, { start, end }: (typeof TIMES)[number]): Promise<Moments[]> {
  const { core } = gateway.app;
  const asked = { federationId: federation.id, variable, otherVariable: '', platform: null, start, end };
  return (await core.summaries.read(core.db, asked)).map(({ body }) => {
    if (body.kind !== 'numeric') throw new Error('no numeric summary');
    return body.moments;
  });
}

describe('the NIST reference data, sent in and read from summaries', () => {
  it.each(NIST_UNIVARIATE)(
    '$name reaches $digits digits',
    async ({ name, size, mean, deviation, digits }) => {
      await ingest(
        name,
        nistValues(name).map((value) => ({ group: name, value })),
      );
      for (const time of TIMES) {
        const [moments] = await read(name, time);
        expect(moments?.count).toBe(size);
        expect(logRelativeError(moments!.mean.high, mean)).toBeGreaterThanOrEqual(15);
        expect(logRelativeError(sampleStandardDeviation(moments!), deviation)).toBeGreaterThanOrEqual(digits);
      }
    },
  );

  it.each(NIST_ANOVA)('$name gives F to $digits digits', async ({ name, groups, certified, digits }) => {
    await ingest(
      name,
      nistGroups(name).flatMap((values, i) =>
        values.map((value) => ({ group: `treatment ${i + 1}`, value })),
      ),
    );
    for (const time of TIMES) {
      const moments = await read(name, time);
      expect(moments).toHaveLength(groups);
      expect(logRelativeError(fStatistic(moments), certified)).toBeGreaterThanOrEqual(digits);
    }
  });
});
