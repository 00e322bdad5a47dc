import { createHash } from 'node:crypto';

/** What a row of summaries is over. */
export interface SeriesKey {
  readonly federationId: string;
  /** Empty for the observations as such, whatever is in them. */
  readonly variable: string;
  /** The second of a pair, in the order of their names; empty for a variable alone. */
  readonly otherVariable: string;
  readonly orgId: string;
  readonly deviceGroup: string;
  /** Empty for none. */
  readonly devicePlatform: string;
}

export interface SeriesRow extends SeriesKey {
  readonly id: string;
}

/** 128 bits of a hash, as 22 characters: known without asking the database. */
export function seriesOf(key: SeriesKey): SeriesRow {
  const { federationId, variable, otherVariable, orgId, deviceGroup, devicePlatform } = key;
  const parts = [federationId, variable, otherVariable, orgId, deviceGroup, devicePlatform];
  const id = createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22);
  return { ...key, id };
}
