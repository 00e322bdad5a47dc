import { createRequire } from 'node:module';
import mysql from 'mysql2/promise';
import { databases } from '../graph/databases.mjs';
import { medianMs } from '../privacy/measure.mjs';
import { batches } from './observations.mjs';

const require = createRequire(import.meta.url);
const { closeCore, createCore } = require('../../dist/src/app.js');
const { loadConfig } = require('../../dist/src/config.js');
const { commandContext } = require('../../dist/src/cli/operator.js');

const SIZES = (process.env.BENCH_SIZES ?? '100000,1000000,10000000').split(',').map(Number);
const REPEATS = Number(process.env.BENCH_REPEATS ?? 20);
const BATCH = 5_000;
const ONCE_FROM = 5_000_000;
const ORG = 'bench-member';
const RANGE = { start: Date.UTC(2026, 8, 10), end: Date.UTC(2026, 8, 27) };
/** The parts of days at both ends are read from the record, whose days grow with it. */
const WITH_ENDS = { start: Date.UTC(2026, 8, 9, 21), end: Date.UTC(2026, 8, 27, 3) };
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

/** What the record, its summaries and the known chunks take, indexes included, of all that is stored so far. */
async function bytesOnDisk(db, isMysql) {
  const tables = ['observations', 'summary_series', 'summary_cells', 'ingested_chunks'];
  if (isMysql) await db.query(`ANALYZE TABLE ${tables.join(', ')}`);
  const named = tables.map((table) => `'${table}'`).join(', ');
  const rows = await db.query(
    isMysql
      ? `SELECT table_name AS name, data_length + index_length AS bytes FROM information_schema.tables
          WHERE table_schema = DATABASE() AND table_name IN (${named})`
      : `SELECT m.tbl_name AS name, SUM(d.pgsize) AS bytes FROM dbstat d JOIN sqlite_master m ON m.name = d.name
          WHERE m.tbl_name IN (${named}) GROUP BY m.tbl_name`,
  );
  return Object.fromEntries(rows.map(({ name, bytes }) => [name, Number(bytes)]));
}

/** A connection of its own: the gateway's end a statement after 10 s, and plain SQL over ten million rows takes more. */
async function plainReader(core, url) {
  if (!url.startsWith('mysql'))
    return { query: (sql, values) => core.db.query(sql, values), end: () => undefined };
  const connection = await mysql.createConnection(url);
  return {
    query: async (sql, values) => (await connection.query(sql, values))[0],
    end: () => connection.end(),
  };
}

/** Plain SQL over ten million rows is asked once: it takes a minute, and nobody's cache helps it. */
async function plainMs(size, ask) {
  if (size < ONCE_FROM) return medianMs(3, ask);
  const start = performance.now();
  await ask();
  return performance.now() - start;
}

async function measure(core, { plain, isMysql, size }, federationId) {
  const asked = { federationId, variable: 'heart_rate', otherVariable: '', platform: null };
  const read = (time) => core.summaries.read(core.db, { ...asked, ...time });
  return {
    'summaries, all of the time': await medianMs(REPEATS, () => read(ALL)),
    'summaries, 17 days': await medianMs(REPEATS, () => read(RANGE)),
    'summaries and record, 17 days and 6 hours': await medianMs(3, () => read(WITH_ENDS)),
    'plain SQL, all of the time': await plainMs(size, () => plainSql(plain, isMysql, federationId, ALL)),
    'plain SQL, 17 days': await plainMs(size, () => plainSql(plain, isMysql, federationId, RANGE)),
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
  const isMysql = database.url.startsWith('mysql');
  const plain = await plainReader(core, database.url);
  const figures = [];
  for (const size of SIZES) {
    const federationId = await fill(core, ctx, size);
    const { bytes, cells } = await bytesOfSummaries(core.db, federationId);
    figures.push(await measure(core, { plain, isMysql, size }, federationId));
    console.log(
      `${database.name}, ${size}: ${cells} cells, ${(bytes / size).toFixed(1)} bytes an observation`,
    );
  }
  const disk = await bytesOnDisk(plain, isMysql);
  const stored = SIZES.reduce((sum, size) => sum + size, 0);
  console.log(`${database.name}, on disk, MB a million observations (${stored} in all):`);
  for (const [table, bytes] of Object.entries(disk))
    console.log(`  ${table.padEnd(20)}${(bytes / stored).toFixed(1).padStart(8)}`);
  await plain.end();
  await closeCore(core);
  await database.drop();
  console.log(
    `\n${database.name}, medians in ms${''.padEnd(16)}${SIZES.map((size) => String(size).padStart(12)).join('')}`,
  );
  for (const work of Object.keys(figures[0]))
    console.log(
      `${work.padEnd(44)}${figures.map((values) => values[work].toFixed(2).padStart(12)).join('')}`,
    );
  for (const work of Object.keys(figures[0]).filter((name) => name.startsWith('summaries,'))) {
    const [before, last] = [figures.at(-2) ?? figures[0], figures.at(-1)].map((values) => values[work]);
    const ratio = last / before;
    console.log(
      `${ratio <= 1.3 ? 'met    ' : 'MISSED '} ${work}: the largest within 1.3 × of the one before, ${ratio.toFixed(2)} ×`,
    );
  }
}
