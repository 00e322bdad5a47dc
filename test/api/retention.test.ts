import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { RetentionService } from '../../src/analytics/retention.service.js';
import { auditOf, groupsOf, variablesOf } from '../support/discovery.js';
import { AT, keptOf, record } from '../support/observations.js';
import { everyRow } from '../support/rows.js';
import { SummaryRig } from '../support/summaries.js';

const DAY_MS = 86_400_000;
const NOW = Date.parse('2026-03-25T15:00:00Z');
/** What is kept 30 days before NOW. */
const FIRST_DAY = Date.parse('2026-02-23');
const GOING = { aborted: false };

let rig: SummaryRig;
beforeAll(async () => {
  rig = await SummaryRig.start();
});
afterAll(() => rig.close());

/** 300 values, which are a digest, and 5 of another metric, over a day. */
function aDay(day: string, count = 300): object[] {
  return Array.from({ length: count }, (_, i) => ({
    recorded_at: `${day}T12:00:00.${String(i % 1_000).padStart(3, '0')}Z`,
    device_group: 'icu',
    device_platform: 'ios',
    metrics: { many: i + 1, few: (i % 5) + 1 },
    attributes: { sex: i % 2 === 0 ? 'f' : 'm', site: i % 3 === 0 ? 'a' : 'b' },
  }));
}

/** Two days of an expired month, one before and one behind the horizon in its month, and one of a month that is kept. */
const DAYS = ['2026-01-10', '2026-01-11', '2026-02-10', '2026-02-24', '2026-03-05'];

beforeEach(async () => {
  await rig.empty();
  for (const day of DAYS) await rig.send(rig.federation.owner, aDay(day));
  await rig.send(rig.other, aDay('2026-01-10', 7));
});

async function sweep(now = NOW, retentionDays: number | null = 30, stop = GOING) {
  const service = new RetentionService({ now: () => now }, rig.gateway.app.core.db, retentionDays);
  const { failures, ...swept } = await service.sweep(stop);
  expect(failures).toEqual([]);
  return swept;
}

const kept = (orgId = rig.federation.owner.id) => keptOf(rig.gateway.app.core.db, rig.federation.id, orgId);

async function firstDays(): Promise<number[]> {
  const rows = await rig.gateway.app.core.db.query<{ day: number }>(
    'SELECT h.first_day AS day FROM observation_horizons h WHERE h.federation_id = ?',
    [rig.federation.id],
  );
  return rows.map(({ day }) => day * DAY_MS);
}

/** What each window of whole days holds, of each kind of variable. */
async function answers(): Promise<unknown[]> {
  const { db, summaries } = rig.gateway.app.core;
  const found: unknown[] = [];
  const windows = [null, ...DAYS, '2026-02-01', '2026-02-23', '2026-03-01'].sort();
  for (const start of windows)
    for (const [variable, otherVariable] of [
      ['', ''],
      ['few', ''],
      ['many', ''],
      ['sex', ''],
      ['sex', 'site'],
    ])
      for (const end of [null, '2026-01-11', '2026-03-01', '2026-03-06']) {
        const [from, to] = [start, end].map((text) => (text === null ? null : Date.parse(text)));
        const asked = {
          variable: variable!,
          otherVariable: otherVariable!,
          start: from!,
          end: to!,
          platform: null,
        };
        found.push([asked, await summaries.read(db, { federationId: rig.federation.id, ...asked })]);
      }
  return found;
}

const discovered = async () => [
  await variablesOf(rig.gateway.operator, rig.federation.id),
  await groupsOf(rig.gateway.operator, rig.federation.id),
  await groupsOf(rig.gateway.operator, rig.federation.id, 'FEDERATION_MEMBER'),
];

function partOf(day: string): Promise<unknown> {
  const { db, summaries } = rig.gateway.app.core;
  const start = Date.parse(`${day}T06:00:00Z`);
  const asked = { variable: 'few', otherVariable: '', start, end: start + DAY_MS / 2, platform: null };
  return summaries.read(db, { federationId: rig.federation.id, ...asked });
}

const RAW_EXPIRED = {
  code: 'BAD_USER_INPUT',
  field: 'filters.startTime',
  facts: { reason: 'raw_expired', kept_from: '2026-02-23T00:00:00Z' },
};

describe('a sweep', () => {
  it('drops what is older and changes no answer over whole days', async () => {
    const before = { answers: await answers(), discovered: await discovered() };
    expect(await sweep()).toEqual({ horizons: 1, observations: 907 });
    expect(await kept()).toMatchObject({ record: 600, summarized: 1_500 });
    expect(await firstDays()).toEqual([FIRST_DAY]);
    expect({ answers: await answers(), discovered: await discovered() }).toEqual(before);
  });

  it('keeps the first millisecond of its first day, and drops the one before', async () => {
    await rig.empty();
    const at = (time: number) => [{ ...aDay('2026-01-01', 1)[0], recorded_at: new Date(time).toISOString() }];
    await rig.send(rig.federation.owner, at(FIRST_DAY));
    await rig.send(rig.federation.owner, at(FIRST_DAY - 1));
    expect((await sweep()).observations).toBe(1);
    const { db } = rig.gateway.app.core;
    const rows = await db.query<{ at: number }>('SELECT o.recorded_at AS at FROM observations o');
    expect(rows.map((row) => row.at)).toEqual([FIRST_DAY]);
  });

  it('without a retention drops nothing and writes nothing', async () => {
    const before = await everyRow(rig.gateway.app.core.db);
    expect(await sweep(NOW, null)).toEqual({ horizons: 0, observations: 0 });
    expect(await everyRow(rig.gateway.app.core.db)).toEqual(before);
  });

  it('again finds nothing to do', async () => {
    await sweep();
    const before = await everyRow(rig.gateway.app.core.db);
    expect(await sweep()).toEqual({ horizons: 0, observations: 0 });
    expect(await everyRow(rig.gateway.app.core.db)).toEqual(before);
  });

  it('leaves a part of an expired day without an answer, and other parts with theirs', async () => {
    expect(await partOf('2026-01-10')).toHaveLength(2);
    const later = await partOf('2026-02-24');
    await sweep();
    await expect(partOf('2026-01-10')).rejects.toMatchObject(RAW_EXPIRED);
    // Also where nothing ever was.
    await expect(partOf('2025-01-10')).rejects.toMatchObject(RAW_EXPIRED);
    expect(await partOf('2026-02-24')).toEqual(later);
  });

  it('moves on with time, and never back when the retention is raised or unset', async () => {
    await sweep();
    await sweep(NOW + DAY_MS);
    expect(await firstDays()).toEqual([FIRST_DAY + DAY_MS]);
    for (const retentionDays of [90, null]) {
      expect(await sweep(NOW + 2 * DAY_MS, retentionDays)).toEqual({ horizons: 0, observations: 0 });
      expect(await firstDays()).toEqual([FIRST_DAY + DAY_MS]);
    }
    await expect(partOf('2026-01-10')).rejects.toMatchObject({ facts: { reason: 'raw_expired' } });
    await rig.send(rig.federation.owner, aDay('2026-02-23', 3));
    expect(await kept()).toMatchObject({ record: 600, summarized: 1_503 });
  });

  it('of several gateways at once drops each row once', async () => {
    await rig.send(rig.federation.owner, aDay('2026-01-12', 4_000));
    const swept = await Promise.all([sweep(), sweep(), sweep()]);
    expect(swept.reduce((sum, { observations }) => sum + observations, 0)).toBe(4_907);
    expect(await kept()).toMatchObject({ record: 600, summarized: 5_500 });
    expect(await firstDays()).toEqual([FIRST_DAY]);
  });
});

describe('an observation from before the horizon', () => {
  it('counts, and is no part of the record', async () => {
    await sweep();
    const batch = { batch_id: 'late', observations: aDay('2026-01-10', 6) };
    const stored = { batch_id: 'late', accepted: 6, duplicate: false };
    expect(await record.REST(rig.federation.owner.client, rig.federation.id, batch)).toEqual({
      status: 200,
      stored,
    });
    expect(await kept()).toMatchObject({ record: 600, summarized: 1_506 });
    const [few] = await variablesOf(rig.gateway.operator, rig.federation.id);
    expect(few).toMatchObject({ name: 'few', observation_count: 1_513 });
    expect(await rig.verified()).toMatchObject({ code: 0, answer: { differences: [] } });
    const again = await record.GraphQL(rig.federation.owner.client, rig.federation.id, {
      batch_id: 'late',
      observations: aDay('2026-01-10', 6),
    });
    expect(again).toMatchObject({ stored: { duplicate: true } });
    expect(await kept()).toMatchObject({ record: 600, summarized: 1_506 });
  });

  it('beside a later one in a batch leaves that one in the record', async () => {
    await sweep();
    await rig.send(rig.federation.owner, [...aDay('2026-01-10', 2), ...aDay('2026-03-05', 3)]);
    expect(await kept()).toMatchObject({ record: 603, summarized: 1_505 });
    expect((await rig.cli(['rebuild-summaries'])).code).toBe(0);
    expect(await kept()).toMatchObject({ record: 603, summarized: 1_505 });
    expect(await rig.verified()).toMatchObject({ code: 0, answer: { differences: [] } });
  });
});

describe('a sweep that ended between two transactions', () => {
  /** Ends when it is looked at for the nth time. */
  function endingAfter(looks: number): { readonly aborted: boolean } {
    let left = looks;
    return {
      get aborted() {
        left -= 1;
        return left < 0;
      },
    };
  }

  beforeEach(async () => {
    await rig.send(rig.federation.owner, aDay('2026-01-12', 2_500));
  });

  it.each([
    { looks: 1, rows: 3_407 },
    { looks: 2, rows: 2_407 },
    { looks: 3, rows: 1_407 },
  ])('leaves $rows rows that nobody reads and the next one drops', async ({ looks, rows }) => {
    const { summaryVerification, summaryRebuild } = rig.gateway.app.core;
    const whole = await answers();
    await sweep(NOW, 30, endingAfter(looks));
    const left = (await kept()).record + (await kept(rig.other.id)).record - 600;
    expect(left).toBe(rows);
    await expect(partOf('2026-01-12')).rejects.toMatchObject(RAW_EXPIRED);
    expect(await answers()).toEqual(whole);
    expect((await summaryVerification.verifyAll()).differences).toEqual([]);
    await summaryRebuild.rebuild(null);
    expect(await kept()).toMatchObject({ summarized: 4_000 });
    expect((await summaryVerification.verifyAll()).differences).toEqual([]);
    // Also when no new ones are to expire.
    expect(await sweep(NOW, null)).toEqual({ horizons: 0, observations: rows });
    expect(await kept()).toMatchObject({ record: 600, summarized: 4_000 });
  });

  it('leaves a purge that counts each observation once', async () => {
    await sweep(NOW, 30, endingAfter(2));
    const path = `/federations/${rig.federation.id}/members/${rig.federation.owner.id}/observations`;
    const { body } = await rig.federation.owner.client.delete(path).expect(200);
    expect(body).toEqual({ purged: 4_000 });
    expect(await kept()).toMatchObject({ record: 0, summarized: 0, series: 0, cells: 0 });
  });
});

it('a purge removes what has expired as well, says how many, and leaves its entry in the audit', async () => {
  const { id, owner } = rig.federation;
  await sweep();
  const before = (await auditOf(rig.gateway.app.core.db, id, 'observations.purge')).length;
  const purge = async (orgId: string) =>
    (await owner.client.delete(`/federations/${id}/members/${orgId}/observations`).expect(200)).body;
  // Nothing of this one is in the record any more.
  expect(await kept(rig.other.id)).toMatchObject({ record: 0, summarized: 7 });
  expect(await purge(rig.other.id)).toEqual({ purged: 7 });
  expect(await purge(owner.id)).toEqual({ purged: 1_500 });
  for (const orgId of [rig.other.id, owner.id]) {
    expect(await kept(orgId)).toMatchObject({ record: 0, summarized: 0, series: 0, cells: 0 });
    expect(await purge(orgId)).toEqual({ purged: 0 });
  }
  const entries = (await auditOf(rig.gateway.app.core.db, id, 'observations.purge')).slice(before);
  expect(entries).toEqual([
    { org_id: rig.other.id, purged: 7 },
    { org_id: owner.id, purged: 1_500 },
  ]);
  expect(await variablesOf(rig.gateway.operator, id)).toEqual([]);
  await rig.send(owner, aDay(AT.slice(0, 10), 5));
  expect(await kept()).toMatchObject({ record: 0, summarized: 5 });
  expect(await rig.verified()).toMatchObject({ code: 0, answer: { differences: [] } });
});

it('loses nothing while members send, summaries are made anew and time goes on', async () => {
  let [done, sent] = [false, 1_500];
  const sending = (async () => {
    for (let day = 0; !done; day = (day + 1) % 40) {
      const at = new Date(Date.parse('2026-02-10') + day * DAY_MS).toISOString().slice(0, 10);
      await rig.send(rig.federation.owner, aDay(at, 20));
      sent += 20;
    }
  })();
  const rebuilding = (async () => {
    while (!done) {
      await rig.gateway.app.core.summaryRebuild.rebuild(rig.federation.id);
      // On SQLite all of it is one turn of this process, which the others need as well.
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  try {
    for (let day = 0; day < 5; day++) {
      await sweep(NOW + day * DAY_MS);
      expect((await rig.gateway.app.core.summaryVerification.verifyAll()).differences).toEqual([]);
    }
  } finally {
    done = true;
    await Promise.all([sending, rebuilding]);
  }
  expect(await kept()).toMatchObject({ summarized: sent });
  expect((await rig.gateway.app.core.summaryVerification.verifyAll()).differences).toEqual([]);
});
