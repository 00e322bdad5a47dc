import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { RetentionService } from '../../src/analytics/retention.service.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { isMysql } from '../support/database.js';
import { keptOf, observations, send } from '../support/observations.js';

const NOW = Date.parse('2026-03-25T15:00:00Z');

let gateway: TestApp;
beforeAll(async () => {
  gateway = await startTestApp();
});
afterAll(() => gateway.close());

/** From now on the database refuses to delete observations of a federation, as a damaged page would make it. */
async function refuseToDelete(federationId: string): Promise<void> {
  const when = `OLD.federation_id = '${federationId}'`;
  const body = isMysql()
    ? `FOR EACH ROW IF ${when} THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'refused'; END IF`
    : `FOR EACH ROW WHEN ${when} BEGIN SELECT RAISE(ABORT, 'refused'); END`;
  await gateway.app.core.db.transaction(async (tx) => {
    await tx.query(`CREATE TRIGGER refuse_to_delete BEFORE DELETE ON observations ${body}`);
  });
}

it('what fails in one federation keeps no other waiting, and is told', async () => {
  const { db } = gateway.app.core;
  const federations = [await gateway.aFederation(), await gateway.aFederation(), await gateway.aFederation()];
  for (const { id, owner } of federations) await send(owner.client, id, observations(5));
  const failing = federations[0]!;
  await refuseToDelete(failing.id);
  const { failures, ...swept } = await new RetentionService({ now: () => NOW }, db, 30).sweep({
    aborted: false,
  });
  expect(swept).toEqual({ horizons: 3, observations: 10 });
  expect(failures.map(({ federationId }) => federationId)).toEqual([failing.id]);
  expect(String(failures[0]!.error)).toContain('refused');
  const left = await Promise.all(federations.map(({ id, owner }) => keptOf(db, id, owner.id)));
  expect(left.map(({ record }) => record)).toEqual([5, 0, 0]);
});
