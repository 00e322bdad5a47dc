import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { entities } from '../../src/app.js';
import { openDatabase } from '../../src/db/data-source.js';
import { startTestApp, unique, type TestApp } from '../support/app.js';
import { Client, type Json } from '../support/client.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { Sandbox, type RunningProcess } from '../support/process.js';
import { expectGraphqlError, expectNothingInternal, expectRestError } from '../support/refusals.js';
import { countRows } from '../support/rows.js';

const OPERATOR_KEY = 'operator-key-of-the-faults';

describe('an unexpected error', () => {
  let database: TestDatabase;
  let sandbox: Sandbox;
  let gateway: RunningProcess;
  let owner: Client;
  let path: string;
  let federationId: string;

  // A process of its own: what it logs is what it writes.
  beforeAll(async () => {
    database = await createTestDatabase();
    sandbox = new Sandbox({ DATABASE_URL: database.url, OPERATOR_KEY, DEMO_DATA: 'false' });
    gateway = sandbox.start({ LOG_LEVEL: 'info' });
    const operator = new Client(await gateway.url(), OPERATOR_KEY);
    await operator.post('/organizations', { id: 'hospital-north', name: 'Hospital North' }).expect(201);
    const key = (await operator.post('/api-keys', { org_id: 'hospital-north', name: 'x' }).expect(201)).body
      .api_key;
    owner = new Client(operator.url, key);
    federationId = (await owner.post('/federations', { org_id: 'default', name: 'Cardiology' }).expect(201))
      .body.id;
    path = `/federations/${federationId}/models`;
    await onDatabase('ALTER TABLE shared_models RENAME TO x_shared_models');
  });
  afterAll(async () => {
    sandbox.remove();
    await database.drop();
  });

  async function onDatabase(sql: string): Promise<void> {
    const db = await openDatabase(database.config, entities, { migrate: false });
    await db.transaction((tx) => tx.query(sql).then(() => undefined));
    await db.close();
  }

  /** The lines of a request, which may be written a moment after its answer. */
  async function linesOf(requestId: string): Promise<Json[]> {
    await gateway.outputWith(new RegExp(`"request_id":"${requestId}".*"msg":"request"`));
    const [whole] = await gateway.outputWith(/[\s\S]*/);
    const lines = whole.split('\n').filter((line) => line.startsWith('{'));
    return lines.map((line) => JSON.parse(line)).filter((line) => line.request_id === requestId);
  }

  async function expectLogged(requestId: string): Promise<void> {
    const errors = (await linesOf(requestId)).filter(({ level }) => level === 'error');
    expect(errors).toMatchObject([
      { msg: 'unexpected error', err: { message: expect.stringMatching(/shared_models/) } },
    ]);
    expect(errors[0].err.stack).toMatch(/\bat /);
  }

  it.each([
    { name: 'a read', ask: () => owner.get(path) },
    { name: 'a write', ask: () => owner.post(path, { model_id: 'mdl-7' }) },
    {
      name: 'a write with an Idempotency-Key',
      ask: () => owner.with({ 'idempotency-key': 'k' }).post(path, { model_id: 'mdl-7' }),
    },
    { name: 'a deletion', ask: () => owner.delete(`${path}/mdl-7`) },
  ])('is masked over REST and logged with the id of the request: $name', async ({ ask }) => {
    const answer = await ask();
    expectRestError(answer, 500);
    expect(answer.body).toMatchObject({ message: 'internal server error', details: {} });
    expect(answer.text).not.toContain('shared_models');
    await expectLogged(answer.body.request_id);
  });

  it('is masked over GraphQL, which still answers the rest, and logged with the id of the request', async () => {
    const query =
      'query($id: ID!) { viewer { isOperator } federation(id: $id) { name models { nodes { id } } } }';
    const answer = await owner.graphql(query, { id: federationId });
    expectGraphqlError(answer, 'INTERNAL_SERVER_ERROR');
    expect(answer.status).toBe(200);
    expect(answer.data).toEqual({
      viewer: { isOperator: false },
      federation: { name: 'Cardiology', models: null },
    });
    expect(answer.errors).toMatchObject([
      { message: 'internal server error', path: ['federation', 'models'] },
    ]);
    expect(Object.keys(answer.errors![0].extensions).sort()).toEqual(['code', 'requestId']);
    await expectLogged(answer.errors![0].extensions.requestId);
  });

  it('of a mutation is masked and logged alike', async () => {
    const mutation = 'mutation($input: ShareModelInput!) { shareModel(input: $input) { model { id } } }';
    const answer = await owner.graphql(mutation, { input: { federationId, modelId: 'mdl-7' } });
    expectGraphqlError(answer, 'INTERNAL_SERVER_ERROR');
    expect([answer.status, answer.data]).toEqual([200, null]);
    await expectLogged(answer.errors![0].extensions.requestId);
  });

  it("is logged under the caller's own id of the request where there is one", async () => {
    const requestId = unique('trace');
    const answer = await owner.with({ 'x-request-id': requestId }).get(path);
    expect([answer.body.request_id, answer.headers.get('x-request-id')]).toEqual([requestId, requestId]);
    await expectLogged(requestId);
  });

  it('and every other answer has one line, which says who asked what, at what cost, and how it ended', async () => {
    const headers = { 'x-request-id': unique('trace') };
    await owner.with(headers).graphql('query Mine { organizations { nodes { id } } }');
    expect(await linesOf(headers['x-request-id'])).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        request_id: headers['x-request-id'],
        method: 'POST',
        route: '/graphql',
        status: 200,
        ms: expect.any(Number),
        org_id: 'hospital-north',
        key_prefix: owner.key!.slice(0, 12),
        operation: 'Mine',
        operation_hash: expect.stringMatching(/^[0-9a-f]{12}$/),
        cost: 26,
        code: 'FORBIDDEN',
        msg: 'request',
      },
    ]);
  });

  it('puts no key, text of a query, variable or body into the log', async () => {
    const secret = unique('secret');
    const headers = { 'x-request-id': unique('trace'), 'idempotency-key': secret };
    const body = { model_id: `mdl-${secret}`, name: secret, description: secret };
    await owner.with(headers).post(path, body).expect(500);
    await linesOf(headers['x-request-id']);
    const query = `mutation($input: ShareModelInput!) { shareModel(input: $input) { model { id } } } # ${secret}`;
    const { errors } = await owner.graphql(query, { input: { federationId, modelId: secret, name: secret } });
    await linesOf(errors![0].extensions.requestId);
    const literal = `mutation { shareModel(input: { federationId: "${federationId}", modelId: "${secret}" }) { model { id } } }`;
    await linesOf((await owner.graphql(literal)).errors![0].extensions.requestId);
    const [output] = await gateway.outputWith(/[\s\S]*/);
    for (const word of [secret, owner.key!, OPERATOR_KEY]) expect(output.includes(word)).toBe(false);
    expect(/authorization|insert into|select /i.exec(output)?.[0]).toBeUndefined();
  });

  it('leaves nothing behind, and is over with its cause', async () => {
    await onDatabase('ALTER TABLE x_shared_models RENAME TO shared_models');
    expect((await owner.get(path).expect(200)).body).toEqual([]);
    const again = await owner.with({ 'idempotency-key': 'k' }).post(path, { model_id: 'mdl-7' }).expect(200);
    expect(again.headers.get('idempotent-replayed')).toBeNull();
  });
});

describe('the addresses of operations', () => {
  let gateway: TestApp;
  beforeAll(async () => {
    gateway = await startTestApp();
  });
  afterAll(() => gateway.close());

  it('say without a key that the process lives and can serve', async () => {
    expect((await gateway.anonymous.raw('GET', '/healthz').expect(200)).body).toEqual({ status: 'ok' });
    expect((await gateway.anonymous.raw('GET', '/readyz').expect(200)).body).toEqual({ status: 'ready' });
  });

  it('are not ready where migrations are pending', async () => {
    const rows = await countRows(gateway.app.core.db, 'migrations');
    expect(rows).toBeGreaterThan(0);
    const { db } = gateway.app.core;
    await db.transaction((tx) =>
      tx.query('ALTER TABLE migrations RENAME TO x_migrations').then(() => undefined),
    );
    const answer = await gateway.anonymous.raw('GET', '/readyz').expect(503);
    await db.transaction((tx) =>
      tx.query('ALTER TABLE x_migrations RENAME TO migrations').then(() => undefined),
    );
    expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    expectNothingInternal(answer.text);
    await gateway.anonymous.raw('GET', '/readyz').expect(200);
  });

  it('count requests by route and status, and never by what a caller makes up', async () => {
    const { id } = await gateway.aFederation();
    await gateway.operator.get(`/federations/${id}`).expect(200);
    await gateway.operator.get('/federations/fed_000000000000').expect(404);
    await gateway.anonymous.raw('GET', `/made-up-${id}`).expect(404);
    const metrics = await gateway.anonymous.raw('GET', '/metrics').expect(200);
    expect(metrics.headers.get('content-type')).toMatch(/^text\/plain; version=/);
    const counted = (status: number) => `{route="/api/v1/federations/:id",status="${status}"} 1\n`;
    for (const status of [200, 404])
      expect(metrics.text).toContain(`gateway_request_duration_seconds_count${counted(status)}`);
    expect(metrics.text).toContain('nodejs_eventloop_lag_seconds');
    expect(metrics.text).not.toContain(id);
  });
});
