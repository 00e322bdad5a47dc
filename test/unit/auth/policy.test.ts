import { describe, expect, it } from '@jest/globals';
import { maySeeKey } from '../../../src/auth/api-key.policy.js';
import { assertOperator, assertScope, resolveOrganizationId } from '../../../src/auth/auth.policy.js';
import { ALL_SCOPES } from '../../../src/auth/scopes.js';
import type { Viewer } from '../../../src/core/viewer.js';

const organization: Viewer = {
  keyId: 'key_1',
  keyPrefix: 'edg_test_abc',
  orgId: 'acme',
  isOperator: false,
  scopes: new Set(['federations:read']),
  federationId: null,
  rateLimitRpm: null,
  expiresAt: null,
};
const bound: Viewer = { ...organization, federationId: 'fed_1' };
/** Made by the command line: it has an organization, and acts for all. */
const operator: Viewer = { ...organization, isOperator: true, scopes: ALL_SCOPES };
const configured: Viewer = { ...operator, orgId: null };

describe('the organization that is acted for', () => {
  it.each(['acme', 'default', ''])('is the own one, named or not: "%s"', (requested) => {
    expect(resolveOrganizationId(organization, requested)).toBe('acme');
  });

  it.each([
    ['an operator key of the configuration', configured],
    ['an operator key of an organization', operator],
  ])('is any for %s', (_name, viewer) => {
    expect(resolveOrganizationId(viewer, 'bolt')).toBe('bolt');
  });

  it.each(['bolt', 'Acme', 'acme2', 'DEFAULT'])('is not another one: "%s"', (requested) => {
    expect(() => resolveOrganizationId(organization, requested)).toThrow(
      expect.objectContaining({ code: 'FORBIDDEN' }),
    );
  });

  it.each(['default', ''])('must be named with an operator key, and not as "%s"', (requested) => {
    for (const viewer of [configured, operator]) {
      expect(() => resolveOrganizationId(viewer, requested)).toThrow(
        expect.objectContaining({ code: 'BAD_USER_INPUT', field: 'orgId' }),
      );
    }
  });

  it.each(['a b', 'x'.repeat(65), 'é', 'acme\n'])('has a well-formed id, which %j is not', (requested) => {
    for (const viewer of [organization, configured]) {
      expect(() => resolveOrganizationId(viewer, requested, 'orgIds')).toThrow(
        expect.objectContaining({ code: 'BAD_USER_INPUT', field: 'orgIds' }),
      );
    }
  });
});

it('names the scope that a key lacks', () => {
  expect(() => assertScope(organization, 'federations:write')).toThrow(
    expect.objectContaining({ code: 'FORBIDDEN', message: 'this key lacks the scope federations:write' }),
  );
  expect(() => assertScope(organization, 'federations:read')).not.toThrow();
});

it('tells operators from organizations', () => {
  expect(() => assertOperator(organization)).toThrow(expect.objectContaining({ code: 'FORBIDDEN' }));
  expect(() => assertOperator(operator)).not.toThrow();
});

describe('a key', () => {
  const keys = [
    { viewer: 'an operator', by: configured, orgId: 'bolt', federationId: 'fed_1', isSeen: true },
    { viewer: 'its organization', by: organization, orgId: 'acme', federationId: null, isSeen: true },
    { viewer: 'its organization', by: organization, orgId: 'acme', federationId: 'fed_1', isSeen: true },
    { viewer: 'another organization', by: organization, orgId: 'Acme', federationId: null, isSeen: false },
    { viewer: 'a key of fed_1', by: bound, orgId: 'acme', federationId: 'fed_1', isSeen: true },
    { viewer: 'a key of fed_1', by: bound, orgId: 'acme', federationId: 'fed_2', isSeen: false },
    { viewer: 'a key of fed_1', by: bound, orgId: 'acme', federationId: null, isSeen: false },
    { viewer: 'a key of fed_1', by: bound, orgId: 'bolt', federationId: 'fed_1', isSeen: false },
  ] as const;
  it.each(keys)(
    'of $orgId that is bound to $federationId is seen by $viewer: $isSeen',
    ({ by, orgId, federationId, isSeen }) => {
      expect(maySeeKey(by, { orgId, federationId, isOperator: false })).toBe(isSeen);
    },
  );

  it('of an operator is seen by operators alone', () => {
    const key = { orgId: 'acme', federationId: null, isOperator: true };
    expect(maySeeKey(configured, key)).toBe(true);
    expect(maySeeKey(organization, key)).toBe(false);
  });
});
