import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import mysql from 'mysql2/promise';
import { probeMysql } from '../../test/support/probe-mysql.mjs';

/** Fresh databases for the run: SQLite always, MySQL or MariaDB where one answers. */
export async function freshDatabases() {
  const probe = await probeMysql(process.env);
  console.error(probe.message);
  return [sqlite(), ...(probe.answers ? [await onServer(probe.url)] : [])];
}

function sqlite() {
  const folder = mkdtempSync(path.join(tmpdir(), 'federation-gateway-bench-'));
  return {
    name: 'SQLite',
    url: `sqlite:${path.join(folder, 'gateway.sqlite')}`,
    drop: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function onServer(serverUrl) {
  const name = `federation_gateway_bench_${randomBytes(4).toString('hex')}`;
  const admin = await mysql.createConnection({ uri: serverUrl });
  await admin.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
  const [[{ version }]] = await admin.query('SELECT VERSION() AS version');
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    name: String(version),
    url: url.href,
    drop: async () => {
      await admin.query(`DROP DATABASE ${name}`);
      await admin.end();
    },
  };
}
