import { probeMysql } from '../../../test/support/probe-mysql.mjs';
import { assertAgreement } from './agreement.mjs';
import { dataOf } from './cache.mjs';
import { readOptions } from './options.mjs';
import { openDatabases, startGateway } from './peers.mjs';
import { measurePostHoc } from './post-hoc.mjs';
import { report } from './report.mjs';
import { timesInTurns } from './timing.mjs';
import { WORK } from './work.mjs';

async function startGateways({ mysqlUrl, sqliteFile, federations }, server) {
  const onMysql = await startGateway(`gateway on ${server}`, mysqlUrl, federations.onMysql);
  try {
    return [onMysql, await startGateway('gateway on SQLite', `sqlite:${sqliteFile}`, federations.onSqlite)];
  } catch (error) {
    onMysql.stop();
    throw error;
  }
}

async function measureWork(work, gateways, databases, { runs, sqlRuns }) {
  const quick = [
    ...gateways.flatMap((gateway, i) => {
      const [onGraphql, onRest] = ['GraphQL', 'REST'].map((api) => ({
        peer: `${gateway.name}, ${api}`,
        isGateway: true,
        isBesideSql: i === 0,
      }));
      return [
        [onGraphql, () => gateway.analytics(work)],
        [onRest, () => gateway.rest(work)],
      ];
    }),
    [{ peer: 'DuckDB', isGateway: false }, () => databases.duckdb(work)],
  ];
  const slow = [
    [{ peer: 'SQL, typed and indexed', isGateway: false }, () => databases.typed(work)],
    [{ peer: 'SQL on the record', isGateway: false }, () => databases.record(work)],
  ];
  return [...(await timed(work, quick, runs)), ...(await timed(work, slow, sqlRuns))];
}

async function timed({ name }, peers, runs) {
  const acts = peers.map(([, act]) => act);
  const figures = await timesInTurns(runs, acts);
  return peers.map(([peer], i) => ({ work: name, ...peer, ...figures[i], runs }));
}

async function measureSize(data, options, isFirst) {
  const gateways = await startGateways(data, options.server);
  const databases = await openDatabases(data);
  try {
    const rankError = await assertAgreement(gateways, databases);
    console.error(`${data.size}: all peers tell the same figures`);
    const rows = [];
    for (const work of WORK) rows.push(...(await measureWork(work, gateways, databases, options)));
    const postHoc = [];
    if (isFirst) for (const gateway of gateways) postHoc.push(await measurePostHoc(gateway, options.runs));
    return { size: data.size, rankError, rows, postHoc };
  } finally {
    await databases.close();
    for (const gateway of gateways) gateway.stop();
  }
}

const probe = await probeMysql(process.env);
if (!probe.answers) throw new Error(`the benchmark needs a MySQL or MariaDB server. ${probe.message}`);
const server = probe.message.includes('MariaDB') ? 'MariaDB' : 'MySQL';
const options = { ...readOptions(process.env, process.argv), server, serverUrl: probe.url };
const results = [];
for (const size of options.sizes) {
  const tell = (done) => console.error(`${size}: ${done} observations are loaded`);
  const data = await dataOf(size, { ...options, tell });
  const { sqlite, duckdb } = data.megabytes;
  console.error(`${size}: made in ${data.seconds} s; SQLite ${sqlite} MB, DuckDB ${duckdb} MB`);
  results.push(await measureSize(data, options, results.length === 0));
}
console.log(`Node ${process.version}. Peers in turns. Each has answered once before, for the comparison.`);
console.log(report(results, results[0].postHoc));
