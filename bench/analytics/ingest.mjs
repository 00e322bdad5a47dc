import { createRequire } from 'node:module';
import { databases } from '../graph/databases.mjs';
import { batches } from './observations.mjs';

const require = createRequire(import.meta.url);
const { closeCore, createCore } = require('../../dist/src/app.js');
const { loadConfig } = require('../../dist/src/config.js');
const { commandContext } = require('../../dist/src/cli/operator.js');

const OBSERVATIONS = Number(process.env.BENCH_OBSERVATIONS ?? 200_000);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const BATCH = 5_000;
const ROWS_AT_ONCE = 500;
const ORG = 'bench-member';
const COLUMNS =
  'federation_id, org_id, recorded_at, device_group, device_id, device_platform, metrics, attributes';

async function prepare(url) {
  const core = await createCore(
    loadConfig({ DATABASE_URL: url, API_KEY_PEPPER: 'a pepper for the benchmark', LOG_LEVEL: 'error' }),
  );
  const ctx = commandContext(core);
  await core.organizations.create(ctx, { id: ORG, name: 'Bench Member' });
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
  return { core, ctx };
}

/** The gateway's use case: validation, record and summaries, a batch a transaction. */
async function throughGateway({ core, ctx }, federationId, round) {
  for (const batch of batches(OBSERVATIONS, BATCH, round))
    await core.ingestion.record(ctx, { federationId, orgId: ORG, observations: batch });
}

/** The same rows by bare multi-row inserts into a table of the same shape: no validation, no summary. */
async function bare({ core }, federationId, round) {
  for (const batch of batches(OBSERVATIONS, BATCH, round)) {
    await core.db.transaction(async (tx) => {
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
    });
  }
}

async function secondsOf(work) {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1_000;
}

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

for await (const database of databases()) {
  const at = await prepare(database.url);
  const [gateway, floor] = [[], []];
  for (let round = 1; round <= ROUNDS; round++) {
    const federation = await at.core.federations.create(at.ctx, { name: `Round ${round}`, orgId: ORG });
    floor.push(await secondsOf(() => bare(at, federation.id, round)));
    gateway.push(await secondsOf(() => throughGateway(at, federation.id, round)));
  }
  await closeCore(at.core);
  await database.drop();
  const [ours, bareRate] = [gateway, floor].map((seconds) => OBSERVATIONS / median(seconds));
  console.log(
    `\n${database.name}: ${OBSERVATIONS} observations in batches of ${BATCH}, medians of ${ROUNDS} rounds in turns`,
  );
  console.log(`  gateway, summaries included  ${Math.round(ours).toString().padStart(8)} observations/s`);
  console.log(`  floor, bare inserts          ${Math.round(bareRate).toString().padStart(8)} observations/s`);
  console.log(
    `  ${ours >= 0.5 * bareRate ? 'met   ' : 'MISSED'} at least 0.5 of the floor: ${(ours / bareRate).toFixed(2)}`,
  );
}
