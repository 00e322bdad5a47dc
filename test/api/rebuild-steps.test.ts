import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { RetentionService } from '../../src/analytics/retention.service.js';
import type { Member } from '../support/app.js';
import { isMysql } from '../support/database.js';
import { keptOf } from '../support/observations.js';
import { Ended, endingBehind, rebuildInSteps } from '../support/rebuild.js';
import { countRows } from '../support/rows.js';
import { OBSERVATIONS, SummaryRig } from '../support/summaries.js';

let rig: SummaryRig;
beforeAll(async () => {
  rig = await SummaryRig.start();
});
afterAll(() => rig.close());
beforeEach(async () => {
  await rig.reset();
  await rig.send(rig.other, inGroup('ward', 120));
});

/** What {@link SummaryRig.reset} and the above have sent. */
const SENT = 300 + 3 + 120;

const inGroup = (group: string, count: number): object[] =>
  OBSERVATIONS.slice(0, count).map((one, i) => ({
    ...one,
    device_group: group,
    recorded_at: `2026-0${1 + (i % 3)}-10T12:00:00.${String(i).padStart(3, '0')}Z`,
  }));

const core = () => rig.gateway.app.core;
const kept = (member: Member) => keptOf(core().db, rig.federation.id, member.id);

/** Wrong counts in all cells, none of a kind of them, and a series under another name. */
async function damageAll(): Promise<void> {
  await rig.damage('UPDATE summary_cells SET count = count + 1000');
  await rig.damage('DELETE FROM summary_cells WHERE granularity = 1');
  await rig.damage(`UPDATE summary_series SET variable = 'weight' WHERE id = ?`, [await rig.seriesId('sex')]);
}

/** Summaries are what the record says, and nothing is left of the way there. */
async function expectRight(): Promise<void> {
  expect((await core().summaryVerification.verifyAll()).differences).toEqual([]);
  for (const table of ['summary_rebuilds', 'rebuilt_days']) expect(await countRows(core().db, table)).toBe(0);
  for (const member of [rig.federation.owner, rig.other]) {
    const { record, summarized } = await kept(member);
    expect(summarized).toBe(record);
  }
}

it('takes several steps of each kind for each member', async () => {
  const { events } = await rebuildInSteps(core());
  const kinds = (member: Member) =>
    events.flatMap((event) =>
      event.kind !== 'resumed' && event.member.orgId === member.id ? [event.kind] : [],
    );
  for (const member of [rig.federation.owner, rig.other])
    for (const kind of ['counted', 'published'])
      expect(kinds(member).filter((one) => one === kind).length).toBeGreaterThan(1);
});

describe('ended', () => {
  it('behind any of its steps and begun again, goes on there and takes no step twice', async () => {
    for (let step = 1; ; step++) {
      await damageAll();
      const first = await rebuildInSteps(core(), { act: endingBehind(step) });
      // Behind the last one nobody is left to go on with.
      if (first.finished.length === 2) break;
      const second = await rebuildInSteps(core());
      expect(first.observations + second.observations).toBe(SENT);
      expect([...first.finished, ...second.finished]).toHaveLength(2);
      expect(second.events[0]).toMatchObject({ kind: 'resumed', members: 2 });
      await expectRight();
    }
    expect.hasAssertions();
  });

  it('behind each of its steps in turn, comes to its end', async () => {
    await damageAll();
    let observations = 0;
    for (let isEnded = true; isEnded;) {
      const rebuilt = await rebuildInSteps(core(), {
        act: ({ kind }) => {
          if (kind === 'counted' || kind === 'published') throw new Ended();
        },
      });
      observations += rebuilt.observations;
      ({ isEnded } = rebuilt);
    }
    expect(observations).toBe(SENT);
    await expectRight();
  });

  it('by SIGKILL, goes on with the members that were not finished', async () => {
    const groups = Array.from({ length: 100 }, (_, i) => ({
      ...OBSERVATIONS[i],
      device_group: `group ${i}`,
    }));
    for (const member of [rig.federation.owner, rig.other]) await rig.send(member, groups);
    await damageAll();
    const running = rig.startCli(['rebuild-summaries']);
    await running.errorsWith(/finished\n/);
    expect(await running.stop('SIGKILL')).toMatchObject({ code: null, stdout: '' });
    const { code, stdout, stderr } = await rig.cli(['rebuild-summaries']);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^going on with what was begun at \S+: 1 of 2 members are finished/);
    expect(stdout).toMatch(/^\d+ summaries of 1 members made anew\n$/);
    await expectRight();
  });

  it('and begun anew with --restart, looks at every member and believes nothing that was made', async () => {
    await rebuildInSteps(core(), { act: endingBehind(2) });
    await rig.damage('UPDATE rebuilt_days SET count = count + 1');
    const { observations, finished } = await rebuildInSteps(core(), { restart: true });
    expect([observations, finished.length]).toEqual([SENT, 2]);
    await expectRight();
    await rebuildInSteps(core(), { act: endingBehind(2) });
    await rig.damage('UPDATE rebuilt_days SET count = count + 1');
    const { stdout, stderr } = await rig.cli(['rebuild-summaries', '--restart']);
    expect(stdout).toMatch(/ of 2 members made anew\n$/);
    expect(stderr).not.toMatch(/going on/);
    await expectRight();
  });

  it('in one federation, goes on there and with all others where all are asked for', async () => {
    const elsewhere = await rig.gateway.aFederation();
    await elsewhere.owner.client
      .post(`/federations/${elsewhere.id}/observations`, { observations: OBSERVATIONS })
      .expect(200);
    const asked = { federationId: elsewhere.id };
    const first = await rebuildInSteps(core(), { ...asked, act: endingBehind(2) });
    const { observations, finished } = await rebuildInSteps(core());
    expect(finished).toHaveLength(3);
    expect(first.observations).toBeGreaterThan(0);
    expect(first.observations + observations).toBe(SENT + OBSERVATIONS.length);
    await expectRight();
    // Nor does one that was finished keep the next from beginning.
    expect((await rebuildInSteps(core(), asked)).observations).toBe(OBSERVATIONS.length);
  });
});

describe('while members send', () => {
  it('behind every step, of series that have their new summaries, do not have them, and are new', async () => {
    await damageAll();
    let sent = 0;
    await rebuildInSteps(core(), {
      act: async ({ kind }, step) => {
        if (kind === 'finished') return;
        for (const member of [rig.federation.owner, rig.other]) {
          await rig.send(member, [...inGroup('icu', 5), ...inGroup(`new ${step}`, 5)]);
          sent += 10;
        }
        // New series are steps as well.
        if (sent > 2_000) throw new Error('it does not end');
      },
      bounds: { page: { series: 12, bytes: 1_000_000 } },
    });
    expect(sent).toBeGreaterThan(100);
    expect(await countRows(core().db, 'observations')).toBe(SENT + sent);
    await expectRight();
  });

  it('more behind each step than senders are to wait for, comes to its end', async () => {
    await damageAll();
    let left = 12;
    await rebuildInSteps(core(), {
      act: async () => {
        if (left-- > 0) await rig.send(rig.federation.owner, inGroup('icu', 100));
      },
    });
    await expectRight();
  });

  it('and rests in between, answers every question as if nothing were', async () => {
    const { owner, id } = rig.federation;
    let sent = 300;
    const asked = {
      federationId: id,
      variable: '',
      otherVariable: '',
      start: null,
      end: null,
      platform: null,
    };
    const windows = [asked, { ...asked, start: Date.parse('2026-01-02'), end: Date.parse('2026-12-31') }];
    await rebuildInSteps(core(), {
      act: async ({ kind }) => {
        if (kind !== 'finished') await rig.send(owner, OBSERVATIONS.slice(0, 5));
        sent += kind === 'finished' ? 0 : 5;
        for (const window of windows) {
          const groups = await core().summaries.read(core().db, window);
          const own = groups.filter(({ orgId }) => orgId === owner.id);
          expect(own.map(({ count }) => count)).toEqual([sent]);
        }
      },
    });
    await expectRight();
  });

  // On SQLite whoever writes waits for whoever writes.
  (isMysql() ? it : it.skip)('keeps nobody waiting while it counts', async () => {
    const { owner, id } = rig.federation;
    await rebuildInSteps(core(), { act: endingBehind(1) });
    await core().db.transaction(async (tx) => {
      await tx.query('SELECT r.nonce FROM summary_rebuilds r WHERE r.federation_id = ? FOR UPDATE', [id]);
      await tx.query('UPDATE rebuilt_days SET count = count + 1');
      await rig.send(owner, OBSERVATIONS);
    });
    expect((await kept(owner)).record).toBe(600);
  });
});

describe('where a member is purged', () => {
  const purge = (member: Member) =>
    rig.federation.owner.client
      .delete(`/federations/${rig.federation.id}/members/${member.id}/observations`)
      .expect(200);

  it('behind any step, counts nothing of what was purged, and all that came since', async () => {
    for (let at = 1; ; at++) {
      await rig.reset();
      await damageAll();
      const { events } = await rebuildInSteps(core(), {
        act: async (_event, step) => {
          if (step !== at) return;
          await purge(rig.federation.owner);
          await rig.send(rig.federation.owner, OBSERVATIONS.slice(0, 40));
        },
      });
      await expectRight();
      if (events.length < at) break;
      expect(await kept(rig.federation.owner)).toMatchObject({ record: 40, summarized: 40 });
    }
    expect.hasAssertions();
  });

  it('and another rebuild has begun it and is as far, adds nothing of what it has read', async () => {
    const { owner, id } = rig.federation;
    await rebuildInSteps(core(), {
      act: async (_event, step) => {
        if (step !== 1) return;
        const [row] = await core().db.query<{ lastId: number }>(
          'SELECT r.last_id AS lastId FROM summary_rebuilds r WHERE r.org_id = ?',
          [owner.id],
        );
        await purge(owner);
        await rig.send(owner, OBSERVATIONS.slice(0, 100));
        await rig.damage(
          `INSERT INTO summary_rebuilds (federation_id, org_id, nonce, last_id, last_series, created_at)
            VALUES (?, ?, 'of the other', ?, '', 0)`,
          [id, owner.id, row!.lastId],
        );
      },
    });
    await expectRight();
    expect((await kept(owner)).summarized).toBe(100);
  });
});

it('where the horizon moves behind any step, loses nothing of what expires', async () => {
  const expired = OBSERVATIONS.map((one, i) => ({
    ...one,
    recorded_at: `2026-0${1 + (i % 2)}-15T06:00:00Z`,
  }));
  for (let at = 1; ; at++) {
    await rig.empty();
    await rig.send(rig.federation.owner, expired);
    await rig.send(rig.federation.owner, OBSERVATIONS);
    // What is not expired is made right.
    await rig.damage('UPDATE summary_cells SET count = count + 7 WHERE granularity < 2 OR bucket > 20514');
    const { events } = await rebuildInSteps(core(), {
      act: async (_event, step) => {
        if (step !== at) return;
        const clock = { now: () => Date.parse('2026-03-04T12:00:00Z') };
        const { observations, failures } = await new RetentionService(clock, core().db, 3).sweep({
          aborted: false,
        });
        expect([observations, failures]).toEqual([300, []]);
        // Too late for the record.
        await rig.send(rig.federation.owner, expired.slice(0, 4));
      },
    });
    expect((await core().summaryVerification.verifyAll()).differences).toEqual([]);
    expect((await kept(rig.federation.owner)).summarized).toBe(events.length < at ? 600 : 604);
    if (events.length < at) break;
  }
  expect.hasAssertions();
});

it('an expired day that is damaged meanwhile ends it, and once it is deleted the next goes on', async () => {
  const clock = { now: () => Date.parse('2026-03-10T15:00:00Z') };
  expect((await new RetentionService(clock, core().db, 3).sweep({ aborted: false })).failures).toEqual([]);
  const [last] = await core().db.query<{ id: string }>(
    'SELECT MAX(s.id) AS id FROM summary_series s WHERE s.org_id = ?',
    [rig.federation.owner.id],
  );
  const rebuilding = rebuildInSteps(core(), {
    act: async (_event, step) => {
      if (step === 1)
        await rig.damage('UPDATE summary_cells SET body = ? WHERE series_id = ? AND granularity = 2', [
          Buffer.from('x'),
          last!.id,
        ]);
    },
  });
  await expect(rebuilding).rejects.toMatchObject({ code: 'CONFLICT' });
  await rig.damage('DELETE FROM summary_cells WHERE series_id = ?', [last!.id]);
  const { events } = await rebuildInSteps(core());
  expect(events[0]).toMatchObject({ kind: 'resumed' });
  expect((await core().summaryVerification.verifyAll()).differences).toEqual([]);
});

it('several at once count nothing twice', async () => {
  await damageAll();
  const all = await Promise.all([1, 2, 3].map(() => rebuildInSteps(core())));
  expect(all.reduce((sum, { observations }) => sum + observations, 0)).toBe(SENT);
  await expectRight();
  await damageAll();
  const both = await Promise.all([1, 2].map(() => rig.cli(['rebuild-summaries'])));
  expect(both.map(({ code }) => code)).toEqual([0, 0]);
  await expectRight();
});

it('makes a series right that names another member', async () => {
  await rig.damage('UPDATE summary_series SET org_id = ? WHERE id = ?', [
    rig.other.id,
    await rig.seriesId('few'),
  ]);
  await rebuildInSteps(core());
  await expectRight();
  const moved = await core().db.query<{ id: string }>(
    'SELECT s.id AS id FROM summary_series s WHERE s.org_id = ?',
    [rig.other.id],
  );
  await rig.damage('UPDATE summary_series SET org_id = ? WHERE id = ?', [
    rig.federation.owner.id,
    moved[0]!.id,
  ]);
  await rebuildInSteps(core());
  await expectRight();
});

it('pages end before they have too many bytes, each with one series at least', async () => {
  const { events } = await rebuildInSteps(core(), { bounds: { page: { series: 50, bytes: 1 } } });
  const pages = events.flatMap((event) => (event.kind === 'published' ? [event.series] : []));
  expect(pages).toHaveLength(await countRows(core().db, 'summary_series'));
  expect(new Set(pages)).toEqual(new Set([1]));
  await expectRight();
});
