import type { SqlValue, Transaction } from '../db/database.js';
import type { Observation } from './observation-input.js';

const ROWS_AT_ONCE = 500;
const MARKS = '(?, ?, ?, ?, ?, ?, ?, ?)';

export const observationRepository = {
  async insert(
    tx: Transaction,
    owner: { readonly federationId: string; readonly orgId: string },
    observations: readonly Observation[],
  ): Promise<void> {
    for (let first = 0; first < observations.length; first += ROWS_AT_ONCE) {
      const rows = observations.slice(first, first + ROWS_AT_ONCE);
      await tx.query(
        `INSERT INTO observations (federation_id, org_id, recorded_at, device_group, device_id, device_platform, metrics,
          attributes) VALUES ${rows.map(() => MARKS).join(', ')}`,
        rows.flatMap((row) => valuesOf(owner, row)),
      );
    }
  },

  /** @returns how many there were. */
  async deleteOf(tx: Transaction, federationId: string, orgId: string): Promise<number> {
    const [row] = await tx.query<{ count: number }>(
      'SELECT COUNT(*) AS count FROM observations WHERE federation_id = ? AND org_id = ?',
      [federationId, orgId],
    );
    await tx.query('DELETE FROM observations WHERE federation_id = ? AND org_id = ?', [federationId, orgId]);
    return row?.count ?? 0;
  },
} as const;

function valuesOf(
  { federationId, orgId }: { readonly federationId: string; readonly orgId: string },
  observation: Observation,
): SqlValue[] {
  const { recordedAt, deviceGroup, deviceId, devicePlatform, metrics, attributes } = observation;
  return [
    federationId,
    orgId,
    recordedAt,
    deviceGroup,
    deviceId,
    devicePlatform,
    metricsJson(metrics),
    JSON.stringify(Object.fromEntries(attributes)),
  ];
}

/** To the bit: JSON.stringify would write -0 as 0. */
function metricsJson(metrics: Observation['metrics']): string {
  const members = metrics.map(
    ([name, value]) => `${JSON.stringify(name)}:${Object.is(value, -0) ? '-0' : JSON.stringify(value)}`,
  );
  return `{${members.join(',')}}`;
}
