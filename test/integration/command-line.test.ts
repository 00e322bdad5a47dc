import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { Sandbox } from '../support/process.js';
import { Client } from '../support/client.js';

let database: TestDatabase;
let sandbox: Sandbox;

beforeAll(async () => {
  database = await createTestDatabase();
  sandbox = new Sandbox({ DATABASE_URL: database.url });
});
afterAll(async () => {
  sandbox.remove();
  await database.drop();
});

async function json(...args: string[]): Promise<any> {
  const { code, stdout, stderr } = await sandbox.cli([...args, '--json']);
  if (code !== 0) throw new Error(`exit ${String(code)}: ${stderr}`);
  return JSON.parse(stdout);
}

it('registers organizations and makes keys that work on the running gateway, and stops them', async () => {
  expect(await json('org', 'create', 'acme', '--name', 'Acme')).toMatchObject({ id: 'acme', name: 'Acme' });
  expect(await json('org', 'list')).toMatchObject([{ id: 'acme', name: 'Acme' }]);
  const made = await json(
    'key',
    'create',
    '--org',
    'acme',
    '--name',
    'ci',
    '--scope',
    'federations:read',
    '--scope',
    'keys:write',
  );
  expect(made).toEqual({ id: expect.stringMatching(/^key_/), api_key: expect.stringMatching(/^edg_test_/) });
  expect(await json('key', 'list', '--org', 'acme')).toMatchObject([
    { id: made.id, name: 'ci', scopes: ['federations:read', 'keys:write'], is_active: true },
  ]);

  const gateway = sandbox.start({ DEMO_DATA: 'false' });
  const client = new Client(await gateway.url(), made.api_key);
  expect((await client.query('{ viewer { scopes organization { id } } }')).viewer).toEqual({
    scopes: ['federations:read', 'keys:write'],
    organization: { id: 'acme' },
  });
  expect(await json('key', 'revoke', made.id)).toMatchObject({ id: made.id, revoked_at: expect.any(String) });
  await new Promise((resolve) => setTimeout(resolve, 5_000));
  await client.get('/federations').expect(401);
  await gateway.stop();
});

it('makes operator keys, which act for every organization', async () => {
  await json('org', 'create', 'bolt', '--name', 'Bolt');
  const { api_key } = await json(
    'key',
    'create',
    '--org',
    'acme',
    '--name',
    'op',
    '--operator',
    '--expires-in-days',
    '7',
  );
  const gateway = sandbox.start({ DEMO_DATA: 'false' });
  const client = new Client(await gateway.url(), api_key);
  await client.post('/federations', { org_id: 'bolt', name: 'By operator' }).expect(201);
  await gateway.stop();
});

it('migrates down and up again, and refuses to work in production on a schema that is not up to date', async () => {
  const own = await createTestDatabase();
  const migrating = { DATABASE_URL: own.url, NODE_ENV: 'production' };
  const production = { ...migrating, API_KEY_PEPPER: 'p'.repeat(32) };
  expect(await sandbox.cli(['org', 'list'], production)).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/npm run migrate/),
  });
  // Makes no key and checks none: the pepper is not for who migrates.
  const up = await sandbox.cli(['migrate', '--json'], migrating);
  expect(JSON.parse(up.stdout).applied.length).toBeGreaterThan(0);
  expect(JSON.parse((await sandbox.cli(['migrate', '--json'], migrating)).stdout)).toEqual({ applied: [] });
  expect(
    JSON.parse((await sandbox.cli(['migrate', '--down', '--json'], migrating)).stdout).undone,
  ).toHaveLength(1);
  await own.drop();
});

it('writes while the gateway writes', async () => {
  const gateway = sandbox.start({
    DEMO_DATA: 'false',
    OPERATOR_KEY: 'an-operator-key-1234',
    RATE_LIMIT_RPM: '0',
  });
  const client = new Client(await gateway.url(), 'an-operator-key-1234');
  const commands = Array.from({ length: 3 }, (_, i) =>
    json('org', 'create', `command-${i}`, '--name', 'By command'),
  );
  let written = 0;
  const state = { isDone: false };
  const writing = (async () => {
    while (!state.isDone)
      await client.post('/organizations', { id: `request-${written++}`, name: 'By request' }).expect(201);
  })();
  await Promise.all(commands);
  state.isDone = true;
  await writing;
  await gateway.stop();
  const ids = (await json('org', 'list')).map(({ id }: { id: string }) => id);
  expect(ids.filter((id: string) => id.startsWith('command-'))).toHaveLength(3);
  expect(ids.filter((id: string) => id.startsWith('request-'))).toHaveLength(written);
});
