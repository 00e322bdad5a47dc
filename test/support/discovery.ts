import { expect } from '@jest/globals';
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
