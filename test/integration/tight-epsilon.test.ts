import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLogger } from '../../src/core/logger.js';
import { TightEpsilon } from '../../src/privacy/index.js';
import { startTestApp, TIGHT_EPSILON_SCRIPT, type TestApp, type TestFederation } from '../support/app.js';

let folder: string;
let gateway: TestApp;
let federation: TestFederation;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'federation-gateway-worker-'));
  gateway = await startTestApp({}, { tightEpsilonScript: TIGHT_EPSILON_SCRIPT });
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await gateway.close();
});
beforeEach(async () => {
  // The gateway's own worker is done with it before another one is tried.
  federation = await gateway.aFederation();
  await record();
  await until(async () => (await tight()) !== null);
});

async function record(): Promise<void> {
  const round = { noise_multiplier: 1.1, sample_rate: 0.01, num_steps: 10 };
  await federation.owner.client.post(`/federations/${federation.id}/rounds`, round).expect(201);
}

async function tight(): Promise<number | null> {
  const { federation: read } = await federation.owner.client.query(
    'query($id: ID!) { federation(id: $id) { privacy { tightEpsilonSpent } } }',
    { id: federation.id },
  );
  return read.privacy.tightEpsilonSpent;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (await holds()) return;
    await sleep(100);
  }
  throw new Error('it did not come to hold within ten seconds');
}

let scripts = 0;

/** Schedules on a worker of the test's own, whose code is given. */
function withWorker(code: string): TightEpsilon {
  scripts += 1;
  const script = path.join(folder, `worker-${scripts}.cjs`);
  writeFileSync(script, `const { parentPort } = require('node:worker_threads');\n${code}`);
  return new TightEpsilon(gateway.app.core.db, createLogger('silent'), script);
}

/** As if nobody had computed it yet. */
async function forget(): Promise<void> {
  await gateway.app.core.db.transaction((tx) =>
    tx.query(
      'UPDATE privacy_ledgers SET tight_version = NULL, tight_epsilon = NULL WHERE federation_id = ?',
      [federation.id],
    ),
  );
}

async function stored(): Promise<number | null> {
  const [row] = await gateway.app.core.db.query<{ epsilon: number | null }>(
    'SELECT tight_epsilon AS epsilon FROM privacy_ledgers WHERE federation_id = ?',
    [federation.id],
  );
  return row!.epsilon;
}

it.each([
  ['throws', `parentPort.on('message', () => { throw new Error('no'); });`],
  ['exits', `parentPort.on('message', () => process.exit(3));`],
  ['answers nonsense', `parentPort.on('message', () => parentPort.postMessage('much'));`],
  ['does not load', `this is no JavaScript`],
])(
  'a worker that %s harms nothing: requests are answered, and the next one computes',
  async (_name, code) => {
    await forget();
    const broken = withWorker(code);
    broken.schedule(federation.id);
    await sleep(400);
    expect(await stored()).toBeNull();
    await broken.close();
    await record();
    await until(async () => (await tight()) !== null);
  },
);

it('a worker that never answers does not hold the end', async () => {
  const endless = withWorker(`parentPort.on('message', () => { for (;;); });`);
  await forget();
  endless.schedule(federation.id);
  await sleep(400);
  const start = performance.now();
  await endless.close();
  expect(performance.now() - start).toBeLessThan(2_000);
  expect(await stored()).toBeNull();
});

it('never keeps more than Rényi accounting says, and keeps nothing for a ledger that moved on', async () => {
  await forget();
  const generous = withWorker(`parentPort.on('message', () => parentPort.postMessage(1e9));`);
  generous.schedule(federation.id);
  await until(async () => (await stored()) !== null);
  const { body } = await federation.owner.client.get(`/federations/${federation.id}/privacy`).expect(200);
  expect(await stored()).toBe(body.current_epsilon_spent);
  await generous.close();

  await forget();
  const slow = withWorker(
    `parentPort.on('message', () => setTimeout(() => parentPort.postMessage(1e-9), 600));`,
  );
  slow.schedule(federation.id);
  await sleep(300);
  await federation.owner.client
    .put(`/federations/${federation.id}/privacy/budget`, { total_epsilon_budget: 5 })
    .expect(200);
  await sleep(800);
  expect(await stored()).not.toBe(1e-9);
  await slow.close();
});
