/** The closed list of scopes of an API key. */
export const SCOPES = [
  'federations:read',
  'federations:write',
  'federations:admin',
  'privacy:read',
  'privacy:write',
  'analytics:read',
  'analytics:run',
  'ingest:write',
  'keys:write',
] as const;

export type Scope = (typeof SCOPES)[number];

/** Who calls: what an API key stands for. Carried by every request; policies look at nothing else. */
export interface Viewer {
  readonly keyId: string;
  /** Safe to show and to log. */
  readonly keyPrefix: string;
  /** Null for the operator key of the configuration, which belongs to no organization. */
  readonly orgId: string | null;
  /** May act for every organization; has every scope. */
  readonly isOperator: boolean;
  /** With everything that the granted scopes imply. */
  readonly scopes: ReadonlySet<Scope>;
  /** A bound key sees this federation and no other. */
  readonly federationId: string | null;
  /** Requests a minute; null means the configured default. */
  readonly rateLimitRpm: number | null;
  /** Milliseconds since the epoch; null means never. */
  readonly expiresAt: number | null;
}
