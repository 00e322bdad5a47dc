import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { encodeBody, decodeBody, type CellBody } from '../../src/analytics/cell-body.js';
import { commandContext } from '../../src/cli/operator.js';
import type { SqlValue } from '../../src/db/database.js';
import { startTestApp, type Member, type TestApp, type TestFederation } from '../support/app.js';
import { Sandbox } from '../support/process.js';
import { countRows } from '../support/rows.js';

let gateway: TestApp;
let sandbox: Sandbox;
let federation: TestFederation;
let other: Member;

beforeAll(async () => {
  gateway = await startTestApp();
  sandbox = new Sandbox({ DATABASE_URL: gateway.database.url, LOG_LEVEL: 'error' });
  federation = await gateway.aFederation({ active: 1 });
  other = federation.active[0]!;
});
afterAll(async () => {
  sandbox.remove();
  await gateway.close();
});

/** Of group `icu` on one day: 1 to 300 as `many`, which is a digest, 1 to 5 as `few`, sexes and sites in turn. */
const OBSERVATIONS = Array.from({ length: 300 }, (_, i) => ({
  recorded_at: `2026-03-05T12:00:00.${String(i).padStart(3, '0')}Z`,
  device_group: 'icu',
  device_platform: 'ios',
  metrics: { many: i + 1, few: (i % 5) + 1 },
  attributes: { sex: i % 2 === 0 ? 'f' : 'm', site: i % 3 === 0 ? 'a' : 'b' },
}));

beforeEach(async () => {
  for (const table of ['summary_cells', 'summary_series', 'observations', 'ingested_chunks'])
    await damage(`DELETE FROM ${table}`);
  await send(federation.owner, OBSERVATIONS);
  await send(other, OBSERVATIONS.slice(0, 3));
});

async function send(member: Member, observations: readonly object[]): Promise<void> {
  await member.client.post(`/federations/${federation.id}/observations`, { observations }).expect(200, 201);
}

function damage(sql: string, parameters: readonly SqlValue[] = []): Promise<void> {
  return gateway.app.core.db.transaction(async (tx) => {
    await tx.query(sql, parameters);
  });
}

async function verified(): Promise<{ code: number | null; answer: any }> {
  const { code, stdout } = await sandbox.cli(['verify', '--json']);
  return { code, answer: JSON.parse(stdout) };
}

async function seriesId(variable: string, otherVariable = ''): Promise<string> {
  const [row] = await gateway.app.core.db.query<{ id: string }>(
    'SELECT s.id AS id FROM summary_series s WHERE s.variable = ? AND s.other_variable = ? AND s.org_id = ?',
    [variable, otherVariable, federation.owner.id],
  );
  return row!.id;
}

/** The summary over the day, which is one of three. */
const DAY = 'series_id = ? AND granularity = 2';

async function changeBody(
  variable: string,
  otherVariable: string,
  change: (body: any) => CellBody,
): Promise<void> {
  const id = await seriesId(variable, otherVariable);
  const [row] = await gateway.app.core.db.query<{ body: Buffer }>(
    `SELECT body AS body FROM summary_cells WHERE ${DAY}`,
    [id],
  );
  const body = encodeBody(change(decodeBody(row!.body)));
  await damage(`UPDATE summary_cells SET body = ? WHERE ${DAY}`, [body, id]);
}

it('finds nothing in summaries that were only written to', async () => {
  const { code, answer } = await verified();
  expect(answer).toEqual({
    ledgers: 1,
    summaries: await countRows(gateway.app.core.db, 'summary_cells'),
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
    gateway.app.core.ingestion.record(commandContext(gateway.app.core), {
      federationId: federation.id,
      orgId,
      observations: many,
    });
  for (const { id } of [other, other, federation.owner, other]) await record(id);
  await send(federation.owner, OBSERVATIONS.slice(0, 7));
  const { answer } = await verified();
  expect(answer).toEqual({
    ledgers: 1,
    summaries: await countRows(gateway.app.core.db, 'summary_cells'),
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
      act: async () => damage(`DELETE FROM summary_cells WHERE ${DAY}`, [await seriesId('few')]),
      of: ['few', null],
      what: /^is missing; it is due for 300 observations$/,
    },
    {
      name: 'one of nothing',
      act: async () =>
        damage(
          `INSERT INTO summary_cells (series_id, granularity, bucket, count, first_at, last_at, body)
            SELECT series_id, granularity, bucket + 1, count, first_at, last_at, body FROM summary_cells WHERE ${DAY}`,
          [await seriesId('few')],
        ),
      of: ['few', null],
      what: /^is there, and there are no observations for it$/,
      bucket: '2026-03-06',
    },
    {
      name: 'a count',
      act: async () => damage(`UPDATE summary_cells SET count = 299 WHERE ${DAY}`, [await seriesId('')]),
      of: [null, null],
      what: /^has the count 299, and 300 by its observations$/,
    },
    {
      name: 'a first time',
      act: async () =>
        damage(`UPDATE summary_cells SET first_at = first_at - 1 WHERE ${DAY}`, [await seriesId('sex')]),
      of: ['sex', null],
      what: /^has the first time \d+, and \d+ by its observations$/,
    },
    {
      name: 'a last time',
      act: async () =>
        damage(`UPDATE summary_cells SET last_at = last_at + 1 WHERE ${DAY}`, [await seriesId('sex')]),
      of: ['sex', null],
      what: /^has the last time /,
    },
    {
      name: 'bytes that are no summary',
      act: async () =>
        damage(`UPDATE summary_cells SET body = ? WHERE ${DAY}`, [Buffer.from('x'), await seriesId('few')]),
      of: ['few', null],
      what: /^cannot be read: /,
    },
    {
      name: 'the kind',
      act: () => changeBody('few', '', () => ({ kind: 'count' })),
      of: ['few', null],
      what: /^is a summary of kind count, and numeric by its observations$/,
    },
    {
      name: 'a mean',
      act: () =>
        changeBody('few', '', (body) => ({
          ...body,
          moments: { ...body.moments, mean: { high: 3 + 1e-11, low: 0 } },
        })),
      of: ['few', null],
      what: /^has the mean 3.00000000001, and 3 by its observations$/,
    },
    {
      name: 'a variance',
      act: () =>
        changeBody('few', '', (body) => ({
          ...body,
          moments: { ...body.moments, squaredDeviations: { high: 600 + 1e-9, low: 0 } },
        })),
      of: ['few', null],
      what: /^has the sum of squared deviations 600\.\d+, and 600 by its observations$/,
    },
    {
      name: 'a list of values',
      act: () =>
        changeBody('few', '', (body) => ({
          ...body,
          sketch: { ...body.sketch, counts: Float64Array.of(60, 59, 61, 60, 60) },
        })),
      of: ['few', null],
      what: /^lists other values, or other counts of them, than its observations$/,
    },
    {
      name: 'a digest',
      act: () =>
        changeBody('many', '', (body) => ({
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
        changeBody('sex', '', () => ({
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
      act: () => changeBody('sex', 'site', () => ({ kind: 'categorical', counts: null })),
      of: ['sex', 'site'],
      what: /^counts no values, and they are not too many$/,
    },
    {
      name: 'a series under the id of another',
      act: async () =>
        damage(`UPDATE summary_series SET variable = 'weight' WHERE id = ?`, [await seriesId('few')]),
      of: ['weight', null],
      what: /^is under the id of another$/,
    },
  ];

  it.each(cases)('$name', async ({ act, of, what, bucket }) => {
    await act();
    const { code, answer } = await verified();
    expect(code).toBe(1);
    expect(answer.differences).toContainEqual({
      federation_id: federation.id,
      org_id: federation.owner.id,
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
  await damage(`DELETE FROM summary_cells WHERE series_id = ? AND granularity = 1`, [
    await seriesId('sex', 'site'),
  ]);
  const { code, stdout } = await sandbox.cli(['verify']);
  expect(code).toBe(1);
  expect(stdout.split('\n')[0]).toBe(
    `summary of sex and site of ${federation.owner.id} in ${federation.id}, group "icu", platform "ios", ` +
      'month 2026-03 is missing; it is due for 300 observations',
  );
  expect(stdout).toMatch(/^1 ledgers and \d+ summaries verified, 1 differences\n$/m);
});

describe('rebuild-summaries', () => {
  it('makes damaged ones right again, those of one federation or all', async () => {
    const before = await countRows(gateway.app.core.db, 'summary_cells');
    await damage(`DELETE FROM summary_cells WHERE series_id = ?`, [await seriesId('few')]);
    await damage(`UPDATE summary_cells SET body = ? WHERE series_id = ?`, [
      Buffer.from('x'),
      await seriesId('many'),
    ]);
    await damage(`UPDATE summary_series SET variable = 'weight' WHERE id = ?`, [await seriesId('sex')]);
    for (const args of [['--federation', federation.id], []]) {
      const { code, stdout } = await sandbox.cli(['rebuild-summaries', '--json', ...args]);
      expect([code, JSON.parse(stdout)]).toEqual([0, { members: 2, summaries: before }]);
      expect((await verified()).answer.differences).toEqual([]);
    }
  });

  it('removes what has no observations', async () => {
    await damage('DELETE FROM observations WHERE org_id = ?', [other.id]);
    expect((await verified()).code).toBe(1);
    const { stdout } = await sandbox.cli(['rebuild-summaries']);
    expect(stdout).toMatch(/^\d+ summaries of 2 members made anew\n$/);
    expect(await verified()).toMatchObject({ code: 0, answer: { differences: [] } });
  });

  it('refuses a federation that does not exist', async () => {
    const { code, stderr } = await sandbox.cli(['rebuild-summaries', '--federation', 'fed_nothing']);
    expect([code, stderr]).toEqual([1, 'federation not found\n']);
  });

  it('loses nothing that comes in meanwhile, and nobody is refused', async () => {
    let [done, sent] = [false, 303];
    const sending = [federation.owner, other].map(async (member) => {
      while (!done) {
        await send(member, OBSERVATIONS.slice(0, 20));
        sent += 20;
      }
    });
    for (let i = 0; i < 3; i++) expect((await sandbox.cli(['rebuild-summaries'])).code).toBe(0);
    // Also this finds nothing while the members send.
    expect((await verified()).answer.differences).toEqual([]);
    done = true;
    await Promise.all(sending);
    expect(await countRows(gateway.app.core.db, 'observations')).toBe(sent);
    expect((await verified()).answer.differences).toEqual([]);
  });
});
