import path from 'node:path';
import { startApp, type App } from '../../src/app.js';
import type { Config } from '../../src/config.js';
import { createLogger } from '../../src/core/logger.js';
import { Client } from './client.js';
import { MovableClock } from './clock.js';
import { createTestDatabase, type TestDatabase } from './database.js';

export const OPERATOR_KEY = 'operator-key-of-the-tests';

export interface TestApp {
  readonly app: App;
  readonly url: string;
  readonly clock: MovableClock;
  readonly database: TestDatabase;
  /** Calls with the operator key of the configuration. */
  readonly operator: Client;
  /** Calls without a key. */
  readonly anonymous: Client;
  client(key: string): Client;
  /** A new organization (its id random unless given) and a client that calls for it. */
  anOrganization(id?: string, key?: { scopes?: string[]; federation_id?: string }): Promise<Member>;
  /** A federation owned by a new organization or by `owner`, with new organizations in it. */
  aFederation(parts?: { owner?: Member; active?: number; invited?: number }): Promise<TestFederation>;
  close(): Promise<void>;
}

export interface Member {
  readonly id: string;
  readonly key: string;
  readonly client: Client;
}

export interface TestFederation {
  readonly id: string;
  readonly name: string;
  readonly owner: Member;
  readonly active: readonly Member[];
  readonly invited: readonly Member[];
}

export const TIGHT_EPSILON_SCRIPT = path.join(__dirname, '../../dist/src/privacy/tight-epsilon.worker.js');
/** One that answers nothing: the tight epsilon of every round that a test records takes more time than the test. */
const SILENT_SCRIPT = path.join(__dirname, 'silent.worker.mjs');

let serial = 0;

/** A word that no other builder of this process has used. */
export function unique(prefix: string): string {
  serial += 1;
  return `${prefix}-${serial.toString(36)}-${Date.now().toString(36)}`;
}

/** The whole gateway on a fresh, migrated database, listening on a port of its own. Rates are off unless a test sets them. */
export async function startTestApp(
  overrides: Partial<Config> = {},
  { tightEpsilonScript = SILENT_SCRIPT }: { tightEpsilonScript?: string } = {},
): Promise<TestApp> {
  const database = await createTestDatabase();
  const clock = new MovableClock();
  const config: Config = {
    production: false,
    host: '127.0.0.1',
    port: 0,
    database: database.config,
    migrateOnStart: true,
    apiKeyPepper: 'pepper-of-the-tests',
    operatorKey: OPERATOR_KEY,
    demoData: false,
    rateLimitRpm: 0,
    graphqlCostLimit: 2_000,
    graphqlCostPerMinute: 60_000,
    invitationDays: 30,
    disclosureMinGroupSize: 5,
    observationRetentionDays: null,
    defaultBudget: { totalEpsilon: 10, totalDelta: 1e-5 },
    corsOrigins: '*',
    logLevel: 'silent',
    ...overrides,
  };
  const app = await startApp(config, {
    clock,
    logger: createLogger(config.logLevel),
    tightEpsilonScript,
  });
  const operator = new Client(app.url, OPERATOR_KEY);

  const anOrganization: TestApp['anOrganization'] = async (id = unique('org'), key = {}) => {
    await operator.post('/organizations', { id, name: `Organization ${id}` }).expect(200, 201);
    const created = await operator.post('/api-keys', { org_id: id, name: 'test', ...key }).expect(201);
    const secret = String(created.body.api_key);
    return { id, key: secret, client: new Client(app.url, secret) };
  };

  const aFederation: TestApp['aFederation'] = async ({ owner, active = 0, invited = 0 } = {}) => {
    const by = owner ?? (await anOrganization());
    const name = unique('Federation');
    const { body } = await by.client.post('/federations', { org_id: 'default', name }).expect(201);
    const id = String(body.id);
    const others = await Promise.all(Array.from({ length: active + invited }, () => anOrganization()));
    if (others.length > 0)
      await by.client
        .post(`/federations/${id}/invite`, { org_ids: others.map((member) => member.id) })
        .expect(200);
    for (const member of others.slice(0, active))
      await member.client.post(`/federations/${id}/join`, { org_id: 'default' }).expect(200);
    return { id, name, owner: by, active: others.slice(0, active), invited: others.slice(active) };
  };

  return {
    app,
    url: app.url,
    clock,
    database,
    operator,
    anonymous: new Client(app.url, null),
    client: (key) => new Client(app.url, key),
    anOrganization,
    aFederation,
    close: async () => {
      await app.close();
      await database.drop();
    },
  };
}
