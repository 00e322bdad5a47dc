import { DuckDBInstance } from '@duckdb/node-api';
import Database from 'better-sqlite3';
import { Readable } from 'node:stream';
import mysql from 'mysql2/promise';
import { createRequire } from 'node:module';
import { attributesOf, chunksOf, metricsOf } from './rows.mjs';

const require = createRequire(import.meta.url);
const { RECORD_COLUMNS } = require('../../../dist/src/analytics/record-values.js');

const RECORD = ['federation_id', 'org_id', ...RECORD_COLUMNS];
const TYPED = [
  'org_id',
  'recorded_at',
  'device_group',
  'device_platform',
  'heart_rate',
  'temperature',
  'rhythm',
  'sex',
];
const LINES_AT_ONCE = 1_000;

const recordOf = (federationId, row) => [
  federationId,
  row.orgId,
  row.recordedAt,
  row.deviceGroup,
  row.deviceId,
  row.devicePlatform,
  JSON.stringify(metricsOf(row)),
  JSON.stringify(attributesOf(row)),
];

const typedOf = (row) => [
  row.orgId,
  row.recordedAt,
  row.deviceGroup,
  row.devicePlatform,
  row.heartRate,
  row.temperature,
  row.rhythm,
  row.sex,
];

/** The record, and beside it the same observations in columns of their own. */
export async function openMysqlSink(url, federationId) {
  const connect = async () => {
    const connection = await mysql.createConnection({ uri: url });
    await connection.query('SET foreign_key_checks = 0, unique_checks = 0');
    return connection;
  };
  const [record, typed] = [await connect(), await connect()];
  await typed.query(
    `CREATE TABLE typed_observations (id bigint PRIMARY KEY AUTO_INCREMENT, org_id varchar(64) NOT NULL,
      recorded_at bigint NOT NULL, device_group varchar(128) NOT NULL, device_platform varchar(128),
      heart_rate double, temperature double, rhythm varchar(128), sex varchar(128))`,
  );
  const addRecord = (rows) => {
    const values = rows.map((row) => recordOf(federationId, row));
    return loadLines(record, 'observations', RECORD, values);
  };
  const addTyped = (rows) => loadLines(typed, 'typed_observations', TYPED, rows.map(typedOf));
  return {
    addTyped,
    add: (rows) => Promise.all([addRecord(rows), addTyped(rows)]),
    end: async () => {
      // The indexes hold all that the statements ask for, so that no row is read beside them.
      await typed.query(
        'ALTER TABLE typed_observations ADD INDEX ix_group (device_group, heart_rate), ADD INDEX ix_pair (rhythm, sex)',
      );
      await typed.query('ANALYZE TABLE typed_observations, observations');
      await Promise.all([record.end(), typed.end()]);
    },
  };
}

async function loadLines(connection, table, columns, values) {
  const text = function* () {
    for (const lines of chunksOf(values, LINES_AT_ONCE))
      yield Buffer.from(lines.map((line) => `${line.join('\t')}\n`).join(''));
  };
  await connection.query({
    sql: `LOAD DATA LOCAL INFILE 'rows' INTO TABLE ${table} CHARACTER SET utf8mb4 FIELDS ESCAPED BY '' (${columns.join(', ')})`,
    infileStreamFactory: () => Readable.from(text()),
  });
}

export function openSqliteSink(file, federationId) {
  const database = new Database(file);
  database.pragma('synchronous = OFF');
  const insert = database.prepare(
    `INSERT INTO observations (${RECORD.join(', ')}) VALUES (${RECORD.map(() => '?').join(', ')})`,
  );
  const add = database.transaction((rows) => {
    for (const row of rows) insert.run(recordOf(federationId, row));
  });
  return {
    add,
    end: () => {
      database.pragma('wal_checkpoint(TRUNCATE)');
      database.close();
    },
  };
}

export async function openDuckdbSink(file) {
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  await connection.run(
    `CREATE TABLE observations (org_id VARCHAR, recorded_at BIGINT, device_group VARCHAR, device_platform VARCHAR,
      heart_rate DOUBLE, temperature DOUBLE, rhythm VARCHAR, sex VARCHAR)`,
  );
  const appender = await connection.createAppender('observations');
  return {
    add: (rows) => {
      for (const row of rows) {
        appender.appendVarchar(row.orgId);
        appender.appendBigInt(BigInt(row.recordedAt));
        appender.appendVarchar(row.deviceGroup);
        appender.appendVarchar(row.devicePlatform);
        appender.appendDouble(row.heartRate);
        appender.appendDouble(row.temperature);
        appender.appendVarchar(row.rhythm);
        appender.appendVarchar(row.sex);
        appender.endRow();
      }
      appender.flushSync();
    },
    end: async () => {
      appender.closeSync();
      await connection.run('CHECKPOINT');
      connection.closeSync();
      instance.closeSync();
    },
  };
}
