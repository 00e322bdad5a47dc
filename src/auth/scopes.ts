import { invalidInput } from '../core/errors.js';
import { SCOPES, type Scope } from '../core/viewer.js';

/** What a scope opens besides itself: write includes read, and admin is everything on federations, privacy and analytics. */
const IMPLIED: Readonly<Record<Scope, readonly Scope[]>> = {
  'federations:read': [],
  'federations:write': ['federations:read'],
  'federations:admin': [
    'federations:read',
    'federations:write',
    'privacy:read',
    'privacy:write',
    'analytics:read',
    'analytics:run',
  ],
  'privacy:read': [],
  'privacy:write': ['privacy:read'],
  'analytics:read': [],
  'analytics:run': ['analytics:read'],
  'ingest:write': [],
  'keys:write': [],
};

export const DEFAULT_SCOPES: readonly Scope[] = ['federations:admin', 'ingest:write'];

export const ALL_SCOPES: ReadonlySet<Scope> = new Set(SCOPES);

/** The granted scopes with everything that they imply. */
export function expandScopes(granted: readonly Scope[]): ReadonlySet<Scope> {
  return new Set(granted.flatMap((scope) => [scope, ...IMPLIED[scope]]));
}

/** Checks names of scopes; duplicates count once, in the order of the closed list. */
export function parseScopes(names: readonly string[]): readonly Scope[] {
  const unknown = names.find((name) => !isScope(name));
  if (unknown !== undefined) throw invalidInput('scopes', `must be some of ${SCOPES.join(', ')}`);
  if (names.length === 0) throw invalidInput('scopes', 'must name at least one scope');
  return SCOPES.filter((scope) => names.includes(scope));
}

export function formatScopes(scopes: readonly Scope[]): string {
  return scopes.join(' ');
}

/** Reads the stored form. A scope that a later version dropped grants nothing. */
export function readScopes(stored: string): readonly Scope[] {
  return stored.split(' ').filter(isScope);
}

function isScope(name: string): name is Scope {
  return SCOPES.some((scope) => scope === name);
}
