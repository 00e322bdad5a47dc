import { DuckDBInstance } from '@duckdb/node-api';
import mysql from 'mysql2/promise';
import { run, serve } from '../../graph/process.mjs';
import { MEMBERS } from './rows.mjs';
import { onDuckdb, onRecord, onTypedColumns, quartilesByIndex } from './statements.mjs';

const GATEWAY = { RATE_LIMIT_RPM: '0', LOG_LEVEL: 'warn', PORT: '0', HOST: '127.0.0.1' };
const COMMAND_LINE = 'dist/src/cli/main.js';

/** A gateway as an operator would run it, in a process of its own, asked with the key of a member. */
export async function startGateway(name, url, federationId) {
  const environment = { DATABASE_URL: url };
  await run(COMMAND_LINE, ['migrate'], environment);
  const keyArguments = ['key', 'create', '--org', MEMBERS[0], '--name', 'bench', '--json'];
  const key = JSON.parse(await run(COMMAND_LINE, keyArguments, environment)).api_key;
  const server = await serve('dist/src/main.js', { ...environment, ...GATEWAY });
  const post = async (path, body) => {
    const response = await fetch(server.url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer = await response.json();
    if (!response.ok || answer.errors !== undefined)
      throw new Error(`${path} answered ${response.status}: ${JSON.stringify(answer)}`);
    return answer;
  };
  const graphql = (query) => post('/graphql', { query });
  const analytics = async ({ field }) =>
    (await graphql(`{ analytics(federationId: "${federationId}") { ${field} } }`)).data.analytics.result;
  return {
    name,
    graphql,
    analytics,
    rest: (work) => post(`/api/v1/federations/${federationId}/analytics/${work.name}`, work.body),
    metrics: async () => (await fetch(`${server.url}/metrics`)).text(),
    stop: server.stop,
  };
}

/** Statements on the record and on typed columns, and DuckDB over the same rows in a file of its own format. */
export async function openDatabases({ mysqlUrl, duckdbFile }) {
  const connection = await mysql.createConnection({ uri: mysqlUrl, decimalNumbers: true });
  const instance = await DuckDBInstance.create(duckdbFile, { access_mode: 'READ_ONLY' });
  const duckdb = await instance.connect();
  const select = async (sql) => (await connection.query(sql))[0];
  return {
    duckdb: async ({ name }) => (await duckdb.runAndReadAll(onDuckdb[name])).getRowObjectsJS(),
    /** How much of a group lies below a value, and at most at it. */
    rankOf: async (group, value) => {
      const [row] = (
        await duckdb.runAndReadAll(
          `SELECT AVG((heart_rate < $value)::DOUBLE) AS below, AVG((heart_rate <= $value)::DOUBLE) AS upTo
            FROM observations WHERE device_group = $group`,
          { group, value },
        )
      ).getRowObjectsJS();
      return row;
    },
    typed: async ({ name }) => {
      const rows = await select(onTypedColumns[name]);
      if (name === 'descriptive') await select(quartilesByIndex(rows));
      return rows;
    },
    record: ({ name }) => select(onRecord[name]),
    close: async () => {
      duckdb.closeSync();
      instance.closeSync();
      await connection.end();
    },
  };
}
