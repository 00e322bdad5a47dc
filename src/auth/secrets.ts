import { createHmac, randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';

const BASE_62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 43 digits of base 62 hold 256 bits. */
const RANDOM_LENGTH = 43;
const CHECKSUM_LENGTH = 6;
const PREFIX_LENGTH = 12;

export type SecretKind = 'live' | 'test';

/**
 * A new API key: `edg_live_` or `edg_test_`, 256 random bits and a CRC-32, both in base 62. The checksum is for secret
 * scanners; the gateway itself looks a key up by its hash and never at its form.
 */
export function generateSecret(kind: SecretKind): string {
  const random = Array.from({ length: RANDOM_LENGTH }, () => BASE_62.charAt(randomInt(62))).join('');
  const body = `edg_${kind}_${random}`;
  return body + toBase62(crc32(body));
}

function toBase62(value: number): string {
  let digits = '';
  for (let rest = value; rest > 0; rest = Math.floor(rest / 62)) digits = BASE_62.charAt(rest % 62) + digits;
  return digits.padStart(CHECKSUM_LENGTH, '0');
}

/** What may be shown of a secret, for people to tell keys apart. */
export function displayPrefix(secret: string): string {
  return secret.slice(0, PREFIX_LENGTH);
}

/**
 * HMAC-SHA256 under the pepper, hexadecimal: what is stored and looked up. Slow hashes are for passwords; a secret of
 * 256 random bits cannot be guessed at any speed.
 */
export function hashSecret(secret: string, pepper: string): string {
  return createHmac('sha256', pepper).update(secret).digest('hex');
}
