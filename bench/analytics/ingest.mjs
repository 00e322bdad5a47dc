import { once } from 'node:events';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { databases } from '../graph/databases.mjs';
import { batches } from './observations.mjs';

const require = createRequire(import.meta.url);
const { startApp } = require('../../dist/src/app.js');
const { loadConfig } = require('../../dist/src/config.js');
const { commandContext } = require('../../dist/src/cli/operator.js');
const { Fold } = require('../../dist/src/analytics/fold.js');
const { parseObservation } = require('../../dist/src/analytics/observation-input.js');

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
  // Of the same shape, keys and all, and nothing beside it.
  await core.db.transaction((tx) =>
    tx.query(
      url.startsWith('mysql')
        ? 'CREATE TABLE floor_observations LIKE observations'
        : `CREATE TABLE floor_observations (id integer PRIMARY KEY AUTOINCREMENT NOT NULL, federation_id varchar(40) NOT NULL,
            org_id varchar(64) NOT NULL, recorded_at bigint NOT NULL, device_group varchar(128) NOT NULL, device_id varchar(128),
            device_platform varchar(128), metrics text NOT NULL, attributes text NOT NULL)`,
    ),
  );
  if (!url.startsWith('mysql')) {
    for (const [name, column] of [
      ['time', 'recorded_at'],
      ['org', 'org_id'],
    ])
      await core.db.transaction((tx) =>
        tx.query(`CREATE INDEX ix_floor_${name} ON floor_observations (federation_id, ${column})`),
      );
  }
  return { app, core, ctx, key: secret };
}

/** Seconds of the work on each batch; to make the batches takes none of them. */
async function secondsOfBatches(round, work) {
  let seconds = 0;
  for (const batch of batches(OBSERVATIONS, BATCH, round)) seconds += await secondsOf(() => work(batch));
  return seconds;
}

/** The whole way, from the first byte sent to the answer. */
async function overHttp({ app, key }, form, federationId, seed) {
  const path = `/api/v1/federations/${federationId}/observations`;
  const sender = new Worker(new URL('./sender.mjs', import.meta.url), {
    workerData: { url: app.url, key, path, form, count: OBSERVATIONS, batch: BATCH, seed },
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

const asParsed = (observation) => parseObservation(observation, 'observation', Date.now());

/** What is measured, in turns. The parts tell where the time of the whole goes. */
const WAYS = {
  'floor: bare inserts': bare,
  'NDJSON, whole': (at, federationId, round) => overHttp(at, 'lines', federationId, round),
  'JSON of 5,000, whole': (at, federationId, round) => overHttp(at, 'batches', federationId, round),
  'part: the use case, without HTTP': ({ core, ctx }, federationId, round) =>
    secondsOfBatches(round, (observations) =>
      core.ingestion.record(ctx, { federationId, orgId: ORG, observations }),
    ),
  'part: checking': (_at, _federationId, round) =>
    secondsOfBatches(round, async (batch) => void batch.map(asParsed)),
  'part: checking and summarizing': (_at, federationId, round) =>
    secondsOfBatches(round, async (batch) => {
      const fold = new Fold(federationId, ORG);
      for (const observation of batch) fold.add(asParsed(observation));
      fold.cells();
    }),
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
    console.log(`  ${way.padEnd(34)}${rate} observations/s ${micros} us each`);
  }
  for (const [way, whole] of ours.slice(0, 2)) {
    const ratio = floor / whole;
    console.log(
      `  ${ratio >= 0.5 ? 'met   ' : 'MISSED'} at least 0.5 of the floor, ${way}: ${ratio.toFixed(2)}`,
    );
  }
}
