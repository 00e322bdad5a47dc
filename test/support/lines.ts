import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import type { Reader } from '../../src/db/database.js';
import type { Member, TestFederation } from './app.js';
import type { Answer } from './client.js';

export const NDJSON = 'application/x-ndjson';

export function lineOf(i: number): string {
  return JSON.stringify({
    recorded_at: new Date(Date.UTC(2026, 0, 1) + i * 60_000).toISOString(),
    device_group: i % 2 === 0 ? 'ward é' : 'intensive care',
    device_id: `d-${i}`,
    metrics: { heart_rate: 60 + (i % 40) },
    attributes: { rhythm: i % 3 === 0 ? 'sinus' : 'other' },
  });
}

export function linesOf(count: number): string[] {
  return Array.from({ length: count }, (_, i) => lineOf(i));
}

export function pathOf(federation: TestFederation, batchId?: string): string {
  const query = batchId === undefined ? '' : `?batch_id=${batchId}`;
  return `/api/v1/federations/${federation.id}/observations${query}`;
}

export function send(
  by: Member,
  federation: TestFederation,
  body: string | Uint8Array,
  batchId?: string,
  headers: Record<string, string> = {},
) {
  return by.client.raw('POST', pathOf(federation, batchId), body, { 'content-type': NDJSON, ...headers });
}

/** Sends pieces one by one, each when the one before is on its way. */
export async function sendPieces(
  url: string,
  by: Member,
  path: string,
  pieces: Iterable<Uint8Array | string>,
): Promise<Pick<Answer, 'status' | 'body'>> {
  const request = httpRequest(url + path, {
    method: 'POST',
    headers: { 'content-type': NDJSON, authorization: `Bearer ${by.key}` },
  });
  const answered = once(request, 'response');
  for (const piece of pieces) if (!request.write(piece)) await once(request, 'drain');
  request.end();
  const [response] = await answered;
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode, body: JSON.parse(text) };
}

export async function countOf(db: Reader, federation: TestFederation): Promise<number> {
  const [row] = await db.query<{ n: number }>(
    'SELECT COUNT(*) AS n FROM observations WHERE federation_id = ?',
    [federation.id],
  );
  return Number(row?.n);
}

export function* tinyPieces(text: string, size: number): Generator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
}
