import { parseJson } from './databases.mjs';

/** The rows of a federation's record behind an id, in the order in which they were stored. */
export async function readRecord(database, federationId, behind = 0) {
  const [rows] = await database.read([
    [
      `SELECT id, org_id, recorded_at, device_group, device_id, device_platform, metrics, attributes
        FROM observations WHERE federation_id = ? AND id > ? ORDER BY id`,
      [federationId, behind],
    ],
  ]);
  return rows;
}

/** The rows of each batch, by the member and the name of the batch, which its devices begin with. */
export function byBatch(rows) {
  const batches = new Map();
  for (const row of rows) {
    const key = `${row.org_id} ${row.device_id.slice(0, row.device_id.lastIndexOf('.'))}`;
    const known = batches.get(key);
    if (known === undefined) batches.set(key, [row]);
    else known.push(row);
  }
  return batches;
}

/** How the record differs from batches that are each to be in it whole and once, in words. */
export function findDifferences(batches, rows) {
  const stored = byBatch(rows);
  const problems = batches.flatMap((batch) => {
    const found = stored.get(batch.key) ?? [];
    stored.delete(batch.key);
    return differencesOf(batch, found);
  });
  for (const [key, { length }] of stored) problems.push(`${length} rows of ${key}, which was not sent`);
  return problems;
}

function differencesOf(batch, rows) {
  const problems = [];
  const left = new Map();
  for (const row of rows) {
    if (left.has(row.device_id)) problems.push(`${row.device_id} of ${batch.key} is there twice`);
    left.set(row.device_id, contentOf(row));
  }
  for (const observation of batch.observations()) {
    const { device_id: id } = observation;
    const found = left.get(id);
    left.delete(id);
    if (found === undefined) problems.push(`${id} of ${batch.key} is lost`);
    else if (found !== sentContent(observation)) problems.push(`${id} of ${batch.key} is stored as ${found}`);
  }
  for (const id of left.keys()) problems.push(`${id} of ${batch.key} was not sent`);
  return problems;
}

function contentOf({ recorded_at: at, device_group: group, device_platform: platform, metrics, attributes }) {
  return JSON.stringify([
    Number(at),
    group,
    platform,
    sorted(parseJson(metrics)),
    sorted(parseJson(attributes)),
  ]);
}

function sentContent(observation) {
  return contentOf({ ...observation, recorded_at: Date.parse(observation.recorded_at) });
}

function sorted(members) {
  return Object.entries(members).sort(([a], [b]) => (a < b ? -1 : 1));
}
