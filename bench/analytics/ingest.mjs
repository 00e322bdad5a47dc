import { once } from 'node:events';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { databases } from '../graph/databases.mjs';
import { bodyOf } from './bodies.mjs';
import { batches } from './observations.mjs';

const require = createRequire(import.meta.url);
const { startApp } = require('../../dist/src/app.js');
const { loadConfig } = require('../../dist/src/config.js');
const { commandContext } = require('../../dist/src/cli/operator.js');
const { readBody, readLines } = require('../../dist/src/observation-reading.js');

const OBSERVATIONS = Number(process.env.BENCH_OBSERVATIONS ?? 1_000_000);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const BATCH = 5_000;
const ROWS_AT_ONCE = 500;
const ORG = 'bench-member';
const COLUMNS =
  'federation_id, org_id, recorded_at, device_group, device_id, device_platform, metrics, attributes';

async function prepare(url) {
  const app = await startApp(
    loadConfig({
      DATABASE_URL: url,
      API_KEY_PEPPER: 'a pepper for the benchmark',
      DEMO_DATA: 'false',
      LOG_LEVEL: 'error',
      PORT: '0',
      RATE_LIMIT_RPM: '0',
      GRAPHQL_COST_PER_MINUTE: '1000000000',
    }),
  );
  const { core } = app;
  const ctx = commandContext(core);
  await core.organizations.create(ctx, { id: ORG, name: 'Bench Member' });
  const { secret } = await core.apiKeys.create(ctx, { orgId: ORG, name: 'Bench', scopes: ['ingest:write'] });
  await core.db.transaction((tx) => copyTable(tx, url.startsWith('mysql')));
  return { app, core, ctx, key: secret };
}

/** Of the same shape: columns, indexes and foreign keys, and nothing in it. */
async function copyTable(tx, isMysql) {
  const renamed = (sql) =>
    sql.replace(/([^a-z]|fk_|ix_|pk_)observations/g, (_, before) => `${before}floor_observations`);
  if (isMysql) {
    const [row] = await tx.query('SHOW CREATE TABLE observations');
    await tx.query(renamed(row['Create Table']));
    return;
  }
  const parts = await tx.query(
    "SELECT sql FROM sqlite_master WHERE tbl_name = 'observations' AND sql IS NOT NULL ORDER BY type DESC",
  );
  for (const { sql } of parts) await tx.query(renamed(sql));
}

/** Seconds of the work on each batch; to make the batches takes none of them. */
async function secondsOfBatches(round, work, made = (batch) => batch) {
  let seconds = 0;
  for (const batch of batches(OBSERVATIONS, BATCH, round)) {
    const input = made(batch);
    seconds += await secondsOf(() => work(input));
  }
  return seconds;
}

/** The whole way, from the first byte sent to the answer. */
async function overHttp({ app, key }, form, federationId, seed, atOnce = 1) {
  const path = `/api/v1/federations/${federationId}/observations`;
  const sender = new Worker(new URL('./sender.mjs', import.meta.url), {
    workerData: { url: app.url, key, path, form, count: OBSERVATIONS, batch: BATCH, seed, atOnce },
  });
  await once(sender, 'message');
  return secondsOf(async () => {
    sender.postMessage('go');
    await once(sender, 'message');
  });
}

/** The same rows by bare multi-row inserts into a table of the same shape: no validation, no summary. */
function bare({ core }, federationId, round) {
  return secondsOfBatches(round, (batch) =>
    core.db.transaction(async (tx) => {
      for (let first = 0; first < batch.length; first += ROWS_AT_ONCE) {
        const rows = batch.slice(first, first + ROWS_AT_ONCE);
        await tx.query(
          `INSERT INTO floor_observations (${COLUMNS}) VALUES ${rows.map(() => '(?, ?, ?, ?, ?, ?, ?, ?)').join(', ')}`,
          rows.flatMap((row) => [
            federationId,
            ORG,
            row.recordedAt,
            row.deviceGroup,
            row.deviceId,
            row.devicePlatform,
            JSON.stringify(row.metrics),
            JSON.stringify(row.attributes),
          ]),
        );
      }
    }),
  );
}

const requestOf = (federationId, part = { from: 0, chunks: null }) => ({
  member: { federationId, orgId: ORG },
  now: Date.now(),
  part,
});

/** What is measured, in turns. The parts tell where the time of the whole goes: reading has a thread of its own. */
const WAYS = {
  'floor: bare inserts': bare,
  'NDJSON, whole': (at, federationId, round) => overHttp(at, 'lines', federationId, round),
  'JSON of 5,000, 4 at a time, whole': (at, federationId, round) =>
    overHttp(at, 'batches', federationId, round, 4),
  'JSON of 5,000, one by one, whole': (at, federationId, round) =>
    overHttp(at, 'batches', federationId, round),
  'part: reading lines': (_at, federationId, round) =>
    secondsOfBatches(
      round,
      async (bytes) =>
        void readLines({ block: { bytes, firstLine: 1, ending: 'end' }, request: requestOf(federationId) }),
      (batch) => bodyOf('lines', batch),
    ),
  'part: reading JSON': (_at, federationId, round) =>
    secondsOfBatches(
      round,
      async (bytes) => void readBody({ bytes, request: requestOf(federationId) }),
      (batch) => bodyOf('batches', batch),
    ),
  'part: storing what is read': ({ core, ctx }, federationId, round) =>
    secondsOfBatches(
      round,
      async (read) => {
        const store = await core.ingestion.read(ctx, { federationId, orgId: ORG }, () =>
          Promise.resolve(read),
        );
        await store(ctx);
      },
      (batch) => readBody({ bytes: bodyOf('batches', batch), request: requestOf(federationId) }),
    ),
};

async function secondsOf(work) {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1_000;
}

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

for await (const database of databases()) {
  const at = await prepare(database.url);
  const seconds = Object.fromEntries(Object.keys(WAYS).map((way) => [way, []]));
  for (let round = 1; round <= ROUNDS; round++) {
    for (const [way, measure] of Object.entries(WAYS)) {
      const { id } = await at.core.federations.create(at.ctx, { name: `${way}, ${round}`, orgId: ORG });
      seconds[way].push(await measure(at, id, round));
    }
  }
  await at.app.close();
  await database.drop();
  console.log(`\n${database.name}: ${OBSERVATIONS} observations, medians of ${ROUNDS} rounds in turns`);
  const [[, floor], ...ours] = Object.entries(seconds).map(([way, each]) => [way, median(each)]);
  for (const [way, each] of Object.entries(seconds)) {
    const micros = ((1e6 * median(each)) / OBSERVATIONS).toFixed(2).padStart(8);
    const rate = Math.round(OBSERVATIONS / median(each))
      .toString()
      .padStart(9);
    console.log(`  ${way.padEnd(36)}${rate} observations/s ${micros} us each`);
  }
  for (const [way, whole] of ours.slice(0, 3)) {
    const ratio = floor / whole;
    console.log(
      `  ${ratio >= 0.5 ? 'met   ' : 'MISSED'} at least 0.5 of the floor, ${way}: ${ratio.toFixed(2)}`,
    );
  }
}
