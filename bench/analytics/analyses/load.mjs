import { createRequire } from 'node:module';
import { chunksOf, MEMBERS, metricsOf, attributesOf, observationOf, rows } from './rows.mjs';
import { openDuckdbSink, openMysqlSink, openSqliteSink } from './sinks.mjs';

const require = createRequire(import.meta.url);
const { closeCore, createCore } = require('../../../dist/src/app.js');
const { loadConfig } = require('../../../dist/src/config.js');
const { commandContext } = require('../../../dist/src/cli/operator.js');
const { Fold } = require('../../../dist/src/analytics/fold.js');
const { addToSummaries } = require('../../../dist/src/analytics/summary-update.js');

/** Of each member through the gateway's own ingestion, which learns the variables. */
const THROUGH_INGESTION = 1_000;
const ROWS_AT_ONCE = 100_000;
/** A fold keeps every value until it is asked for its cells; with more rows, fewer cells are written twice. */
const ROWS_A_FOLD = 1_000_000;

/**
 * Fills MySQL or MariaDB, SQLite and DuckDB with the same observations. The record is loaded in bulk, the summaries are
 * made from the same rows by the gateway's own fold and update: what ingestion does, but for validating, hashing and
 * committing batch by batch. `gateway verify` compares the two.
 * @returns the federation's id by database.
 */
export async function load(count, { mysqlUrl, sqliteFile, duckdbFile }, tell) {
  const gateways = [await openGateway(mysqlUrl), await openGateway(`sqlite:${sqliteFile}`)];
  const [onMysql, onSqlite] = gateways.map(({ federationId }) => federationId);
  const sinks = [await openMysqlSink(mysqlUrl, onMysql), openSqliteSink(sqliteFile, onSqlite)];
  const duckdb = await openDuckdbSink(duckdbFile);
  const all = rows(count);
  const head = take(all, THROUGH_INGESTION * MEMBERS.length);
  for (const gateway of gateways) await gateway.ingest(head);
  await duckdb.add(head);
  await sinks[0].addTyped(head);
  let done = head.length;
  for (const chunk of chunksOf(all, ROWS_AT_ONCE)) {
    for (const sink of [...sinks, duckdb]) await sink.add(chunk);
    for (const gateway of gateways) gateway.fold(chunk);
    done += chunk.length;
    if (done % ROWS_A_FOLD < ROWS_AT_ONCE) for (const gateway of gateways) await gateway.summarize();
    tell(done);
  }
  for (const gateway of gateways) await gateway.summarize();
  for (const sink of [...sinks, duckdb]) await sink.end();
  for (const { core } of gateways) await closeCore(core);
  return { onMysql, onSqlite };
}

/** A migrated database with a federation of the members, whose extremes may be told. */
async function openGateway(url) {
  const core = await createCore(
    loadConfig({ DATABASE_URL: url, API_KEY_PEPPER: 'a pepper for the benchmark', LOG_LEVEL: 'error' }),
  );
  const ctx = commandContext(core);
  const [owner, ...others] = MEMBERS;
  for (const id of MEMBERS) await core.organizations.create(ctx, { id, name: id });
  const { id: federationId } = await core.federations.create(ctx, { name: 'Bench', orgId: owner });
  await core.memberships.invite(ctx, federationId, others);
  for (const orgId of others) await core.memberships.join(ctx, { federationId, orgId });
  await core.disclosures.set(ctx, { federationId, minGroupSize: 5, allowExtremes: true });
  let folds = new Map();
  return {
    core,
    federationId,
    ingest: async (head) => {
      for (const [orgId, own] of byMember(head))
        await core.ingestion.record(ctx, { federationId, orgId, observations: own.map(inputOf) });
    },
    fold: (chunk) => {
      for (const row of chunk) {
        const { orgId } = row;
        if (!folds.has(orgId)) folds.set(orgId, new Fold(federationId, orgId));
        folds.get(orgId).add(observationOf(row));
      }
    },
    summarize: async () => {
      for (const fold of folds.values())
        await core.db.transaction((tx) => addToSummaries(tx, fold.series, fold.cells()));
      folds = new Map();
    },
  };
}

function inputOf(row) {
  return { ...observationOf(row), metrics: metricsOf(row), attributes: attributesOf(row) };
}

function byMember(chunk) {
  return MEMBERS.map((member) => [member, chunk.filter(({ orgId }) => orgId === member)]);
}

function take(iterator, count) {
  const taken = [];
  while (taken.length < count) {
    const { value, done } = iterator.next();
    if (done) break;
    taken.push(value);
  }
  return taken;
}
