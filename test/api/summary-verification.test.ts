import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { commandContext } from '../../src/cli/operator.js';
import { countRows } from '../support/rows.js';
import { DAY, OBSERVATIONS, SummaryRig } from '../support/summaries.js';

let rig: SummaryRig;
beforeAll(async () => {
  rig = await SummaryRig.start();
});
afterAll(() => rig.close());
beforeEach(() => rig.reset());

it('finds nothing in summaries that were only written to', async () => {
  const { code, answer } = await rig.verified();
  expect(answer).toEqual({
    ledgers: 1,
    summaries: await countRows(rig.gateway.app.core.db, 'summary_cells'),
    summaries_from_expired: 0,
    differences: [],
  });
  expect(code).toBe(0);
});

it('reads members whose rows lie far apart, and more of them than a page', async () => {
  const many = Array.from({ length: 10_000 }, (_, i) => ({
    recordedAt: Date.UTC(2026, 1, 1 + (i % 28)),
    deviceGroup: 'ward',
    metrics: { few: i % 7 },
  }));
  const record = (orgId: string) =>
    rig.gateway.app.core.ingestion.record(commandContext(rig.gateway.app.core), {
      federationId: rig.federation.id,
      orgId,
      observations: many,
    });
  for (const { id } of [rig.other, rig.other, rig.federation.owner, rig.other]) await record(id);
  await rig.send(rig.federation.owner, OBSERVATIONS.slice(0, 7));
  const { answer } = await rig.verified();
  expect(answer).toEqual({
    ledgers: 1,
    summaries: await countRows(rig.gateway.app.core.db, 'summary_cells'),
    summaries_from_expired: 0,
    differences: [],
  });
});

describe('names what was damaged, and ends with 1', () => {
  const cases: readonly {
    name: string;
    act: () => Promise<void>;
    of: readonly [string | null, string | null];
    what: RegExp;
    bucket?: string;
  }[] = [
    {
      name: 'a missing summary',
      act: async () => rig.damage(`DELETE FROM summary_cells WHERE ${DAY}`, [await rig.seriesId('few')]),
      of: ['few', null],
      what: /^is missing; it is due for 300 observations$/,
    },
    {
      name: 'one of nothing',
      act: async () =>
        rig.damage(
          `INSERT INTO summary_cells (series_id, granularity, bucket, count, first_at, last_at, body)
            SELECT series_id, granularity, bucket + 1, count, first_at, last_at, body FROM summary_cells WHERE ${DAY}`,
          [await rig.seriesId('few')],
        ),
      of: ['few', null],
      what: /^is there, and there are no observations for it$/,
      bucket: '2026-03-06',
    },
    {
      name: 'a count',
      act: async () =>
        rig.damage(`UPDATE summary_cells SET count = 299 WHERE ${DAY}`, [await rig.seriesId('')]),
      of: [null, null],
      what: /^has the count 299, and 300 by its observations$/,
    },
    {
      name: 'a first time',
      act: async () =>
        rig.damage(`UPDATE summary_cells SET first_at = first_at - 1 WHERE ${DAY}`, [
          await rig.seriesId('sex'),
        ]),
      of: ['sex', null],
      what: /^has the first time \d+, and \d+ by its observations$/,
    },
    {
      name: 'a last time',
      act: async () =>
        rig.damage(`UPDATE summary_cells SET last_at = last_at + 1 WHERE ${DAY}`, [
          await rig.seriesId('sex'),
        ]),
      of: ['sex', null],
      what: /^has the last time /,
    },
    {
      name: 'bytes that are no summary',
      act: async () =>
        rig.damage(`UPDATE summary_cells SET body = ? WHERE ${DAY}`, [
          Buffer.from('x'),
          await rig.seriesId('few'),
        ]),
      of: ['few', null],
      what: /^cannot be read: /,
    },
    {
      name: 'the kind',
      act: () => rig.changeBody('few', '', () => ({ kind: 'count' })),
      of: ['few', null],
      what: /^is a summary of kind count, and numeric by its observations$/,
    },
    {
      name: 'a mean',
      act: () =>
        rig.changeBody('few', '', (body) => ({
          ...body,
          moments: { ...body.moments, mean: { high: 3 + 1e-11, low: 0 } },
        })),
      of: ['few', null],
      what: /^has the mean 3.00000000001, and 3 by its observations$/,
    },
    {
      name: 'a variance',
      act: () =>
        rig.changeBody('few', '', (body) => ({
          ...body,
          moments: { ...body.moments, squaredDeviations: { high: 600 + 1e-9, low: 0 } },
        })),
      of: ['few', null],
      what: /^has the sum of squared deviations 600\.\d+, and 600 by its observations$/,
    },
    {
      name: 'a list of values',
      act: () =>
        rig.changeBody('few', '', (body) => ({
          ...body,
          sketch: { ...body.sketch, counts: Float64Array.of(60, 59, 61, 60, 60) },
        })),
      of: ['few', null],
      what: /^lists other values, or other counts of them, than its observations$/,
    },
    {
      name: 'a digest',
      act: () =>
        rig.changeBody('many', '', (body) => ({
          ...body,
          sketch: {
            ...body.sketch,
            values: body.sketch.values.map((value: number) =>
              value > 299 ? value : 1 + (value - 1) / 1_000,
            ),
          },
        })),
      of: ['many', null],
      what: /^has the quantile at 0\.1 1\.\d+, and \d+(\.\d+)? by its observations$/,
    },
    {
      name: 'a count of a value',
      act: () =>
        rig.changeBody('sex', '', () => ({
          kind: 'categorical',
          counts: new Map([
            ['f', 149],
            ['m', 150],
          ]),
        })),
      of: ['sex', null],
      what: /^has the count of f 149, and 150 by its observations$/,
    },
    {
      name: 'counts of a pair that are said to be too many',
      act: () => rig.changeBody('sex', 'site', () => ({ kind: 'categorical', counts: null })),
      of: ['sex', 'site'],
      what: /^counts no values, and they are not too many$/,
    },
    {
      name: 'a series under the id of another',
      act: async () =>
        rig.damage(`UPDATE summary_series SET variable = 'weight' WHERE id = ?`, [await rig.seriesId('few')]),
      of: ['weight', null],
      what: /^is under the id of another$/,
    },
  ];

  it.each(cases)('$name', async ({ act, of, what, bucket }) => {
    await act();
    const { code, answer } = await rig.verified();
    expect(code).toBe(1);
    expect(answer.differences).toContainEqual({
      federation_id: rig.federation.id,
      org_id: rig.federation.owner.id,
      variable: of[0],
      other_variable: of[1],
      device_group: 'icu',
      device_platform: 'ios',
      granularity: 'day',
      bucket: bucket ?? '2026-03-05',
      what: expect.stringMatching(what),
    });
  });
});

it('says it in lines to people', async () => {
  await rig.damage(`DELETE FROM summary_cells WHERE series_id = ? AND granularity = 1`, [
    await rig.seriesId('sex', 'site'),
  ]);
  const { code, stdout } = await rig.cli(['verify']);
  expect(code).toBe(1);
  expect(stdout.split('\n')[0]).toBe(
    `summary of sex and site of ${rig.federation.owner.id} in ${rig.federation.id}, group "icu", platform "ios", ` +
      'month 2026-03 is missing; it is due for 300 observations',
  );
  expect(stdout).toMatch(/^1 ledgers and \d+ summaries verified, 1 differences\n$/m);
});
