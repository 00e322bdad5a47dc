import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { limitsWithin, type KeyLimits } from '../../../src/auth/api-key.policy.js';
import { ALL_SCOPES, expandScopes } from '../../../src/auth/scopes.js';
import { DomainError } from '../../../src/core/errors.js';
import { SCOPES, type Scope, type Viewer } from '../../../src/core/viewer.js';

const maker = (limits: Partial<Viewer> = {}): Viewer => ({
  keyId: 'key_1',
  keyPrefix: 'edg_test_abc',
  orgId: 'acme',
  isOperator: false,
  scopes: new Set<Scope>(['federations:read', 'keys:write']),
  federationId: null,
  rateLimitRpm: null,
  expiresAt: null,
  ...limits,
});
const asked = (limits: Partial<KeyLimits> = {}): KeyLimits => ({
  scopes: ['federations:read'],
  federationId: null,
  expiresAt: null,
  rateLimitRpm: null,
  ...limits,
});
const operator = maker({ orgId: null, isOperator: true, scopes: ALL_SCOPES });

interface Case {
  readonly name: string;
  readonly maker: Viewer;
  readonly asked: KeyLimits;
  readonly defaultRpm?: number;
}

describe('a key gives', () => {
  const given: readonly (Case & { given: Partial<KeyLimits> })[] = [
    { name: 'what it has where nothing is bounded', maker: maker(), asked: asked(), given: {} },
    {
      name: 'a scope that its own scope implies',
      maker: maker({ scopes: expandScopes(['federations:admin', 'keys:write']) }),
      asked: asked({ scopes: ['privacy:read', 'federations:write'] }),
      given: { scopes: ['privacy:read', 'federations:write'] },
    },
    {
      name: 'any federation where it is bound to none',
      maker: maker(),
      asked: asked({ federationId: 'fed_1' }),
      given: { federationId: 'fed_1' },
    },
    {
      name: 'its own federation, asked for or not',
      maker: maker({ federationId: 'fed_1' }),
      asked: asked({ federationId: 'fed_1' }),
      given: { federationId: 'fed_1' },
    },
    {
      name: 'its own federation where none is asked for',
      maker: maker({ federationId: 'fed_1' }),
      asked: asked(),
      given: { federationId: 'fed_1' },
    },
    {
      name: 'its own expiry where none is asked for',
      maker: maker({ expiresAt: 100 }),
      asked: asked(),
      given: { expiresAt: 100 },
    },
    {
      name: 'an expiry as late as its own',
      maker: maker({ expiresAt: 100 }),
      asked: asked({ expiresAt: 100 }),
      given: { expiresAt: 100 },
    },
    {
      name: 'an earlier expiry',
      maker: maker({ expiresAt: 100 }),
      asked: asked({ expiresAt: 99 }),
      given: { expiresAt: 99 },
    },
    {
      name: 'its own rate where none is asked for',
      maker: maker({ rateLimitRpm: 50 }),
      asked: asked(),
      given: { rateLimitRpm: 50 },
    },
    {
      name: 'a rate as high as its own',
      maker: maker({ rateLimitRpm: 50 }),
      asked: asked({ rateLimitRpm: 50 }),
      given: { rateLimitRpm: 50 },
    },
    {
      name: 'the configured rate where it has none of its own',
      maker: maker(),
      asked: asked({ rateLimitRpm: 100 }),
      given: { rateLimitRpm: 100 },
    },
    {
      name: 'a rate above the configured one that it has itself',
      maker: maker({ rateLimitRpm: 500 }),
      asked: asked({ rateLimitRpm: 400 }),
      given: { rateLimitRpm: 400 },
    },
    {
      name: 'any rate while limiting is off and it has none of its own',
      maker: maker(),
      asked: asked({ rateLimitRpm: 1_000_000 }),
      defaultRpm: 0,
      given: { rateLimitRpm: 1_000_000 },
    },
    {
      name: 'what it likes as an operator',
      maker: operator,
      asked: {
        scopes: ['keys:write', 'ingest:write'],
        federationId: 'fed_9',
        expiresAt: 1e15,
        rateLimitRpm: 1e6,
      },
      given: {
        scopes: ['keys:write', 'ingest:write'],
        federationId: 'fed_9',
        expiresAt: 1e15,
        rateLimitRpm: 1e6,
      },
    },
  ];
  it.each(given)('$name', ({ maker: by, asked: wanted, defaultRpm = 100, given: expected }) => {
    expect(limitsWithin(by, wanted, defaultRpm)).toEqual({ ...asked(), ...expected });
  });
});

describe('a key does not give', () => {
  const refused: readonly (Case & { reason: RegExp })[] = [
    {
      name: 'a scope that it lacks',
      maker: maker(),
      asked: asked({ scopes: ['federations:read', 'ingest:write'] }),
      reason: /ingest:write/,
    },
    {
      name: 'the scope that implies its own',
      maker: maker(),
      asked: asked({ scopes: ['federations:admin'] }),
      reason: /federations:admin/,
    },
    {
      name: 'another federation than its own',
      maker: maker({ federationId: 'fed_1' }),
      asked: asked({ federationId: 'fed_2' }),
      reason: /federation/,
    },
    {
      name: 'a later expiry',
      maker: maker({ expiresAt: 100 }),
      asked: asked({ expiresAt: 101 }),
      reason: /expires later/,
    },
    {
      name: 'a higher rate',
      maker: maker({ rateLimitRpm: 50 }),
      asked: asked({ rateLimitRpm: 51 }),
      reason: /50 requests/,
    },
    {
      name: 'a rate above the configured one',
      maker: maker(),
      asked: asked({ rateLimitRpm: 101 }),
      reason: /100 requests/,
    },
    {
      name: 'a higher rate than its own while limiting is off',
      maker: maker({ rateLimitRpm: 50 }),
      asked: asked({ rateLimitRpm: 51 }),
      defaultRpm: 0,
      reason: /50 requests/,
    },
  ];
  it.each(refused)('$name', ({ maker: by, asked: wanted, defaultRpm = 100, reason }) => {
    expect(() => limitsWithin(by, wanted, defaultRpm)).toThrow(
      expect.objectContaining({ code: 'FORBIDDEN', message: expect.stringMatching(reason) }),
    );
  });
});

it('never gives more than it has, through any chain of keys', () => {
  const limits = fc.record({
    scopes: fc.subarray([...SCOPES]),
    federationId: fc.constantFrom(null, 'fed_1', 'fed_2'),
    expiresAt: fc.option(fc.integer({ min: 1, max: 10 })),
    rateLimitRpm: fc.option(fc.integer({ min: 1, max: 10 })),
  });
  const defaultRpm = 5;
  fc.assert(
    fc.property(limits, fc.array(limits, { maxLength: 4 }), (first, wishes) => {
      let by = maker({ ...first, scopes: expandScopes(first.scopes) });
      for (const wish of wishes) {
        const given = attempt(() => limitsWithin(by, wish, defaultRpm));
        if (given === null) continue;
        const scopes = expandScopes(given.scopes);
        expect([...scopes].every((scope) => by.scopes.has(scope))).toBe(true);
        if (by.federationId !== null) expect(given.federationId).toBe(by.federationId);
        expect(given.expiresAt ?? Infinity).toBeLessThanOrEqual(by.expiresAt ?? Infinity);
        expect(given.rateLimitRpm ?? defaultRpm).toBeLessThanOrEqual(by.rateLimitRpm ?? defaultRpm);
        by = maker({ ...given, scopes });
      }
    }),
  );
});

function attempt<Result>(act: () => Result): Result | null {
  try {
    return act();
  } catch (error) {
    if (error instanceof DomainError) return null;
    throw error;
  }
}
