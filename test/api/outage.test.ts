import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTestApp, unique, type TestApp } from '../support/app.js';
import { Client, type Answer } from '../support/client.js';
import { createTestDatabase, isMysql, type TestDatabase } from '../support/database.js';
import { holdFederation } from '../support/hold.js';
import { Sandbox } from '../support/process.js';
import { expectGraphqlError, expectRestError } from '../support/refusals.js';
import { TcpProxy } from '../support/tcp-proxy.js';

const OPERATOR_KEY = 'operator-key-of-the-outages';
const MAX_OUTAGE_MS = 500;
const MAX_RETURN_MS = 2_000;
/** A statement may take 20 s; nothing may take much longer. */
const MAX_SILENCE_MS = 25_000;

async function timed(ask: () => PromiseLike<Answer>): Promise<{ answer: Answer; ms: number }> {
  const start = performance.now();
  const answer = await ask();
  return { answer, ms: performance.now() - start };
}

function expectRetryAfter(answer: Answer): void {
  expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
}

// The embedded database is a file, which cannot be out of reach.
(isMysql() ? describe : describe.skip)('while the database cannot be reached', () => {
  let database: TestDatabase;
  let proxy: TcpProxy;
  let sandbox: Sandbox;
  /** A second gateway, whose way to the database stays open. */
  let direct: TestApp;
  let operator: Client;
  let client: Client;
  /** A key that the gateway has not seen yet. */
  let unseen: Client;
  let federationId: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    const url = new URL(database.url);
    proxy = await TcpProxy.to(url.hostname, Number(url.port || 3306));
    url.hostname = '127.0.0.1';
    url.port = String(proxy.port);
    sandbox = new Sandbox({ DATABASE_URL: url.href, OPERATOR_KEY, DEMO_DATA: 'false', RATE_LIMIT_RPM: '0' });
    operator = new Client(await sandbox.start({ LOG_LEVEL: 'fatal' }).url(), OPERATOR_KEY);
    direct = await startTestApp({ database: database.config });
  });
  afterAll(async () => {
    sandbox.remove();
    await direct.close();
    await proxy.cut();
    await database.drop();
  });

  beforeEach(async () => {
    const id = unique('org');
    await operator.post('/organizations', { id, name: 'Hospital' }).expect(201);
    const aKey = async () =>
      new Client(
        operator.url,
        (await operator.post('/api-keys', { org_id: id, name: 'x' }).expect(201)).body.api_key,
      );
    [client, unseen] = [await aKey(), await aKey()];
    federationId = (await client.post('/federations', { org_id: 'default', name: unique('F') }).expect(201))
      .body.id;
  });
  afterEach(async () => {
    await proxy.restore();
    await backAgain();
  });

  /** How long it takes until a request is answered as before. */
  async function backAgain(): Promise<number> {
    const start = performance.now();
    for (;;) {
      const answer = await operator.get('/organizations');
      if (answer.status === 200) return performance.now() - start;
      if (performance.now() - start > 10_000) throw new Error(`still ${answer.status}: ${answer.text}`);
      await sleep(50);
    }
  }

  const share = (on: Client) => on.post(`/federations/${federationId}/models`, { model_id: 'mdl-7' });
  const overRest: readonly { name: string; ask: () => PromiseLike<Answer> }[] = [
    { name: 'a read', ask: () => client.get(`/federations/${federationId}`) },
    { name: 'a list', ask: () => client.get('/federations') },
    { name: 'a write', ask: () => share(client) },
    { name: 'a write with an Idempotency-Key', ask: () => share(client.with({ 'idempotency-key': 'k' })) },
    { name: 'a key that is not known yet', ask: () => unseen.get('/federations') },
  ];
  it.each(overRest)('REST answers $name with 503 and Retry-After, soon', async ({ ask }) => {
    await proxy.cut();
    for (let i = 0; i < 3; i++) {
      const { answer, ms } = await timed(ask);
      expectRestError(answer, 503);
      expectRetryAfter(answer);
      expect(ms).toBeLessThan(MAX_OUTAGE_MS);
    }
  });

  it('GraphQL answers a key that is not known yet with 503 and Retry-After, soon', async () => {
    await proxy.cut();
    const { answer, ms } = await timed(() => unseen.graphql('{ viewer { keyPrefix } }'));
    expectGraphqlError(answer, 'SERVICE_UNAVAILABLE');
    expect([answer.status, answer.body.data]).toEqual([503, undefined]);
    expectRetryAfter(answer);
    expect(ms).toBeLessThan(MAX_OUTAGE_MS);
  });

  it('GraphQL answers what it still can, and SERVICE_UNAVAILABLE for the rest', async () => {
    await proxy.cut();
    const query = 'query($id: ID!) { viewer { isOperator } federation(id: $id) { name } }';
    const { answer, ms } = await timed(() => client.graphql(query, { id: federationId }));
    expectGraphqlError(answer, 'SERVICE_UNAVAILABLE');
    expect(answer.body.data).toEqual({ viewer: { isOperator: false }, federation: null });
    expect(answer.status).toBe(200);
    expect(ms).toBeLessThan(MAX_OUTAGE_MS);
  });

  it.each([
    { name: 'with an Idempotency-Key', headers: { 'idempotency-key': 'k' } },
    { name: 'without a key', headers: {} },
  ])(
    'a write under way $name gets 503 when the connection breaks, and is not half written',
    async ({ headers }) => {
      const hold = await holdFederation(direct, federationId);
      const asking = client.with(headers);
      const waiting = share(asking);
      await sleep(300);
      const { answer, ms } = await timed(async () => {
        await proxy.cut();
        return waiting;
      });
      hold.release();
      await hold.ended;
      expectRestError(answer, 503);
      expectRetryAfter(answer);
      expect(ms).toBeLessThan(MAX_OUTAGE_MS);
      const rows = () =>
        direct.app.core.db.query('SELECT id FROM shared_models WHERE federation_id = ?', [federationId]);
      expect(await rows()).toEqual([]);
      await proxy.restore();
      await backAgain();
      const again = await share(asking);
      expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([200, null]);
      expect(await rows()).toHaveLength(1);
    },
  );

  it('the process lives but is not ready', async () => {
    await proxy.cut();
    await operator.raw('GET', '/healthz').expect(200);
    const { answer, ms } = await timed(() => operator.raw('GET', '/readyz'));
    expect(answer.status).toBe(503);
    expectRetryAfter(answer);
    expect(ms).toBeLessThan(MAX_OUTAGE_MS);
    expect(answer.text).not.toMatch(/ECONN|127\.0\.0\.1|mysql/i);
  });

  it('and answers as before within two seconds of its return', async () => {
    await proxy.cut();
    await Promise.all(Array.from({ length: 30 }, () => client.get('/federations').expect(503)));
    await proxy.restore();
    expect(await backAgain()).toBeLessThan(MAX_RETURN_MS);
    await Promise.all(Array.from({ length: 30 }, () => client.get('/federations').expect(200)));
    await unseen.get('/federations').expect(200);
    await operator.raw('GET', '/readyz').expect(200);
  });

  it('the process is not ready while the database is silent, and says so soon', async () => {
    proxy.silence();
    const { answer, ms } = await timed(() => operator.raw('GET', '/readyz'));
    expect([answer.status, answer.body]).toEqual([
      503,
      { status: 'not ready', reason: 'the database cannot be reached' },
    ]);
    expect(ms).toBeLessThan(2_000 + MAX_OUTAGE_MS);
  });

  it('a database that falls silent ends in 503 as well', async () => {
    proxy.silence();
    const { answer, ms } = await timed(() => client.get(`/federations/${federationId}`));
    expectRestError(answer, 503);
    expectRetryAfter(answer);
    expect(ms).toBeLessThan(MAX_SILENCE_MS);
  }, 40_000);
});
