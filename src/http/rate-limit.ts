import { RateLimiterMemory, type RateLimiterAbstract, type RateLimiterRes } from 'rate-limiter-flexible';
import { DomainError } from '../core/errors.js';
import type { Viewer } from '../core/viewer.js';

const WINDOW_SECONDS = 60;

/** What a key or an organization has used of its minute. */
export interface Allowance {
  readonly limit: number;
  readonly remaining: number;
  /** Seconds until the window begins anew, at least 1. */
  readonly resetSeconds: number;
}

export interface RateLimitOptions {
  /** Requests a minute and key; 0 turns all limiting off. */
  readonly rateLimitRpm: number;
  /** GraphQL cost points a minute and organization. */
  readonly costPerMinute: number;
}

/**
 * Two buckets over one-minute windows: requests of a key, GraphQL cost points of an organization. The store is
 * `rate-limiter-flexible`'s, in memory for one process; its Redis store has the same interface.
 */
export class RateLimits {
  constructor(
    private readonly options: RateLimitOptions,
    private readonly requests: RateLimiterAbstract = memoryStore('requests'),
    private readonly costs: RateLimiterAbstract = memoryStore('costs'),
  ) {}

  get isOn(): boolean {
    return this.options.rateLimitRpm > 0;
  }

  /** Counts a request. Null while limiting is off. The caller answers with the headers, and refuses when `isExceeded`. */
  async countRequest(viewer: Viewer): Promise<(Allowance & { readonly isExceeded: boolean }) | null> {
    if (!this.isOn) return null;
    const limit = viewer.rateLimitRpm ?? this.options.rateLimitRpm;
    const used = await take(this.requests, viewer.keyId, 1);
    return { ...allowance(limit, used), isExceeded: used.consumedPoints > limit };
  }

  /**
   * Takes cost points of the viewer's organization. Null while limiting is off.
   * @throws RATE_LIMITED when the minute's points do not suffice; they are given back.
   */
  async takeCost(viewer: Viewer, cost: number): Promise<Allowance | null> {
    if (!this.isOn) return null;
    const bucket = viewer.orgId ?? viewer.keyId;
    const used = await take(this.costs, bucket, cost);
    if (used.consumedPoints <= this.options.costPerMinute) return allowance(this.options.costPerMinute, used);
    await this.costs.reward(bucket, cost);
    throw rateLimited(
      'the cost points of this minute are spent',
      allowance(this.options.costPerMinute, used).resetSeconds,
    );
  }
}

export function rateLimited(message: string, retryAfterSeconds: number): DomainError {
  return new DomainError('RATE_LIMITED', `${message}; try again in ${retryAfterSeconds} s`, {
    retryAfterSeconds,
  });
}

/** The header fields of draft-ietf-httpapi-ratelimit-headers. */
export function rateLimitHeaders({ limit, remaining, resetSeconds }: Allowance): Record<string, string> {
  return {
    'ratelimit-policy': `"key";q=${limit};w=${WINDOW_SECONDS}`,
    ratelimit: `"key";r=${remaining};t=${resetSeconds}`,
  };
}

function memoryStore(keyPrefix: string): RateLimiterAbstract {
  // Limits differ from key to key, so the store only counts and the comparison is made here.
  return new RateLimiterMemory({ keyPrefix, points: Number.MAX_SAFE_INTEGER, duration: WINDOW_SECONDS });
}

async function take(store: RateLimiterAbstract, bucket: string, points: number): Promise<RateLimiterRes> {
  return store.consume(bucket, points);
}

function allowance(limit: number, used: RateLimiterRes): Allowance {
  return {
    limit,
    remaining: Math.max(0, limit - used.consumedPoints),
    resetSeconds: Math.max(1, Math.ceil(used.msBeforeNext / 1000)),
  };
}
