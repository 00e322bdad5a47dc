import secureJsonParse from 'secure-json-parse';
import { DomainError } from '../core/errors.js';

/** Deeper than any body that the APIs define; bounds the recursion of everything that walks a body. */
const MAX_DEPTH = 64;

const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * Parses a request body. An empty one is an empty object: many routes need none.
 * @throws BAD_USER_INPUT for invalid UTF-8, malformed or too deep JSON, and members that would reach a prototype.
 */
export function parseJsonBody(raw: Buffer): unknown {
  return raw.length === 0 ? {} : parseJson(raw, 'the body');
}

/**
 * Parses JSON from outside.
 * @param what how a refusal names it: `the body`, `line 17`.
 * @throws BAD_USER_INPUT for invalid UTF-8, malformed or too deep JSON, and members that would reach a prototype.
 */
export function parseJson(raw: Uint8Array, what: string): unknown {
  const value = parse(decode(raw, what), what);
  if (isDeeperThan(value, MAX_DEPTH))
    throw malformed(`${what} must not be nested deeper than ${MAX_DEPTH} levels`);
  return value;
}

function decode(raw: Uint8Array, what: string): string {
  try {
    return decoder.decode(raw);
  } catch {
    throw malformed(`${what} must be UTF-8`);
  }
}

function parse(text: string, what: string): unknown {
  try {
    return secureJsonParse.parse(text, null, { protoAction: 'error', constructorAction: 'error' });
  } catch {
    throw malformed(`${what} must be valid JSON, without members named __proto__ or constructor.prototype`);
  }
}

/** Level by level and not by recursion, which a deep body could exhaust. */
function isDeeperThan(value: unknown, depth: number): boolean {
  let level = [value].filter(isComposite);
  for (let d = 0; level.length > 0; d++) {
    if (d > depth) return true;
    level = level.flatMap((item): unknown[] => Object.values(item)).filter(isComposite);
  }
  return false;
}

function isComposite(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function malformed(message: string): DomainError {
  return new DomainError('BAD_USER_INPUT', message);
}
