import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { RetentionService } from '../../src/analytics/retention.service.js';
import { countRows, everyRow, rowTexts } from '../support/rows.js';
import { OBSERVATIONS, SummaryRig } from '../support/summaries.js';

const GOING = { aborted: false };
/** Of 2026-03-05, where the observations of the rig are: it has expired, and the rest of its month has not. */
const EXPIRED = 'series_id = ? AND granularity = 2 AND bucket = 20517';
const KEPT = 'series_id = ? AND granularity = 2 AND bucket = 20522';
const MONTH = 'series_id = ? AND granularity = 1';

let rig: SummaryRig;
beforeAll(async () => {
  rig = await SummaryRig.start();
});
afterAll(() => rig.close());

beforeEach(async () => {
  await rig.empty();
  const { owner } = rig.federation;
  await rig.send(owner, OBSERVATIONS);
  await rig.send(
    owner,
    OBSERVATIONS.map((one) => ({ ...one, recorded_at: '2026-03-10T12:00:00Z' })),
  );
  const clock = { now: () => Date.parse('2026-03-10T15:00:00Z') };
  const { failures } = await new RetentionService(clock, rig.gateway.app.core.db, 3).sweep(GOING);
  expect(failures).toEqual([]);
  expect(await countRows(rig.gateway.app.core.db, 'observations')).toBe(300);
});

const verified = () => rig.gateway.app.core.summaryVerification.verifyAll();

it('says how many summaries were only compared with each other', async () => {
  const { code, answer } = await rig.verified();
  const summaries = await countRows(rig.gateway.app.core.db, 'summary_cells');
  // Of each series two days, a month and all: but for the day that is kept, expired observations are in them.
  const expired = (summaries / 4) * 3;
  expect({ code, answer }).toEqual({
    code: 0,
    answer: { ledgers: 1, summaries, summaries_from_expired: expired, differences: [] },
  });
  const { stdout } = await rig.cli(['verify']);
  expect(stdout).toBe(
    `${expired} summaries from expired observations were only compared with each other\n` +
      `1 ledgers and ${summaries} summaries verified, 0 differences\n`,
  );
});

describe('finds', () => {
  const note = ' \\(expired ones as their days tell\\)$';
  const cases: readonly { name: string; act: string; bytes?: Buffer; told: readonly [string, RegExp][] }[] = [
    {
      name: 'a missing expired day, by what it is part of',
      act: `DELETE FROM summary_cells WHERE ${EXPIRED}`,
      // Without that day the record alone tells what is due.
      told: [
        ['all', /^has the count 600, and 300 by its observations$/],
        ['2026-03', /^has the count 600, and 300 by its observations$/],
      ],
    },
    {
      name: 'a wrong count of an expired day, by what it is part of',
      act: `UPDATE summary_cells SET count = 299 WHERE ${EXPIRED}`,
      told: [
        ['all', new RegExp(`^has the count 600, and 599 by its observations${note}`)],
        ['2026-03', new RegExp(`^has the count 600, and 599 by its observations${note}`)],
      ],
    },
    {
      name: 'an expired day that cannot be read, and nothing else because of it',
      act: `UPDATE summary_cells SET body = ? WHERE ${EXPIRED}`,
      bytes: Buffer.from('x'),
      told: [['2026-03-05', /^cannot be read: /]],
    },
    {
      name: 'a wrong month that an expired day is in',
      act: `UPDATE summary_cells SET count = 599 WHERE ${MONTH}`,
      told: [['2026-03', new RegExp(`^has the count 599, and 600 by its observations${note}`)]],
    },
    {
      name: 'a missing month that an expired day is in',
      act: `DELETE FROM summary_cells WHERE ${MONTH}`,
      told: [['2026-03', /^is missing; it is due for 600 observations$/]],
    },
    {
      name: 'a wrong day that is kept',
      act: `UPDATE summary_cells SET count = 299 WHERE ${KEPT}`,
      told: [['2026-03-10', /^has the count 299, and 300 by its observations$/]],
    },
  ];

  it.each(cases)('$name', async ({ act, bytes, told }) => {
    const id = await rig.seriesId('few');
    await rig.damage(act, bytes === undefined ? [id] : [bytes, id]);
    const { differences } = await verified();
    const found = differences.map(({ variable, bucket, what }) => ({ variable, bucket, what }));
    const wanted = told.flatMap(([bucket, what]) => ({
      variable: 'few',
      bucket,
      what: expect.stringMatching(what),
    }));
    for (const one of wanted) expect(found).toContainEqual(one);
    expect(new Set(found.map(({ bucket }) => bucket))).toEqual(new Set(told.map(([bucket]) => bucket)));
  });
});

it('rebuilding makes what is kept, months and all time right again, and keeps expired days', async () => {
  const { db } = rig.gateway.app.core;
  const expired = () => rowTexts(db, 'SELECT * FROM summary_cells WHERE bucket = 20517');
  const before = { expired: await expired(), cells: await countRows(db, 'summary_cells') };
  const id = await rig.seriesId('few');
  await rig.damage(`UPDATE summary_cells SET count = 599 WHERE ${MONTH}`, [id]);
  await rig.damage(`DELETE FROM summary_cells WHERE ${KEPT}`, [id]);
  await rig.damage(`DELETE FROM summary_cells WHERE series_id = ? AND granularity = 0`, [id]);
  expect((await verified()).differences).not.toEqual([]);
  const { code, stdout } = await rig.cli(['rebuild-summaries', '--json']);
  expect([code, JSON.parse(stdout)]).toEqual([0, { members: 1, summaries: before.cells }]);
  expect((await verified()).differences).toEqual([]);
  expect(await expired()).toEqual(before.expired);
});

it('rebuilding is refused, and changes nothing, where an expired day cannot be read', async () => {
  const { db } = rig.gateway.app.core;
  await rig.damage(`UPDATE summary_cells SET body = ? WHERE ${EXPIRED}`, [
    Buffer.from('x'),
    await rig.seriesId('few'),
  ]);
  const before = await everyRow(db);
  const { code, stderr } = await rig.cli(['rebuild-summaries']);
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^the summary of few of \S+ in \S+, group "icu", day 2026-03-05, cannot be read: .*backup/,
  );
  expect(await everyRow(db)).toEqual(before);
});
