import { forbidden } from '../core/errors.js';
import type { Scope, Viewer } from '../core/viewer.js';

export interface KeyLimits {
  readonly scopes: readonly Scope[];
  readonly federationId: string | null;
  readonly expiresAt: number | null;
  readonly rateLimitRpm: number | null;
}

/**
 * What a key may give to a key that it makes: no scope, expiry or rate beyond its own, and its own federation. What
 * is not asked for is inherited. Operators give what they like.
 * @param asked scopes with the default filled in; the rest null where not asked for.
 * @param defaultRpm the configured rate, which stands behind a null; 0 while limiting is off.
 * @throws FORBIDDEN naming the limit that is passed.
 */
export function limitsWithin(maker: Viewer, asked: KeyLimits, defaultRpm: number): KeyLimits {
  if (maker.isOperator) return asked;
  const beyond = asked.scopes.find((scope) => !maker.scopes.has(scope));
  if (beyond !== undefined)
    throw forbidden(`this key cannot give the scope ${beyond}, which it does not have`);
  if (
    maker.federationId !== null &&
    asked.federationId !== null &&
    asked.federationId !== maker.federationId
  ) {
    throw forbidden('this key can only make keys for its own federation');
  }
  if (maker.expiresAt !== null && asked.expiresAt !== null && asked.expiresAt > maker.expiresAt) {
    throw forbidden('this key cannot make one that expires later than itself');
  }
  const makerRpm = maker.rateLimitRpm ?? (defaultRpm === 0 ? Infinity : defaultRpm);
  if (asked.rateLimitRpm !== null && asked.rateLimitRpm > makerRpm) {
    throw forbidden(`this key cannot give a higher rate than its own ${makerRpm} requests a minute`);
  }
  return {
    scopes: asked.scopes,
    federationId: maker.federationId ?? asked.federationId,
    expiresAt: asked.expiresAt ?? maker.expiresAt,
    rateLimitRpm: asked.rateLimitRpm ?? maker.rateLimitRpm,
  };
}

/** Only an operator sees operator keys; a key of a federation sees the keys of that federation only. */
export function maySeeKey(
  viewer: Viewer,
  key: { readonly orgId: string; readonly federationId: string | null; readonly isOperator: boolean },
): boolean {
  if (viewer.isOperator) return true;
  if (key.isOperator) return false;
  return (
    key.orgId === viewer.orgId && (viewer.federationId === null || viewer.federationId === key.federationId)
  );
}
