import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { LogLevel } from './core/logger.js';

export type DatabaseConfig =
  | { readonly kind: 'sqlite'; readonly file: string }
  /** A private database that is gone when the process ends. */
  | { readonly kind: 'sqlite-memory' }
  | {
      readonly kind: 'mysql';
      readonly host: string;
      readonly port: number;
      readonly user: string;
      readonly password: string;
      readonly database: string;
    };

export interface Config {
  readonly production: boolean;
  readonly host: string;
  readonly port: number;
  readonly database: DatabaseConfig;
  readonly migrateOnStart: boolean;
  readonly apiKeyPepper: string;
  readonly operatorKey: string | null;
  readonly demoData: boolean;
  /** Requests a minute and key; 0 turns all limiting off. */
  readonly rateLimitRpm: number;
  readonly graphqlCostLimit: number;
  readonly graphqlCostPerMinute: number;
  readonly invitationDays: number;
  /** Observations that a group must have to be shown; 1 withholds nothing. */
  readonly disclosureMinGroupSize: number;
  /** For how long raw observations are kept; null for ever. */
  readonly observationRetentionDays: number | null;
  /** What a new federation may spend. */
  readonly defaultBudget: { readonly totalEpsilon: number; readonly totalDelta: number };
  /** `*` or a list of origins; empty means none. */
  readonly corsOrigins: '*' | readonly string[];
  readonly logLevel: LogLevel;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The process refuses to start with this message: the variable, what is wrong, what is allowed. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(variable: string, value: string, allowed: string) {
    super(`${variable}: ${JSON.stringify(value)} is not allowed; ${allowed}`);
  }
}

/** This and `loadDatabaseConfig` are the only readers of the environment. @throws ConfigError */
export function loadConfig(env: Environment = process.env): Config {
  const production = env['NODE_ENV'] === 'production';
  const database = loadDatabaseConfig(env);
  return Object.freeze({
    production,
    host: read(env, 'HOST') ?? (production ? '0.0.0.0' : '127.0.0.1'),
    port: readInteger(env, 'PORT', 4000, [0, 65_535]),
    database,
    migrateOnStart: readBoolean(env, 'MIGRATE_ON_START', !production),
    apiKeyPepper: readPepper(env, production),
    operatorKey: readOperatorKey(env),
    demoData: !production && readBoolean(env, 'DEMO_DATA', true),
    rateLimitRpm: readInteger(env, 'RATE_LIMIT_RPM', 100, [0, 1_000_000]),
    graphqlCostLimit: readInteger(env, 'GRAPHQL_COST_LIMIT', 2_000, [1, 1_000_000]),
    graphqlCostPerMinute: readInteger(env, 'GRAPHQL_COST_PER_MINUTE', 60_000, [1, 1_000_000_000]),
    invitationDays: readInteger(env, 'INVITATION_DAYS', 30, [1, 3_650]),
    observationRetentionDays: readOptionalInteger(env, 'OBSERVATION_RETENTION_DAYS', [1, 36_500]),
    disclosureMinGroupSize: readInteger(env, 'DISCLOSURE_MIN_GROUP_SIZE', 5, [1, 1_000_000]),
    defaultBudget: {
      totalEpsilon: readPositive(env, 'DEFAULT_EPSILON_BUDGET', 10, Number.MAX_VALUE),
      // The largest double below 1.
      totalDelta: readPositive(env, 'DEFAULT_DELTA_BUDGET', 1e-5, 1 - Number.EPSILON / 2),
    },
    corsOrigins: readCorsOrigins(env, production),
    logLevel: readLogLevel(env),
  });
}

/** The npm script that runs this process; undefined where none does. */
export function npmScriptOf(env: Environment = process.env): string | undefined {
  return env['npm_lifecycle_event'];
}

/** What migrating needs: no secret of the gateway's. @throws ConfigError */
export function loadDatabaseConfig(env: Environment = process.env): DatabaseConfig {
  const database = readDatabase(env);
  refuseUnsupported(env);
  return database;
}

/** An empty variable counts as unset, as `docker run -e NAME=` and .env files produce it. */
function read(env: Environment, name: string): string | undefined {
  return env[name] === '' ? undefined : env[name];
}

function readInteger(
  env: Environment,
  name: string,
  fallback: number,
  [min, max]: readonly [number, number],
): number {
  const text = read(env, name);
  if (text === undefined) return fallback;
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new ConfigError(name, text, `an integer from ${min} to ${max}`);
}

function readOptionalInteger(
  env: Environment,
  name: string,
  range: readonly [number, number],
): number | null {
  return read(env, name) === undefined ? null : readInteger(env, name, range[0], range);
}

/** A number greater than 0 and at most `max`. */
function readPositive(env: Environment, name: string, fallback: number, max: number): number {
  const text = read(env, name);
  if (text === undefined) return fallback;
  const value = /^\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value > 0 && value <= max) return value;
  throw new ConfigError(name, text, max < 1 ? 'a number between 0 and 1' : 'a number greater than 0');
}

function readBoolean(env: Environment, name: string, fallback: boolean): boolean {
  const text = read(env, name);
  if (text === undefined) return fallback;
  if (text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return false;
  throw new ConfigError(name, text, 'true or false');
}

const DATABASE_FORMS = 'sqlite:<file>, sqlite::memory: or mysql://user:password@host:3306/database';

function readDatabase(env: Environment): DatabaseConfig {
  const text = read(env, 'DATABASE_URL') ?? 'sqlite:./data/gateway.sqlite';
  if (text === 'sqlite::memory:') return { kind: 'sqlite-memory' };
  if (text.startsWith('sqlite:') && text.length > 'sqlite:'.length) {
    return { kind: 'sqlite', file: path.resolve(text.slice('sqlite:'.length)) };
  }
  const url = URL.canParse(text) ? new URL(text) : null;
  const [user, password, database] = [url?.username, url?.password, url?.pathname.slice(1)].map(decodePart);
  const isDecoded = user !== undefined && password !== undefined && database !== undefined;
  if (url?.protocol !== 'mysql:' || url.hostname === '' || !isDecoded || !/^[\w$-]{1,64}$/.test(database)) {
    // The value holds a password: only the scheme is repeated.
    throw new ConfigError('DATABASE_URL', `${url?.protocol ?? ''}…`, DATABASE_FORMS);
  }
  if (url.search !== '' || url.hash !== '') {
    throw new ConfigError(
      'DATABASE_URL',
      'mysql:…',
      `query parameters and fragments are not supported: leave out what follows ? or #; ${DATABASE_FORMS}`,
    );
  }
  return {
    kind: 'mysql',
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? 3306 : Number(url.port),
    user,
    password,
    database,
  };
}

/** Undefined for a part that is not percent-encoded as it should be. */
function decodePart(part = ''): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

/** Refused rather than ignored: an operator who sets it must not believe that it works. */
function refuseUnsupported(env: Environment): void {
  for (const name of ['REDIS_URL', 'DATABASE_REPLICA_URLS']) {
    const text = read(env, name);
    if (text !== undefined)
      throw new ConfigError(name, '…', 'this version does not support it yet: leave it unset');
  }
}

const MIN_PEPPER_LENGTH = 16;

/**
 * The pepper is the secret half of every key hash. In production it must come from outside the database's host;
 * in development it is made once and kept beside the embedded database.
 */
function readPepper(env: Environment, production: boolean): string {
  const text = read(env, 'API_KEY_PEPPER');
  if (text !== undefined) {
    if (text.length >= MIN_PEPPER_LENGTH && text.length <= 512) return text;
    throw new ConfigError(
      'API_KEY_PEPPER',
      '…',
      'a secret of 16 to 512 characters (openssl rand -hex 32 makes one)',
    );
  }
  if (production) {
    throw new ConfigError(
      'API_KEY_PEPPER',
      '',
      'it is required in production: a secret of 16 to 512 characters (openssl rand -hex 32 makes one)',
    );
  }
  return developmentPepper(path.resolve('data', 'api-key-pepper'));
}

function developmentPepper(file: string): string {
  if (!existsSync(file)) makePepper(file);
  const pepper = readFileSync(file, 'utf8');
  if (pepper.length >= MIN_PEPPER_LENGTH) return pepper;
  throw new ConfigError(
    'API_KEY_PEPPER',
    '',
    `it is unset, and ${file} holds fewer than ${MIN_PEPPER_LENGTH} characters: restore the file, or delete it ` +
      'to have a new one made, with which no key made so far works',
  );
}

/**
 * The file appears whole or not at all, whenever this process ends; and of two that start at once, the first gives it
 * and the other takes it.
 */
function makePepper(file: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  writeFileSync(draft, randomBytes(32).toString('hex'), { flag: 'wx', mode: 0o600 });
  try {
    linkSync(draft, file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    rmSync(draft);
  }
}

function readOperatorKey(env: Environment): string | null {
  const text = read(env, 'OPERATOR_KEY');
  if (text === undefined) return null;
  if (/^[\x21-\x7e]{16,512}$/.test(text)) return text;
  throw new ConfigError('OPERATOR_KEY', '…', '16 to 512 printable ASCII characters without spaces');
}

function readCorsOrigins(env: Environment, production: boolean): '*' | readonly string[] {
  const text = read(env, 'CORS_ORIGINS');
  if (text === undefined) return production ? [] : '*';
  if (text === '*') return '*';
  const origins = text.split(',').map((origin) => origin.trim());
  for (const origin of origins) {
    // A wildcard is a host name to URL; no browser sends it.
    if (!URL.canParse(origin) || new URL(origin).origin !== origin || origin.includes('*')) {
      throw new ConfigError(
        'CORS_ORIGINS',
        origin,
        '* or a comma-separated list of origins such as https://app.example.org',
      );
    }
  }
  return origins;
}

const LOG_LEVELS: readonly LogLevel[] = ['fatal', 'error', 'warn', 'info', 'debug', 'silent'];

function readLogLevel(env: Environment): LogLevel {
  const text = read(env, 'LOG_LEVEL') ?? 'info';
  const level = LOG_LEVELS.find((candidate) => candidate === text);
  if (level === undefined) throw new ConfigError('LOG_LEVEL', text, `one of ${LOG_LEVELS.join(', ')}`);
  return level;
}
