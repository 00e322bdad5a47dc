import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  isExternalId,
  isOwnId,
  isReservedOrganizationId,
  newId,
  newIds,
  type IdPrefix,
} from '../../../src/core/ids.js';

const NOW = Date.UTC(2026, 10, 24);
const PREFIXES = ['fed', 'mem', 'rnd', 'qry', 'key', 'shm'] as const;

describe('a new id', () => {
  it.each([...PREFIXES, 'org', 'aud'] satisfies IdPrefix[])(
    'of %s is made as the contract says',
    (prefix) => {
      const id = newId(prefix, NOW);
      expect(id).toMatch(new RegExp(`^${prefix}_[0-9a-z]{12,32}$`));
      expect(id.length).toBeLessThanOrEqual(40);
      expect(isExternalId(id)).toBe(true);
    },
  );

  it('keeps its form at every time', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.UTC(5_000, 0, 1) }), (now) => {
        expect(newId('fed', now)).toMatch(/^fed_[0-9a-z]{21}$/);
      }),
    );
  });

  it('sorts by the time of its making', () => {
    const time = fc.integer({ min: 0, max: Date.UTC(5_000, 0, 1) });
    fc.assert(
      fc.property(time, time, (a, b) => {
        fc.pre(a < b);
        expect(newId('fed', a) < newId('fed', b)).toBe(true);
      }),
    );
  });

  it('is never made twice', () => {
    expect(new Set(Array.from({ length: 10_000 }, () => newId('fed', NOW))).size).toBe(10_000);
  });

  it('of many that are made at once rises', () => {
    const ids = newIds('mem', NOW, 1_000);
    expect(new Set(ids).size).toBe(1_000);
    expect(ids).toEqual([...ids].sort());
  });
});

describe('an id that this gateway may have made', () => {
  it.each(PREFIXES)('of %s is known by its prefix', (prefix) => {
    expect(isOwnId(newId(prefix, NOW), prefix)).toBe(true);
    for (const other of PREFIXES)
      if (other !== prefix) expect(isOwnId(newId(prefix, NOW), other)).toBe(false);
  });

  it.each([12, 32])('has %d characters behind the prefix', (length) => {
    expect(isOwnId(`fed_${'a'.repeat(length)}`, 'fed')).toBe(true);
  });

  it.each([
    '',
    'fed_',
    'fed_aaaaaaaaaaa',
    `fed_${'a'.repeat(33)}`,
    'fed_AAAAAAAAAAAA',
    'FED_aaaaaaaaaaaa',
    'fed-aaaaaaaaaaaa',
    'fed_aaaaaaaaaaa_',
    'fed_aaaaaaaaaaa\u00e9',
    ' fed_aaaaaaaaaaaa',
    'fed_aaaaaaaaaaaa\n',
    "fed_aaaaaaaaaaaa' OR 1=1",
  ])('is not %j', (id) => {
    expect(isOwnId(id, 'fed')).toBe(false);
  });
});

describe('an id from outside', () => {
  it.each(['org_abc123', 'acme', 'mdl-7', 'A', '0', 'a.b_c:d-E', '..', 'x'.repeat(64)])('may be %s', (id) => {
    expect(isExternalId(id)).toBe(true);
  });

  it.each(['', 'x'.repeat(65), 'a b', 'a/b', 'a\n', 'é', 'a%20', 'a"', '\u0000'])('may not be %j', (id) => {
    expect(isExternalId(id)).toBe(false);
  });
});

describe('an id that no organization may take', () => {
  it.each([...PREFIXES.map((prefix) => `${prefix}_1`), 'fed_', 'default', newId('fed', NOW)])(
    'is %s',
    (id) => {
      expect(isReservedOrganizationId(id)).toBe(true);
    },
  );

  it.each(['org_1', 'acme', 'federation', 'fed-1', 'fed', 'xfed_1', 'default-1', 'Default', 'FED_1'])(
    'is not %s',
    (id) => {
      expect(isReservedOrganizationId(id)).toBe(false);
    },
  );
});
