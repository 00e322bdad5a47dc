import { randomInt } from 'node:crypto';

/** `aud` is internal: audit entries have no address. */
export type IdPrefix = 'fed' | 'org' | 'mem' | 'rnd' | 'qry' | 'key' | 'shm' | 'aud';

const ID_ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz';
const TIME_LENGTH = 9;
const RANDOM_LENGTH = 12;

/**
 * A new id: prefix, nine base-36 digits of the time, twelve random ones (62 bits).
 * The time comes first so that rows made one after the other lie side by side in the primary key.
 */
export function newId(prefix: IdPrefix, now: number): string {
  const time = now.toString(36).padStart(TIME_LENGTH, '0');
  const random = Array.from({ length: RANDOM_LENGTH }, () => ID_ALPHABET.charAt(randomInt(36)));
  return `${prefix}_${time}${random.join('')}`;
}

/** Ids of things that are made at once, in rising order, so that a list by creation keeps the order of the making. */
export function newIds(prefix: IdPrefix, now: number, count: number): string[] {
  return Array.from({ length: count }, () => newId(prefix, now)).sort();
}

const OWN_ID = /^(?:fed|mem|rnd|qry|key|shm)_[0-9a-z]{12,32}$/;
const EXTERNAL_ID = /^[A-Za-z0-9._:-]{1,64}$/;
const RESERVED_ORGANIZATION_ID = /^(?:(?:fed|mem|rnd|qry|key|shm)_.*|default)$/;

/** True for an id that this gateway may have made. A malformed one is looked up nowhere: it is simply not found. */
export function isOwnId(id: string, prefix: IdPrefix): boolean {
  return id.startsWith(`${prefix}_`) && OWN_ID.test(id);
}

/** Organization and model ids may come from outside. */
export function isExternalId(id: string): boolean {
  return EXTERNAL_ID.test(id);
}

/** Ids that no organization may take, since `node` reads the type from the prefix. */
export function isReservedOrganizationId(id: string): boolean {
  return RESERVED_ORGANIZATION_ID.test(id);
}

export const EXTERNAL_ID_RULE = 'must be 1 to 64 characters of A-Z, a-z, 0-9 and . _ : -';
