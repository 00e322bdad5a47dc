import { afterAll, afterEach, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import crypto from 'node:crypto';
import { inspect } from 'node:util';
import { ApiKeyService, Authenticator } from '../../src/auth/index.js';
import { generateSecret } from '../../src/auth/secrets.js';
import { commandContext } from '../../src/cli/operator.js';
import type { Database } from '../../src/db/database.js';
import { startTestApp, unique, type TestApp } from '../support/app.js';

const PEPPER = 'pepper-of-the-tests';

/** Stands for the other processes. */
let gateway: TestApp;
let authenticator: Authenticator;
let apiKeys: ApiKeyService;
let queries: number;
/** The first two parameters of each statement in a transaction. */
let written: unknown[][];

beforeAll(async () => {
  gateway = await startTestApp();
});
afterAll(() => gateway.close());
afterEach(() => {
  jest.restoreAllMocks();
});

beforeEach(() => {
  const { db, clock, logger } = gateway.app.core;
  queries = 0;
  written = [];
  const counting: Database = {
    query: (sql, parameters) => {
      queries += 1;
      return db.query(sql, parameters);
    },
    snapshot: (work) => db.snapshot(work),
    transaction: (work) =>
      db.transaction((tx) =>
        work({
          ...tx,
          query: (sql, parameters = []) => {
            written.push(parameters.slice(0, 2));
            return tx.query(sql, parameters);
          },
        }),
      ),
    close: () => db.close(),
  };
  authenticator = new Authenticator(counting, clock, logger, { pepper: PEPPER, operatorKey: null });
  apiKeys = new ApiKeyService(clock, authenticator, {
    pepper: PEPPER,
    secretKind: 'test',
    defaultRpm: 0,
    knowsFederation: () => Promise.resolve(true),
  });
});

const isRefused = (secret: string) =>
  expect(authenticator.authenticate(secret)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });

/** A secret that no key has yet, and that the next key gets: the random digits are all the same from now on. */
function comingSecret(digit: number): string {
  jest.spyOn(crypto, 'randomInt').mockImplementation(() => digit);
  return generateSecret('test');
}

async function createKey(service: ApiKeyService): Promise<void> {
  const ctx = commandContext(gateway.app.core);
  const id = unique('org');
  await gateway.app.core.organizations.create(ctx, { id, name: 'Hospital' });
  // With digits that are all the same, ids differ by their time alone.
  gateway.clock.advance(1);
  await service.create(ctx, { orgId: id, name: 'x' });
}

it('does not keep the operator key of the configuration, which it knows by its hash', async () => {
  const { db, clock, logger } = gateway.app.core;
  const operatorKey = 'an-operator-key-in-plain-text';
  const knowing = new Authenticator(db, clock, logger, { pepper: PEPPER, operatorKey });
  expect(await knowing.authenticate(operatorKey)).toMatchObject({ isOperator: true });
  expect(inspect(knowing, { depth: 3 })).not.toContain(operatorKey);
});

it('asks the database once for a key that is unknown, however often it comes', async () => {
  const secret = unique('unknown');
  for (let i = 0; i < 50; i++) await isRefused(secret);
  expect(queries).toBe(1);
});

it('asks once for a revoked key as well', async () => {
  const { key, client } = await gateway.anOrganization(unique('org'), { scopes: ['keys:write'] });
  const { keyId } = await authenticator.authenticate(key);
  await client.post(`/api-keys/${keyId}/revoke`).expect(200);
  authenticator.forget(keyId);
  queries = 0;
  for (let i = 0; i < 50; i++) await isRefused(key);
  expect(queries).toBe(1);
});

it('asks for each unknown key by itself', async () => {
  for (let i = 0; i < 3; i++) await isRefused(unique('unknown'));
  expect(queries).toBe(3);
});

it('lets a key of another process work a second after it was asked for in vain', async () => {
  const secret = comingSecret(1);
  await isRefused(secret);
  await createKey(gateway.app.core.apiKeys);
  gateway.clock.advance(1_001);
  expect(await authenticator.authenticate(secret)).toMatchObject({ isOperator: false });
});

it('lets a key of this process work at once', async () => {
  const secret = comingSecret(2);
  await isRefused(secret);
  await createKey(apiKeys);
  expect(await authenticator.authenticate(secret)).toMatchObject({ isOperator: false });
});

it('writes the last use of keys in the order of their ids, so that two processes do not wait for each other', async () => {
  const members = await Promise.all(Array.from({ length: 4 }, () => gateway.anOrganization()));
  const viewers = await Promise.all(members.map(({ key }) => authenticator.authenticate(key)));
  const ids = viewers.map(({ keyId }) => keyId).sort();
  const keyOf = new Map(viewers.map(({ keyId }, i) => [keyId, members[i]?.key ?? '']));
  await authenticator.flushLastUse();
  for (const id of ids.toReversed()) await authenticator.authenticate(keyOf.get(id) ?? '');
  written = [];
  await authenticator.flushLastUse();
  expect(written.map(([, id]) => id)).toEqual(ids);
});
