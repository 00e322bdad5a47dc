import { describe, expect, it } from '@jest/globals';
import { crc32 } from 'node:zlib';
import { displayPrefix, generateSecret, hashSecret } from '../../../src/auth/secrets.js';

const BASE_62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

const valueOf = (digits: string) =>
  Array.from(digits).reduce((sum, digit) => sum * 62 + BASE_62.indexOf(digit), 0);

describe('a new secret', () => {
  it.each(['test', 'live'] as const)('for %s is told by its prefix', (kind) => {
    expect(generateSecret(kind)).toMatch(new RegExp(`^edg_${kind}_[0-9A-Za-z]{43}[0-9A-Za-z]{6}$`));
  });

  it('ends in the CRC-32 of what comes before, in base 62', () => {
    for (let i = 0; i < 500; i++) {
      const secret = generateSecret('test');
      expect(valueOf(secret.slice(-6))).toBe(crc32(secret.slice(0, -6)));
    }
  });

  it('is never made twice, and every place of it varies', () => {
    const secrets = Array.from({ length: 1_000 }, () => generateSecret('test'));
    expect(new Set(secrets).size).toBe(1_000);
    const places = Array.from({ length: 43 }, (_, i) => new Set(secrets.map((secret) => secret[9 + i])).size);
    // Among 1,000 draws of 62 digits, fewer than 50 different ones do not come up in the lifetime of this test.
    expect(Math.min(...places)).toBeGreaterThan(50);
  });

  it('shows its first twelve characters', () => {
    const secret = generateSecret('live');
    expect(displayPrefix(secret)).toBe(secret.slice(0, 12));
    expect(displayPrefix('short')).toBe('short');
  });
});

describe('the hash of a secret', () => {
  const secret = 'edg_test_secret';

  it('is HMAC-SHA256 under the pepper, in hexadecimal', () => {
    // RFC 4231, test case 2.
    expect(hashSecret('what do ya want for nothing?', 'Jefe')).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
  });

  it('is the same for the same secret and pepper', () => {
    expect(hashSecret(secret, 'pepper')).toBe(hashSecret(secret, 'pepper'));
  });

  it('differs by secret and by pepper', () => {
    const hashes = [
      hashSecret(secret, 'pepper'),
      hashSecret(secret, 'Pepper'),
      hashSecret(`${secret} `, 'pepper'),
      hashSecret(secret.toUpperCase(), 'pepper'),
      hashSecret('', 'pepper'),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it('does not contain the secret', () => {
    expect(hashSecret(secret, 'pepper')).toMatch(/^[0-9a-f]{64}$/);
  });
});
