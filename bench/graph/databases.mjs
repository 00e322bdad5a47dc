import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import mysql from 'mysql2/promise';
import { probeMysql } from '../../test/support/probe-mysql.mjs';

/** A fresh database at a time: SQLite always, MySQL or MariaDB where one answers. Whoever takes one drops it. */
export async function* databases() {
  const probe = await probeMysql(process.env);
  // The probe speaks for the tests.
  console.error(probe.answers ? probe.message : `${probe.message} So is the benchmark on it.`);
  yield sqlite();
  if (probe.answers) yield await onServer(probe.url);
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
  await onAdministration(serverUrl, (admin) => admin.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`));
  const [[{ version }]] = await onAdministration(serverUrl, (admin) =>
    admin.query('SELECT VERSION() AS version'),
  );
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    name: String(version),
    url: url.href,
    drop: () => onAdministration(serverUrl, (admin) => admin.query(`DROP DATABASE ${name}`)),
  };
}

/** A connection for each step: one that idles through the run may be closed by the server. */
async function onAdministration(uri, work) {
  const admin = await mysql.createConnection({ uri });
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}
