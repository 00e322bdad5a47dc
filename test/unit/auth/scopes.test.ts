import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DomainError } from '../../../src/core/errors.js';
import { SCOPES, type Scope } from '../../../src/core/viewer.js';
import {
  ALL_SCOPES,
  DEFAULT_SCOPES,
  expandScopes,
  formatScopes,
  parseScopes,
  readScopes,
} from '../../../src/auth/scopes.js';

const granted = fc.subarray([...SCOPES], { minLength: 1 });
const sorted = (scopes: Iterable<Scope>) => [...scopes].sort();

describe('what a scope opens', () => {
  const opens: Readonly<Record<Scope, readonly Scope[]>> = {
    'federations:read': ['federations:read'],
    'federations:write': ['federations:read', 'federations:write'],
    'federations:admin': [
      'analytics:read',
      'analytics:run',
      'federations:admin',
      'federations:read',
      'federations:write',
      'privacy:read',
      'privacy:write',
    ],
    'privacy:read': ['privacy:read'],
    'privacy:write': ['privacy:read', 'privacy:write'],
    'analytics:read': ['analytics:read'],
    'analytics:run': ['analytics:read', 'analytics:run'],
    'ingest:write': ['ingest:write'],
    'keys:write': ['keys:write'],
  };
  it.each(SCOPES)('%s', (scope) => {
    expect(sorted(expandScopes([scope]))).toEqual(opens[scope]);
  });

  it('is what each of several opens, together', () => {
    fc.assert(
      fc.property(granted, (scopes) => {
        expect(sorted(expandScopes(scopes))).toEqual(
          sorted(new Set(scopes.flatMap((scope) => opens[scope]))),
        );
      }),
    );
  });

  it('opens nothing more when it is opened again', () => {
    fc.assert(
      fc.property(granted, (scopes) => {
        const once = expandScopes(scopes);
        expect(sorted(expandScopes([...once]))).toEqual(sorted(once));
      }),
    );
  });

  it('is nothing where nothing is granted, and everything where all is', () => {
    expect(expandScopes([]).size).toBe(0);
    expect(sorted(expandScopes(SCOPES))).toEqual(sorted(ALL_SCOPES));
  });
});

it('grants a new key federations:admin and ingest:write', () => {
  expect(DEFAULT_SCOPES).toEqual(['federations:admin', 'ingest:write']);
});

describe('names of scopes', () => {
  it('are taken in any order and any number of times', () => {
    fc.assert(
      fc.property(granted, fc.gen(), (scopes, gen) => {
        const names = gen(fc.shuffledSubarray, [...scopes, ...scopes], { minLength: scopes.length * 2 });
        expect(parseScopes(names)).toEqual(scopes);
      }),
    );
  });

  it.each([
    [['federations:own']],
    [['federations']],
    [['federations:read', '']],
    [['FEDERATIONS:READ']],
    [[' federations:read']],
    [['federations:read,keys:write']],
    [['__proto__']],
    [[]],
  ])('are refused where they are not of the list: %j', (names) => {
    expect(() => parseScopes(names)).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', field: 'scopes' }),
    );
    expect(() => parseScopes(names)).toThrow(DomainError);
  });

  it('are stored and read again', () => {
    fc.assert(
      fc.property(granted, (scopes) => {
        expect(readScopes(formatScopes(scopes))).toEqual(scopes);
        expect(formatScopes(scopes).length).toBeLessThanOrEqual(255);
      }),
    );
  });

  it('that were stored and are no longer known grant nothing', () => {
    expect(readScopes('federations:read federations:dream ')).toEqual(['federations:read']);
    expect(readScopes('')).toEqual([]);
  });
});
