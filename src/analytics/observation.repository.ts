import type { Reader, SqlValue, Transaction } from '../db/database.js';
import type { RawRange } from './buckets.js';
import type { Observation } from './observation-input.js';
import type { MemberKey } from './series.js';
import type { StoredObservation } from './stored-observation.js';

const ROWS_AT_ONCE = 500;
const PAGE = 5_000;
const COLUMNS = `o.id AS id, o.org_id AS orgId, o.recorded_at AS recordedAt, o.device_group AS deviceGroup,
  o.device_platform AS devicePlatform, o.metrics AS metrics, o.attributes AS attributes`;
const MARKS = '(?, ?, ?, ?, ?, ?, ?, ?)';

export const observationRepository = {
  async insert(tx: Transaction, owner: MemberKey, observations: readonly Observation[]): Promise<void> {
    for (let first = 0; first < observations.length; first += ROWS_AT_ONCE) {
      const rows = observations.slice(first, first + ROWS_AT_ONCE);
      await tx.query(
        `INSERT INTO observations (federation_id, org_id, recorded_at, device_group, device_id, device_platform, metrics,
          attributes) VALUES ${rows.map(() => MARKS).join(', ')}`,
        rows.flatMap((row) => valuesOf(owner, row)),
      );
    }
  },

  /**
   * Rows of a time, in pages along the index on time. A page ends between two rows of equal time only where they are
   * more than a page themselves.
   */
  async *pagesBetween(
    db: Reader,
    asked: { readonly federationId: string; readonly platform: string | null },
    { start, end }: RawRange,
  ): AsyncGenerator<readonly StoredObservation[]> {
    const ofPlatform = asked.platform === null ? '' : 'AND o.device_platform = ?';
    const select = `SELECT ${COLUMNS} FROM observations o WHERE o.federation_id = ? ${ofPlatform}`;
    const parameters = [asked.federationId, ...(asked.platform === null ? [] : [asked.platform])];
    for (let from = start; ;) {
      const page = await db.query<StoredObservation>(
        `${select} AND o.recorded_at >= ? AND o.recorded_at < ? ORDER BY o.recorded_at, o.id LIMIT ${PAGE}`,
        [...parameters, from, end],
      );
      yield page;
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) return;
      // The rest of this very millisecond, by id: a condition on both columns at once would not use the index.
      for (let { id } = last; ;) {
        const equal = await db.query<StoredObservation>(
          `${select} AND o.recorded_at = ? AND o.id > ? ORDER BY o.id LIMIT ${PAGE}`,
          [...parameters, last.recordedAt, id],
        );
        yield equal;
        if (equal.length < PAGE) break;
        id = equal.at(-1)?.id ?? id;
      }
      from = last.recordedAt + 1;
    }
  },

  /** Everything that a member sent, in the order in which it was stored. */
  async *pagesOf(
    db: Reader,
    { federationId, orgId }: MemberKey,
  ): AsyncGenerator<readonly StoredObservation[]> {
    for (let id = 0; ;) {
      const page = await db.query<StoredObservation>(
        `SELECT ${COLUMNS} FROM observations o WHERE o.federation_id = ? AND o.org_id = ? AND o.id > ?
          ORDER BY o.id LIMIT ${PAGE}`,
        [federationId, orgId, id],
      );
      yield page;
      if (page.length < PAGE) return;
      id = page.at(-1)?.id ?? id;
    }
  },

  /** The last that a member sent; 0 for none. Ids are not used again, so that it tells whether anything has changed. */
  async lastIdOf(db: Reader, { federationId, orgId }: MemberKey): Promise<number> {
    const [row] = await db.query<{ lastId: number | null }>(
      'SELECT MAX(o.id) AS lastId FROM observations o WHERE o.federation_id = ? AND o.org_id = ?',
      [federationId, orgId],
    );
    return row?.lastId ?? 0;
  },

  /** Whoever has sent anything. */
  listMembers(db: Reader): Promise<MemberKey[]> {
    return db.query<MemberKey>(
      'SELECT DISTINCT o.federation_id AS federationId, o.org_id AS orgId FROM observations o',
    );
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

function valuesOf({ federationId, orgId }: MemberKey, observation: Observation): SqlValue[] {
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
