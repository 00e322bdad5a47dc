import { LRUCache } from 'lru-cache';
import type { Clock } from '../core/clock.js';
import { DomainError } from '../core/errors.js';
import type { Logger } from '../core/logger.js';
import type { Viewer } from '../core/viewer.js';
import type { Database } from '../db/database.js';
import { apiKeyRepository, type ApiKeyRow } from './api-key.repository.js';
import { ALL_SCOPES, expandScopes } from './scopes.js';
import { hashSecret } from './secrets.js';

/** Below the 5 seconds within which a revocation must take effect in every process. */
const CACHE_MS = 4_000;
/** A key that another process makes works at most so much later here. */
const UNKNOWN_CACHE_MS = 1_000;
const CACHE_SIZE = 10_000;
const MAX_SECRET_BYTES = 512;

/** `OPERATOR_KEY` has no row: it belongs to no organization and lives in the configuration. */
const CONFIGURED_OPERATOR: Viewer = {
  keyId: 'key_configuredoperator',
  keyPrefix: 'OPERATOR_KEY',
  orgId: null,
  isOperator: true,
  scopes: ALL_SCOPES,
  federationId: null,
  rateLimitRpm: null,
  expiresAt: null,
};

export interface AuthenticatorOptions {
  readonly pepper: string;
  readonly operatorKey: string | null;
}

/** Turns a secret into the viewer that it stands for. */
export class Authenticator {
  private readonly viewers: LRUCache<string, Viewer>;
  /** Hashes of what is no key, so that asking again and again does not ask the database. */
  private readonly unknown: LRUCache<string, true>;
  private readonly lastUse = new Map<string, number>();
  private readonly pepper: string;
  private readonly operatorHash: string | null;

  constructor(
    private readonly db: Database,
    private readonly clock: Clock,
    private readonly logger: Logger,
    { pepper, operatorKey }: AuthenticatorOptions,
  ) {
    const bounds = { max: CACHE_SIZE, ttlResolution: 0, perf: { now: () => clock.now() } };
    this.viewers = new LRUCache({ ...bounds, ttl: CACHE_MS });
    this.unknown = new LRUCache({ ...bounds, ttl: UNKNOWN_CACHE_MS });
    this.pepper = pepper;
    this.operatorHash = operatorKey === null ? null : hashSecret(operatorKey, pepper);
  }

  /** @throws UNAUTHENTICATED for a missing, unknown, expired or revoked key: one answer for all, which tells nothing. */
  async authenticate(secret: string | null): Promise<Viewer> {
    if (secret === null || secret === '')
      throw new DomainError(
        'UNAUTHENTICATED',
        'an API key is required: Authorization: Bearer <key>, or X-API-Key: <key>',
      );
    const viewer =
      Buffer.byteLength(secret) > MAX_SECRET_BYTES ? null : await this.find(hashSecret(secret, this.pepper));
    if (viewer === null || isPast(viewer.expiresAt, this.clock.now()))
      throw new DomainError('UNAUTHENTICATED', 'the API key is unknown, expired or revoked');
    return viewer;
  }

  private async find(hash: string): Promise<Viewer | null> {
    // A hash under a secret pepper leaks nothing by the time that comparing it takes.
    if (hash === this.operatorHash) return CONFIGURED_OPERATOR;
    const known = this.viewers.get(hash) ?? (await this.load(hash));
    if (known !== null) this.lastUse.set(known.keyId, this.clock.now());
    return known;
  }

  private async load(hash: string): Promise<Viewer | null> {
    if (this.unknown.has(hash)) return null;
    // The age counts from before the question, so that a slow answer does not stretch the five seconds.
    const age = { start: this.clock.now() };
    const row = await apiKeyRepository.findByHash(this.db, hash);
    if (row?.revokedAt !== null) {
      this.unknown.set(hash, true, age);
      return null;
    }
    const viewer = toViewer(row);
    this.viewers.set(hash, viewer, age);
    return viewer;
  }

  /** A key that this process makes works at once. */
  forgetUnknown(secretHash: string): void {
    this.unknown.delete(secretHash);
  }

  /** Forgets a key at once in this process; the others learn of it when their copy has aged. */
  forget(keyId: string): void {
    for (const [hash, viewer] of this.viewers.entries()) {
      if (viewer.keyId === keyId) this.viewers.delete(hash);
    }
  }

  /** Writes when each key was last used. Called once a minute and at the end, never on a request's path. */
  async flushLastUse(): Promise<void> {
    // In the order of the ids, in which every process takes the rows' locks: none waits for another in a circle.
    const used = [...this.lastUse].sort(([one], [other]) => (one < other ? -1 : 1));
    this.lastUse.clear();
    if (used.length === 0) return;
    try {
      await this.db.transaction(async (tx) => {
        for (const [keyId, usedAt] of used) await apiKeyRepository.touch(tx, keyId, usedAt);
      });
    } catch (error) {
      // Only a display value is lost, and requests go on; the operator sees it in the log.
      this.logger.warn({ err: error }, 'could not store the last use of API keys');
    }
  }
}

function isPast(time: number | null, now: number): boolean {
  return time !== null && time <= now;
}

function toViewer(row: ApiKeyRow): Viewer {
  return {
    keyId: row.id,
    keyPrefix: row.prefix,
    orgId: row.orgId,
    isOperator: row.isOperator,
    scopes: row.isOperator ? ALL_SCOPES : expandScopes(row.scopes),
    federationId: row.federationId,
    rateLimitRpm: row.rateLimitRpm,
    expiresAt: row.expiresAt,
  };
}
