import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { countRows } from '../support/rows.js';
import { OBSERVATIONS, SummaryRig } from '../support/summaries.js';

let rig: SummaryRig;
beforeAll(async () => {
  rig = await SummaryRig.start();
});
afterAll(() => rig.close());
beforeEach(() => rig.reset());

it('makes damaged ones right again, those of one federation or all', async () => {
  const before = await countRows(rig.gateway.app.core.db, 'summary_cells');
  await rig.damage(`DELETE FROM summary_cells WHERE series_id = ?`, [await rig.seriesId('few')]);
  await rig.damage(`UPDATE summary_cells SET body = ? WHERE series_id = ?`, [
    Buffer.from('x'),
    await rig.seriesId('many'),
  ]);
  await rig.damage(`UPDATE summary_series SET variable = 'weight' WHERE id = ?`, [await rig.seriesId('sex')]);
  for (const args of [['--federation', rig.federation.id], []]) {
    const { code, stdout } = await rig.cli(['rebuild-summaries', '--json', ...args]);
    expect([code, JSON.parse(stdout)]).toEqual([0, { members: 2, summaries: before }]);
    expect((await rig.verified()).answer.differences).toEqual([]);
  }
});

it('removes what has no observations', async () => {
  await rig.damage('DELETE FROM observations WHERE org_id = ?', [rig.other.id]);
  expect((await rig.verified()).code).toBe(1);
  const { stdout } = await rig.cli(['rebuild-summaries']);
  expect(stdout).toMatch(/^\d+ summaries of 2 members made anew\n$/);
  expect(await rig.verified()).toMatchObject({ code: 0, answer: { differences: [] } });
});

it('refuses a federation that does not exist', async () => {
  const { code, stderr } = await rig.cli(['rebuild-summaries', '--federation', 'fed_nothing']);
  expect([code, stderr]).toEqual([1, 'federation not found\n']);
});

it('loses nothing that comes in meanwhile, and nobody is refused', async () => {
  let [done, sent] = [false, 303];
  const sending = [rig.federation.owner, rig.other].map(async (member) => {
    while (!done) {
      await rig.send(member, OBSERVATIONS.slice(0, 20));
      sent += 20;
    }
  });
  for (let i = 0; i < 3; i++) expect((await rig.cli(['rebuild-summaries'])).code).toBe(0);
  // Also this finds nothing while the members send.
  expect((await rig.verified()).answer.differences).toEqual([]);
  done = true;
  await Promise.all(sending);
  expect(await countRows(rig.gateway.app.core.db, 'observations')).toBe(sent);
  expect((await rig.verified()).answer.differences).toEqual([]);
});
