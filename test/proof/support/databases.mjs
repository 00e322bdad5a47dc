import Sqlite from 'better-sqlite3';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection } from 'mysql2/promise';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { probeMysql } from '../../support/probe-mysql.mjs';

/**
 * The databases that a proof runs on, each with how many gateways share it: SQLite and, where a server answers, a
 * database of its own on MariaDB or MySQL.
 *
 * @throws Error when none answers although REQUIRE_MYSQL=1.
 */
export async function findDatabases() {
  const mysql = await probeMysql(process.env);
  console.log(mysql.message);
  if (!mysql.answers && process.env.REQUIRE_MYSQL === '1')
    throw new Error('REQUIRE_MYSQL=1, but no MySQL answers');
  return [
    { name: 'SQLite', gateways: 1, create: createSqlite },
    ...(mysql.answers ? [{ name: 'MariaDB', gateways: 2, create: () => createMysql(mysql.url) }] : []),
  ];
}

/** A column of JSON: MySQL gives its value, the others its text. */
export function parseJson(value) {
  return typeof value === 'string' ? JSON.parse(value) : value;
}

/** `read` gives the rows of several statements as they were at one moment. */
function createSqlite() {
  const folder = mkdtempSync(path.join(tmpdir(), 'federation-gateway-proof-'));
  const file = path.join(folder, 'gateway.sqlite');
  const read = (statements) => {
    const connection = new Sqlite(file);
    try {
      return connection.transaction(() =>
        statements.map(([sql, values]) => connection.prepare(sql).all(values)),
      )();
    } finally {
      connection.close();
    }
  };
  return {
    url: `sqlite:${file}`,
    read: (statements) => Promise.resolve(read(statements)),
    drop: () => Promise.resolve(rmSync(folder, { recursive: true, force: true })),
  };
}

async function createMysql(serverUrl) {
  const name = `federation_gateway_proof_${randomBytes(6).toString('hex')}`;
  const admin = await createConnection({ uri: serverUrl });
  await admin.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const connection = await createConnection({ uri: url.href });
  return {
    url: url.href,
    read: async (statements) => {
      await connection.query('START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY');
      const results = [];
      for (const [sql, values] of statements) results.push((await connection.query(sql, values))[0]);
      await connection.query('COMMIT');
      return results;
    },
    drop: async () => {
      await connection.end();
      await admin.query(`DROP DATABASE ${name}`);
      await admin.end();
    },
  };
}
