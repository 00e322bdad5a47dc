import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { toCamelCase, toSnakeCase } from '../../../src/core/names.js';

it.each([
  ['id', 'id'],
  ['orgId', 'org_id'],
  ['rateLimitRpm', 'rate_limit_rpm'],
  ['expiresInDays', 'expires_in_days'],
  ['useCase', 'use_case'],
  ['variable1', 'variable_1'],
])('%s is %s over REST, and back', (camel, snake) => {
  expect(toSnakeCase(camel)).toBe(snake);
  expect(toCamelCase(snake)).toBe(camel);
});

it('comes back as it was', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z][a-zA-Z0-9]{0,20}$/), (name) => {
      expect(toCamelCase(toSnakeCase(name))).toBe(name);
    }),
  );
});

it('tells two names apart that differ', () => {
  const name = fc.stringMatching(/^[a-z][a-zA-Z0-9]{0,4}$/);
  fc.assert(
    fc.property(name, name, (a, b) => {
      fc.pre(a !== b);
      expect(toSnakeCase(a)).not.toBe(toSnakeCase(b));
    }),
  );
});
