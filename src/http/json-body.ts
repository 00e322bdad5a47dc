import secureJsonParse from 'secure-json-parse';
import { DomainError } from '../core/errors.js';

/** Deeper than any body that the APIs define; bounds the recursion of everything that walks a body. */
const MAX_DEPTH = 64;

const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * Parses a request body. An empty one is an empty object: many routes need none.
 * @throws BAD_USER_INPUT for invalid UTF-8, malformed or too deep JSON, and members that would reach a prototype.
 */
export function parseJsonBody(raw: Uint8Array): unknown {
  return raw.length === 0 ? {} : parseJsonText(decode(raw), 'the body');
}

/**
 * Parses JSON from outside.
 * @param what how a refusal names it: `the body`, `line 17`.
 * @throws BAD_USER_INPUT for malformed or too deep JSON, and members that would reach a prototype.
 */
export function parseJsonText(text: string, what: string): unknown {
  const value = parse(text, what);
  if (hasBrackets(text, MAX_DEPTH) && isDeeperThan(value, MAX_DEPTH))
    throw malformed(`${what} must not be nested deeper than ${MAX_DEPTH} levels`);
  return value;
}

function decode(raw: Uint8Array): string {
  try {
    return decoder.decode(raw);
  } catch {
    throw malformed('the body must be UTF-8');
  }
}

function parse(text: string, what: string): unknown {
  try {
    return secureJsonParse.parse(text, null, { protoAction: 'error', constructorAction: 'error' });
  } catch {
    throw malformed(`${what} must be valid JSON, without members named __proto__ or constructor.prototype`);
  }
}

/** Whether so many are opened: nothing is nested deeper than that, and most texts have less. */
function hasBrackets(text: string, count: number): boolean {
  let found = 0;
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) {
      found += 1;
      if (found >= count) return true;
    }
  }
  return false;
}

/** Level by level and not by recursion, which a deep body could exhaust. */
function isDeeperThan(value: unknown, depth: number): boolean {
  let level = isComposite(value) ? [value] : [];
  for (let d = 0; level.length > 0; d++) {
    if (d > depth) return true;
    const next: object[] = [];
    for (const item of level) {
      const members: unknown[] = Object.values(item);
      for (const member of members) if (isComposite(member)) next.push(member);
    }
    level = next;
  }
  return false;
}

function isComposite(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function malformed(message: string): DomainError {
  return new DomainError('BAD_USER_INPUT', message);
}
