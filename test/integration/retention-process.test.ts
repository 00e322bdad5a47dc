import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { AT, keptOf, observations } from '../support/observations.js';
import { countRows } from '../support/rows.js';
import { SummaryRig } from '../support/summaries.js';

let rig: SummaryRig;

beforeAll(async () => {
  rig = await SummaryRig.start();
});
afterAll(() => rig.close());

beforeEach(async () => {
  await rig.empty();
  await rig.send(rig.federation.owner, observations(20, { recorded_at: AT }));
});

const kept = () => keptOf(rig.gateway.app.core.db, rig.federation.id, rig.federation.owner.id);

it('a gateway with OBSERVATION_RETENTION_DAYS drops at its start, says how many, and ends cleanly', async () => {
  const gateway = rig.process({ OBSERVATION_RETENTION_DAYS: '1', LOG_LEVEL: 'info', DEMO_DATA: 'false' });
  const [line] = await gateway.outputWith(/\{.*dropped expired observations.*\}/);
  expect(JSON.parse(line)).toMatchObject({ level: 'info', horizons: 1, observations: 20 });
  expect((await gateway.stop()).code).toBe(0);
  expect(await kept()).toMatchObject({ record: 0, summarized: 20 });
});

it('a gateway without it keeps all', async () => {
  const gateway = rig.process({ LOG_LEVEL: 'info', DEMO_DATA: 'false' });
  await gateway.url();
  expect((await gateway.stop()).code).toBe(0);
  expect(await kept()).toMatchObject({ record: 20 });
  expect(await countRows(rig.gateway.app.core.db, 'observation_horizons')).toBe(0);
});
