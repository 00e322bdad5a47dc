import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import mysql from 'mysql2/promise';
import { load } from './load.mjs';

/** Raised when the rows, the tables or what a summary holds change: what was kept before is made anew. */
const RECIPE = 1;

/**
 * The data of one size, made once and kept: a database on the server, and in the folder an SQLite and a DuckDB file with
 * a note of what they are, which is written last.
 */
export async function dataOf(size, { folder, serverUrl, isFresh, tell }) {
  mkdirSync(folder, { recursive: true });
  const name = `${String(size / 1e6).replace('.', '_')}m`;
  const note = path.join(folder, `${name}.json`);
  const database = `federation_gateway_bench_analytics_${name}`;
  const places = {
    mysqlUrl: Object.assign(new URL(serverUrl), { pathname: `/${database}` }).href,
    sqliteFile: path.join(folder, `${name}.sqlite`),
    duckdbFile: path.join(folder, `${name}.duckdb`),
  };
  const known = readNote(note);
  if (isFresh || known?.recipe !== RECIPE || !(await hasDatabase(serverUrl, database))) {
    await removeAll(serverUrl, database, [note, ...filesOf(places)]);
    const start = performance.now();
    const federations = await load(size, places, tell);
    const seconds = Math.round((performance.now() - start) / 1_000);
    writeFileSync(note, JSON.stringify({ recipe: RECIPE, size, seconds, federations }));
  }
  return { ...places, size, ...readNote(note), megabytes: megabytesOf(places) };
}

function readNote(note) {
  return existsSync(note) ? JSON.parse(readFileSync(note, 'utf8')) : null;
}

function filesOf({ sqliteFile, duckdbFile }) {
  return [sqliteFile, `${sqliteFile}-wal`, `${sqliteFile}-shm`, duckdbFile, `${duckdbFile}.wal`];
}

function megabytesOf({ sqliteFile, duckdbFile }) {
  const [sqlite, duckdb] = [sqliteFile, duckdbFile].map((file) => Math.round(statSync(file).size / 2 ** 20));
  return { sqlite, duckdb };
}

async function hasDatabase(serverUrl, database) {
  return onServer(serverUrl, async (admin) => {
    const [found] = await admin.query('SHOW DATABASES LIKE ?', [database]);
    return found.length === 1;
  });
}

/** Empties all places and makes the database. */
async function removeAll(serverUrl, database, files) {
  for (const file of files) rmSync(file, { force: true });
  await onServer(serverUrl, async (admin) => {
    await admin.query(`DROP DATABASE IF EXISTS ${database}`);
    await admin.query(`CREATE DATABASE ${database} CHARACTER SET utf8mb4`);
  });
}

async function onServer(uri, work) {
  const admin = await mysql.createConnection({ uri });
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}
