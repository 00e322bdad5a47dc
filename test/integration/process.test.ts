import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { Client } from '../support/client.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { Sandbox } from '../support/process.js';

const PEPPER = 'a pepper for production';

let database: TestDatabase;
let sandbox: Sandbox;

beforeEach(async () => {
  database = await createTestDatabase();
  sandbox = new Sandbox({ DATABASE_URL: database.url });
});
afterEach(async () => {
  sandbox.remove();
  await database.drop();
});

it('makes demo data on the first start, prints its keys once, and ends with 0 on SIGTERM', async () => {
  const first = sandbox.start();
  const url = await first.url();
  const [, key = ''] = await first.outputWith(/hospital-north\s+(edg_test_\w+)/);
  const [, curl = ''] = await first.outputWith(/curl -s (\S+\/api\/v1\/federations) /);
  expect(curl).toBe(`${url}/api/v1/federations`);
  const { federations } = await new Client(url, key).query('{ federations { nodes { name viewerRole } } }');
  expect(federations.nodes).toEqual([{ name: 'Cardiology Consortium', viewerRole: 'OWNER' }]);
  expect((await first.stop()).code).toBe(0);

  const second = sandbox.start();
  const again = await second.url();
  await new Client(again, key).get('/federations').expect(200);
  const { code, stdout } = await second.stop('SIGINT');
  expect(code).toBe(0);
  expect(stdout).not.toMatch(/edg_/);
});

it('starts empty with DEMO_DATA=false', async () => {
  const gateway = sandbox.start({ DEMO_DATA: 'false', OPERATOR_KEY: 'an-operator-key-1234' });
  const client = new Client(await gateway.url(), 'an-operator-key-1234');
  expect((await client.get('/organizations').expect(200)).body).toEqual([]);
  expect((await gateway.stop()).stdout).not.toMatch(/edg_/);
});

it('makes neither demo data nor schema in production, is not ready until migrated, and serves the operator key at once', async () => {
  const production = {
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    API_KEY_PEPPER: PEPPER,
    OPERATOR_KEY: 'an-operator-key-1234',
  };
  const gateway = sandbox.start(production);
  const client = new Client(await gateway.url(), 'an-operator-key-1234');
  await client.raw('GET', '/healthz').expect(200);
  await client.raw('GET', '/readyz').expect(503);
  expect((await sandbox.cli(['migrate'], production)).code).toBe(0);
  await client.raw('GET', '/readyz').expect(200);
  expect((await client.get('/organizations').expect(200)).body).toEqual([]);
  expect((await gateway.stop()).code).toBe(0);
});

it('answers a request that is under way before it stops', async () => {
  const gateway = sandbox.start({ OPERATOR_KEY: 'an-operator-key-1234', DEMO_DATA: 'false' });
  const { port } = new URL(await gateway.url());
  const body = JSON.stringify({ id: 'acme', name: 'Acme' });
  const socket = connect(Number(port), '127.0.0.1');
  const head = [
    'POST /api/v1/organizations HTTP/1.1',
    'Host: gateway',
    'Authorization: Bearer an-operator-key-1234',
  ];
  socket.write(
    [...head, 'Content-Type: application/json', `Content-Length: ${body.length}`, '', body.slice(0, 5)].join(
      '\r\n',
    ),
  );
  await setTimeout(200);
  const stopping = gateway.stop();
  await setTimeout(200);
  socket.write(body.slice(5));
  let answer = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk));
  await once(socket, 'close');
  expect(answer).toMatch(/^HTTP\/1.1 201 [\s\S]*connection: close[\s\S]*"id":"acme"/i);
  expect((await stopping).code).toBe(0);
});

describe('refuses to start', () => {
  const cases: { name: string; environment: Record<string, string>; stderr: RegExp }[] = [
    {
      name: 'in production without a pepper',
      environment: { NODE_ENV: 'production' },
      stderr: /^API_KEY_PEPPER: .*required in production/,
    },
    {
      name: 'with a port out of range',
      environment: { PORT: '70000' },
      stderr: /^PORT: "70000" is not allowed; an integer from 0 to 65535/,
    },
    {
      name: 'with a database that it does not know',
      environment: { DATABASE_URL: 'postgres://u:secret@h/d' },
      stderr: /^DATABASE_URL: "postgres:…" is not allowed/,
    },
    {
      name: 'with an operator key that is too short',
      environment: { OPERATOR_KEY: 'short' },
      stderr: /^OPERATOR_KEY: .*16 to 512/,
    },
  ];
  it.each(cases)('$name, saying why', async ({ environment, stderr }) => {
    const finished = await sandbox.start(environment).finished();
    expect(finished.code).toBe(1);
    expect(finished.stderr).toMatch(stderr);
    expect(finished.stderr).not.toMatch(/:secret@|"short"/);
  });
});
