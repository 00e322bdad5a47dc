import { createRequire } from 'node:module';
import { databases } from '../graph/databases.mjs';
import { medianMs } from '../privacy/measure.mjs';
import { batches } from './observations.mjs';

const require = createRequire(import.meta.url);
const { closeCore, createCore } = require('../../dist/src/app.js');
const { loadConfig } = require('../../dist/src/config.js');
const { commandContext } = require('../../dist/src/cli/operator.js');

const SIZES = (process.env.BENCH_SIZES ?? '100000,1000000').split(',').map(Number);
const REPEATS = Number(process.env.BENCH_REPEATS ?? 20);
const BATCH = 5_000;
const ORG = 'bench-member';
const RANGE = { start: Date.UTC(2026, 8, 10, 7), end: Date.UTC(2026, 8, 27, 19) };
const ALL = { start: null, end: null };

async function fill(core, ctx, size) {
  const { id } = await core.federations.create(ctx, { name: `With ${size}`, orgId: ORG });
  for (const observations of batches(size, BATCH, 7))
    await core.ingestion.record(ctx, { federationId: id, orgId: ORG, observations });
  return id;
}

/** Count, mean and deviation by group from the record, as somebody would write it: no percentiles, which cost more yet. */
function plainSql(db, isMysql, federationId, { start, end }) {
  const value = isMysql ? `JSON_VALUE(metrics, '$.heart_rate')` : `json_extract(metrics, '$.heart_rate')`;
  const time = start === null ? '' : 'AND recorded_at >= ? AND recorded_at < ?';
  return db.query(
    `SELECT device_group AS g, COUNT(*) AS n, AVG(${value}) AS mean, SUM(${value} * ${value}) AS squares
      FROM observations WHERE federation_id = ? ${time} GROUP BY device_group`,
    [federationId, ...(start === null ? [] : [start, end])],
  );
}

async function bytesOfSummaries(db, federationId) {
  const [row] = await db.query(
    `SELECT SUM(LENGTH(c.body)) AS bytes, COUNT(*) AS cells FROM summary_cells c
      JOIN summary_series s ON s.id = c.series_id WHERE s.federation_id = ?`,
    [federationId],
  );
  return { bytes: Number(row.bytes), cells: Number(row.cells) };
}

async function measure(core, isMysql, federationId) {
  const asked = { federationId, variable: 'heart_rate', otherVariable: '', platform: null };
  const read = (time) => core.summaries.read(core.db, { ...asked, ...time });
  return {
    'summaries, all of the time': await medianMs(REPEATS, () => read(ALL)),
    'summaries, 17 days and two ends': await medianMs(REPEATS, () => read(RANGE)),
    'plain SQL, all of the time': await medianMs(3, () => plainSql(core.db, isMysql, federationId, ALL)),
    'plain SQL, 17 days': await medianMs(3, () => plainSql(core.db, isMysql, federationId, RANGE)),
  };
}

for await (const database of databases()) {
  const core = await createCore(
    loadConfig({
      DATABASE_URL: database.url,
      API_KEY_PEPPER: 'a pepper for the benchmark',
      LOG_LEVEL: 'error',
    }),
  );
  const ctx = commandContext(core);
  await core.organizations.create(ctx, { id: ORG, name: 'Bench Member' });
  const figures = [];
  for (const size of SIZES) {
    const federationId = await fill(core, ctx, size);
    const { bytes, cells } = await bytesOfSummaries(core.db, federationId);
    figures.push(await measure(core, database.url.startsWith('mysql'), federationId));
    console.log(
      `${database.name}, ${size}: ${cells} cells, ${(bytes / size).toFixed(1)} bytes an observation`,
    );
  }
  await closeCore(core);
  await database.drop();
  console.log(
    `\n${database.name}, medians in ms${''.padEnd(12)}${SIZES.map((size) => String(size).padStart(12)).join('')}`,
  );
  for (const work of Object.keys(figures[0]))
    console.log(
      `${work.padEnd(40)}${figures.map((values) => values[work].toFixed(2).padStart(12)).join('')}`,
    );
  const [first, last] = [figures[0], figures.at(-1)].map((values) => values['summaries, all of the time']);
  console.log(`all of the time, largest over smallest: ${(last / first).toFixed(2)} ×\n`);
}
