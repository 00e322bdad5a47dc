import type { Reader } from '../../src/db/database.js';
import type { Answer, Client, GraphqlAnswer, Json } from './client.js';

export type Fields = Readonly<Record<string, unknown>>;

export const AT = '2026-01-01T00:00:00Z';

/** One that is fine, with what is to differ. */
export function anObservation(fields: Fields = {}): Fields {
  return { recorded_at: AT, device_group: 'ward', metrics: { heart_rate: 70 }, ...fields };
}

/** Equal ones. */
export function observations(count: number, fields: Fields = {}): Fields[] {
  return Array.from({ length: count }, () => anObservation(fields));
}

export interface Batch {
  readonly batch_id?: string | null;
  readonly observations?: Json;
}

/** An answer of either API: what was stored, or the refusal with the field that it names, as REST writes it. */
export interface Recorded {
  readonly status: number;
  readonly stored?: Json;
  readonly field?: string;
  readonly reason?: string;
}

export type Api = 'REST' | 'GraphQL';

const STATUS_OF: Readonly<Record<string, number>> = {
  BAD_USER_INPUT: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
};

const RECORD = `mutation($input: RecordObservationsInput!) {
  done: recordObservations(input: $input) { batch_id: batchId accepted duplicate }
}`;

function camel(name: string): string {
  return name.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}

/** The form of an observation that GraphQL takes; the names of variables stay. */
function inGraphql(observation: Json): Json {
  if (typeof observation !== 'object' || observation === null) return observation;
  return Object.fromEntries(Object.entries(observation).map(([name, value]) => [camel(name), value]));
}

export function refusalOf({ errors }: GraphqlAnswer): Recorded {
  const { code, field, reason } = errors![0].extensions;
  const inRest = field?.replace(/[A-Z]/g, (letter: string) => `_${letter.toLowerCase()}`);
  return { status: STATUS_OF[code] ?? 500, field: inRest, reason };
}

export function recordedOverRest({ status, body }: Answer): Recorded {
  if (status === 200) return { status, stored: body };
  return { status, field: body.details?.field, reason: body.details?.reason };
}

async function recordOverRest(client: Client, id: string, batch: Batch, orgId?: string): Promise<Recorded> {
  const query = orgId === undefined ? '' : `?org_id=${orgId}`;
  return recordedOverRest(await client.post(`/federations/${id}/observations${query}`, batch));
}

async function recordOverGraphql(
  client: Client,
  federationId: string,
  { batch_id: batchId, observations: sent }: Batch,
  orgId?: string,
): Promise<Recorded> {
  const list = Array.isArray(sent) ? sent.map(inGraphql) : sent;
  const answer = await client.graphql(RECORD, {
    input: { federationId, orgId, batchId, observations: list },
  });
  return answer.errors === undefined ? { status: 200, stored: answer.data.done } : refusalOf(answer);
}

/** Sends a batch, for `orgId` where it is given. */
export const record = { REST: recordOverRest, GraphQL: recordOverGraphql } as const;

/** Sends a batch that must be stored. */
export async function send(client: Client, id: string, sent: readonly Fields[]): Promise<void> {
  await client.post(`/federations/${id}/observations`, { observations: sent }).expect(200);
}

/** What is kept of a member: rows of the record, and observations that the summaries hold. */
export async function keptOf(
  db: Reader,
  federationId: string,
  orgId: string,
): Promise<{ record: number; summarized: number; series: number; cells: number; chunks: number }> {
  const number = async (sql: string): Promise<number> => {
    const [row] = await db.query<{ n: unknown }>(sql, [federationId, orgId]);
    return Number(row!.n ?? 0);
  };
  const of = (alias: string) => `${alias}.federation_id = ? AND ${alias}.org_id = ?`;
  const cells = `summary_series s JOIN summary_cells c ON c.series_id = s.id WHERE ${of('s')}`;
  return {
    record: await number(`SELECT COUNT(*) AS n FROM observations o WHERE ${of('o')}`),
    summarized: await number(
      `SELECT SUM(c.count) AS n FROM ${cells} AND s.variable = '' AND c.granularity = 0`,
    ),
    series: await number(`SELECT COUNT(*) AS n FROM summary_series s WHERE ${of('s')}`),
    cells: await number(`SELECT COUNT(*) AS n FROM ${cells}`),
    chunks: await number(`SELECT COUNT(*) AS n FROM ingested_chunks i WHERE ${of('i')}`),
  };
}
