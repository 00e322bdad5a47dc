import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createConnection } from 'mysql2/promise';
import type { DatabaseConfig } from '../../src/config.js';

declare global {
  /** Set by jest.config.mjs for the projects that talk to a database. */
  var TEST_DATABASE: { readonly kind: 'sqlite' } | { readonly kind: 'mysql'; readonly url: string };
}

export interface TestDatabase {
  readonly config: DatabaseConfig;
  /** As `DATABASE_URL` takes it, for tests that start a process. */
  readonly url: string;
  drop(): Promise<void>;
}

/** An empty database of this test file's own, on the server that the jest project names. */
export async function createTestDatabase(): Promise<TestDatabase> {
  return globalThis.TEST_DATABASE.kind === 'mysql'
    ? createMysql(globalThis.TEST_DATABASE.url)
    : createSqlite();
}

export function isMysql(): boolean {
  return globalThis.TEST_DATABASE.kind === 'mysql';
}

/** In memory where the system has such a folder, of which all test files take 30 MB: every write waits for its medium. */
const FOLDER = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

function createSqlite(): TestDatabase {
  const folder = mkdtempSync(path.join(FOLDER, 'federation-gateway-'));
  const file = path.join(folder, 'gateway.sqlite');
  return {
    config: { kind: 'sqlite', file },
    url: `sqlite:${file}`,
    drop: () => {
      rmSync(folder, { recursive: true, force: true });
      return Promise.resolve();
    },
  };
}

async function createMysql(serverUrl: string): Promise<TestDatabase> {
  const database = `federation_gateway_test_${randomBytes(6).toString('hex')}`;
  const admin = await createConnection({ uri: serverUrl });
  await admin.query(`CREATE DATABASE ${database} CHARACTER SET utf8mb4`);
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return {
    config: {
      kind: 'mysql',
      host: url.hostname,
      port: Number(url.port || 3306),
      user: decodeURIComponent(url.username),
      password: decodeURIComponent(url.password),
      database,
    },
    url: url.href,
    drop: async () => {
      await admin.query(`DROP DATABASE ${database}`);
      await admin.end();
    },
  };
}
