import { describe, expect, it } from '@jest/globals';
import path from 'node:path';
import { loadConfig, type Config } from '../../src/config.js';
import { refusalOf } from '../support/config.js';

type Environment = Readonly<Record<string, string>>;

const PEPPER = 'sixteen characters or more';
const DEVELOPMENT: Environment = { API_KEY_PEPPER: PEPPER };
const PRODUCTION: Environment = { API_KEY_PEPPER: PEPPER, NODE_ENV: 'production' };

const load = (environment: Environment): Config => loadConfig({ ...DEVELOPMENT, ...environment });

describe('without variables', () => {
  it('development serves this machine alone, from an embedded database that it migrates and fills', () => {
    expect(loadConfig(DEVELOPMENT)).toEqual({
      production: false,
      host: '127.0.0.1',
      port: 4_000,
      database: { kind: 'sqlite', file: path.resolve('data/gateway.sqlite') },
      migrateOnStart: true,
      apiKeyPepper: PEPPER,
      operatorKey: null,
      demoData: true,
      rateLimitRpm: 100,
      graphqlCostLimit: 2_000,
      graphqlCostPerMinute: 60_000,
      invitationDays: 30,
      disclosureMinGroupSize: 5,
      observationRetentionDays: null,
      defaultBudget: { totalEpsilon: 10, totalDelta: 1e-5 },
      corsOrigins: '*',
      logLevel: 'info',
    });
  });

  it('production serves everybody, trusts no origin, and neither migrates nor makes demo data', () => {
    expect(loadConfig(PRODUCTION)).toMatchObject({
      production: true,
      host: '0.0.0.0',
      migrateOnStart: false,
      demoData: false,
      corsOrigins: [],
    });
  });

  it('an empty variable counts as unset', () => {
    const empty = { PORT: '', HOST: '', DATABASE_URL: '', OPERATOR_KEY: '', CORS_ORIGINS: '', LOG_LEVEL: '' };
    expect(load({ ...empty, REDIS_URL: '', DATABASE_REPLICA_URLS: '', DEMO_DATA: '' })).toEqual(load({}));
  });

  it('nothing can be changed afterwards', () => {
    expect(Object.isFrozen(load({}))).toBe(true);
  });
});

describe('a variable is read', () => {
  const mysql = {
    kind: 'mysql',
    host: 'db',
    port: 3_306,
    user: 'u',
    password: 'p',
    database: 'gateway',
  } as const;
  const readings: readonly { environment: Environment; config: Partial<Config> }[] = [
    { environment: { PORT: '0' }, config: { port: 0 } },
    { environment: { PORT: '65535' }, config: { port: 65_535 } },
    { environment: { HOST: '::1' }, config: { host: '::1' } },
    { environment: { RATE_LIMIT_RPM: '0' }, config: { rateLimitRpm: 0 } },
    { environment: { GRAPHQL_COST_LIMIT: '1' }, config: { graphqlCostLimit: 1 } },
    { environment: { GRAPHQL_COST_PER_MINUTE: '7' }, config: { graphqlCostPerMinute: 7 } },
    { environment: { INVITATION_DAYS: '1' }, config: { invitationDays: 1 } },
    { environment: { DISCLOSURE_MIN_GROUP_SIZE: '1' }, config: { disclosureMinGroupSize: 1 } },
    { environment: { OBSERVATION_RETENTION_DAYS: '1' }, config: { observationRetentionDays: 1 } },
    { environment: { OBSERVATION_RETENTION_DAYS: '' }, config: { observationRetentionDays: null } },
    {
      environment: { DEFAULT_EPSILON_BUDGET: '2.5', DEFAULT_DELTA_BUDGET: '1e-6' },
      config: { defaultBudget: { totalEpsilon: 2.5, totalDelta: 1e-6 } },
    },
    { environment: { MIGRATE_ON_START: 'false' }, config: { migrateOnStart: false } },
    { environment: { DEMO_DATA: '0' }, config: { demoData: false } },
    { environment: { DEMO_DATA: '1' }, config: { demoData: true } },
    { environment: { LOG_LEVEL: 'silent' }, config: { logLevel: 'silent' } },
    { environment: { CORS_ORIGINS: '*' }, config: { corsOrigins: '*' } },
    {
      environment: { CORS_ORIGINS: 'https://a.example, http://localhost:3000' },
      config: { corsOrigins: ['https://a.example', 'http://localhost:3000'] },
    },
    { environment: { OPERATOR_KEY: '!~'.repeat(8) }, config: { operatorKey: '!~'.repeat(8) } },
    { environment: { OPERATOR_KEY: 'k'.repeat(512) }, config: { operatorKey: 'k'.repeat(512) } },
    { environment: { DATABASE_URL: 'sqlite::memory:' }, config: { database: { kind: 'sqlite-memory' } } },
    {
      environment: { DATABASE_URL: 'sqlite:/var/lib/gateway.db' },
      config: { database: { kind: 'sqlite', file: '/var/lib/gateway.db' } },
    },
    { environment: { DATABASE_URL: 'mysql://u:p@db/gateway' }, config: { database: mysql } },
    {
      environment: { DATABASE_URL: 'mysql://u%40x:p%2F%25@db:3307/gateway' },
      config: { database: { ...mysql, user: 'u@x', password: 'p/%', port: 3_307 } },
    },
    {
      environment: { DATABASE_URL: 'mysql://root@[::1]/gateway' },
      config: { database: { ...mysql, user: 'root', password: '', host: '::1' } },
    },
  ];
  it.each(readings)('$environment', ({ environment, config }) => {
    expect(load(environment)).toMatchObject(config);
  });

  it('in production as well', () => {
    const environment = { MIGRATE_ON_START: 'true', CORS_ORIGINS: 'https://a.example', HOST: '10.0.0.1' };
    expect(loadConfig({ ...PRODUCTION, ...environment })).toMatchObject({
      migrateOnStart: true,
      corsOrigins: ['https://a.example'],
      host: '10.0.0.1',
    });
  });

  it('but demo data is never made in production', () => {
    expect(loadConfig({ ...PRODUCTION, DEMO_DATA: 'true' }).demoData).toBe(false);
  });
});

describe('a wrong value is refused with the variable, the value and what is allowed', () => {
  const numbers = ['-1', '1.5', '1e3', 'many', ' 1', '0x10', '99999999999', 'NaN'];
  const wrong: readonly { name: string; value: string; allowed: RegExp }[] = [
    ...[...numbers, '65536'].map((value) => ({
      name: 'PORT',
      value,
      allowed: /an integer from 0 to 65535$/,
    })),
    ...numbers.map((value) => ({ name: 'RATE_LIMIT_RPM', value, allowed: /an integer from 0 to 1000000$/ })),
    ...['0', 'x'].map((value) => ({ name: 'GRAPHQL_COST_LIMIT', value, allowed: /an integer from 1 to/ })),
    ...['0', 'x'].map((value) => ({
      name: 'GRAPHQL_COST_PER_MINUTE',
      value,
      allowed: /an integer from 1 to/,
    })),
    ...['0', '3651'].map((value) => ({
      name: 'INVITATION_DAYS',
      value,
      allowed: /an integer from 1 to 3650$/,
    })),
    ...['0', '-1', '2.5', '1000001'].map((value) => ({
      name: 'DISCLOSURE_MIN_GROUP_SIZE',
      value,
      allowed: /an integer from 1 to 1000000$/,
    })),
    ...[...numbers, '0', '36501'].map((value) => ({
      name: 'OBSERVATION_RETENTION_DAYS',
      value,
      allowed: /an integer from 1 to 36500$/,
    })),
    ...['0', '-1', '1e309', 'x', 'Infinity'].map((value) => ({
      name: 'DEFAULT_EPSILON_BUDGET',
      value,
      allowed: /a number greater than 0$/,
    })),
    ...['0', '-1', '1', '2', '1e-999', 'x'].map((value) => ({
      name: 'DEFAULT_DELTA_BUDGET',
      value,
      allowed: /a number between 0 and 1$/,
    })),
    ...['yes', 'TRUE', '2'].flatMap((value) =>
      ['DEMO_DATA', 'MIGRATE_ON_START'].map((name) => ({ name, value, allowed: /true or false$/ })),
    ),
    ...['INFO', 'loud'].map((value) => ({ name: 'LOG_LEVEL', value, allowed: /one of fatal, error, warn/ })),
    ...['app.example.org', 'https://a.example/', 'https://a.example/path', 'null', 'https://*.example'].map(
      (value) => ({ name: 'CORS_ORIGINS', value, allowed: /comma-separated list of origins/ }),
    ),
  ];
  it.each(wrong)('$name=$value', ({ name, value, allowed }) => {
    const message = refusalOf({ ...DEVELOPMENT, [name]: value });
    expect(message.startsWith(`${name}: ${JSON.stringify(value)} is not allowed; `)).toBe(true);
    expect(message).toMatch(allowed);
  });

  it('also where one of several origins is wrong, which it names', () => {
    expect(refusalOf({ ...DEVELOPMENT, CORS_ORIGINS: 'https://a.example,b' })).toMatch(/^CORS_ORIGINS: "b" /);
  });
});

describe('a wrong value that may hold a secret is refused without printing it', () => {
  const secrets: readonly { name: string; value: string }[] = [
    { name: 'API_KEY_PEPPER', value: 'hunter2' },
    { name: 'API_KEY_PEPPER', value: 'hunter2'.repeat(100) },
    { name: 'OPERATOR_KEY', value: 'hunter2' },
    { name: 'OPERATOR_KEY', value: 'hunter2 with blanks in it' },
    { name: 'OPERATOR_KEY', value: 'hunter2-éééééééééé' },
    { name: 'OPERATOR_KEY', value: 'hunter2-with-a-line-break\n' },
    { name: 'OPERATOR_KEY', value: 'hunter2'.repeat(74) },
    { name: 'REDIS_URL', value: 'redis://:hunter2@cache:6379' },
    { name: 'DATABASE_REPLICA_URLS', value: 'mysql://u:hunter2@replica/gateway' },
    { name: 'DATABASE_URL', value: 'postgres://u:hunter2@db/gateway' },
    { name: 'DATABASE_URL', value: 'mysql://u:hunter2@db' },
    { name: 'DATABASE_URL', value: 'mysql://u:hunter2@db/' },
    { name: 'DATABASE_URL', value: 'mysql://u:hunter2@db/gate.way' },
    { name: 'DATABASE_URL', value: 'mysql://u:hunter2@db:99999/gateway' },
    { name: 'DATABASE_URL', value: 'mysql://u:hunter2%@db/gateway' },
    { name: 'DATABASE_URL', value: 'mysql://u:hunter2@db/%ff' },
    { name: 'DATABASE_URL', value: 'mysql//u-hunter2@db/gateway' },
    { name: 'DATABASE_URL', value: 'hunter2' },
    { name: 'DATABASE_URL', value: 'sqlite:' },
  ];
  it.each(secrets)('$name=$value', ({ name, value }) => {
    const message = refusalOf({ ...DEVELOPMENT, [name]: value });
    expect(message).toMatch(new RegExp(`^${name}: ".*" is not allowed; .{10}`));
    expect(message).not.toMatch(/hunter2/);
  });
});

it.each(['?ssl=true', '?password=hunter2&ssl=true', '#hunter2', '?#x'])(
  'DATABASE_URL=mysql://u:hunter2@db/gateway%s is refused rather than taken without it',
  (rest) => {
    const message = refusalOf({ ...DEVELOPMENT, DATABASE_URL: `mysql://u:hunter2@db/gateway${rest}` });
    expect(message).toMatch(/^DATABASE_URL: .*query parameters and fragments are not supported/);
    expect(message).not.toMatch(/hunter2/);
  },
);
