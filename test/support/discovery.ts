import { expect } from '@jest/globals';
import type { Reader } from '../../src/db/database.js';
import type { Client, Json } from './client.js';

const VARIABLES = `query($id: ID!) { federation(id: $id) { analytics { variables {
  name kind observation_count: observationCount first_recorded_at: firstRecordedAt last_recorded_at: lastRecordedAt
} } } }`;

const GROUPS = `query($id: ID!, $by: GroupBy! = DEVICE_GROUP) {
  federation(id: $id) { analytics { groups(by: $by) { id observationCount } } }
}`;

/** The variables of a federation, which both APIs must show alike. */
export async function variablesOf(client: Client, id: string): Promise<Json[]> {
  const { body } = await client.get(`/federations/${id}/analytics/variables`).expect(200);
  const { federation } = await client.query(VARIABLES, { id });
  const overGraphql = federation.analytics.variables.map((row: Json) => ({
    ...row,
    kind: row.kind.toLowerCase(),
  }));
  expect(overGraphql).toEqual(body);
  return body;
}

export async function groupsOf(
  client: Client,
  id: string,
  by: 'DEVICE_GROUP' | 'FEDERATION_MEMBER' = 'DEVICE_GROUP',
): Promise<Json[]> {
  const { federation } = await client.query(GROUPS, { id, by });
  return federation.analytics.groups;
}

/** The details of the entries of one action on a federation, oldest first. */
export async function auditOf(db: Reader, federationId: string, action: string): Promise<Json[]> {
  const rows = await db.query<{ details: unknown }>(
    'SELECT a.details AS details FROM audit_entries a WHERE a.resource_id = ? AND a.action = ? ORDER BY a.recorded_at, a.id',
    [federationId, action],
  );
  return rows.map(({ details }) => (typeof details === 'string' ? JSON.parse(details) : details));
}

/** Sets how much a federation withholds, by its owner. */
export async function setPolicy(
  owner: Client,
  federationId: string,
  policy: { readonly minGroupSize: number; readonly allowExtremes?: boolean },
): Promise<void> {
  await owner.query(
    'mutation($input: SetDisclosurePolicyInput!) { setDisclosurePolicy(input: $input) { disclosure { minGroupSize } } }',
    { input: { federationId, ...policy } },
  );
}
