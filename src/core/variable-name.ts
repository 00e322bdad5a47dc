const NAME = /^[A-Za-z0-9._-]{1,64}$/;
const RESERVED_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

export const NAME_RULE = 'must have names of 1 to 64 characters of A-Z, a-z, 0-9 and . _ -';

/** True for a name that a variable can have: for the gateway, and for the command that sends to one. */
export function isVariableName(name: string): boolean {
  return NAME.test(name) && !RESERVED_NAMES.has(name);
}
