import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { DomainError } from '../core/errors.js';
import { ImportProgress } from './import-progress.js';
import type { CommandAnswer } from './output.js';

export interface ImportOptions {
  readonly federation: string;
  readonly key: string;
  /** Of a running gateway. */
  readonly url: string;
  readonly batchId?: string;
}

interface Source {
  readonly stream: Readable;
  /** In bytes of the file as it is; null where it is not known. */
  readonly size: number | null;
  readonly isPacked: boolean;
}

/**
 * Sends a file of observations, one a line, to a running gateway. It needs neither the database nor the configuration.
 * @returns what the gateway answered; `ok` is false where it refused.
 */
export async function importObservations(
  file: string,
  options: ImportOptions,
): Promise<CommandAnswer & { readonly ok: boolean }> {
  const address = addressOf(options);
  const source = await openSource(file);
  const batchId = options.batchId ?? `import-${randomBytes(12).toString('hex')}`;
  address.searchParams.set('batch_id', batchId);
  console.error(
    `batch ${batchId}; after an interruption, the same command with --batch-id ${batchId} goes on where it was`,
  );
  const progress = new ImportProgress(process.stderr, source.size);
  const answer = await send(source, address, options.key, progress);
  progress.end();
  return reportOf(answer, batchId, progress.seconds);
}

function addressOf({ url, federation }: ImportOptions): URL {
  const path = `/api/v1/federations/${encodeURIComponent(federation)}/observations`;
  const address = URL.canParse(url) ? new URL(url.replace(/\/+$/, '') + path) : null;
  if (address?.protocol === 'http:' || address?.protocol === 'https:') return address;
  throw failure(`--url must be the address of a gateway, such as http://127.0.0.1:4000, not ${url}`);
}

async function openSource(file: string): Promise<Source> {
  if (file === '-') return { stream: process.stdin, size: null, isPacked: false };
  try {
    const { size } = await stat(file);
    return { stream: createReadStream(file), size, isPacked: file.endsWith('.gz') };
  } catch (error) {
    throw failure(`${file} cannot be read: ${messageOf(error)}`);
  }
}

interface GatewayAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Only as fast as the gateway takes it. The answer may come before the end of the file: a refusal does. */
async function send(
  { stream, isPacked }: Source,
  address: URL,
  key: string,
  progress: ImportProgress,
): Promise<GatewayAnswer> {
  const request = (address.protocol === 'https:' ? httpsRequest : httpRequest)(address, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' },
  });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve);
    request.on('error', reject);
  });
  const counted = meter((piece) => {
    progress.addLines(piece);
  });
  const read = meter((piece) => {
    progress.addBytes(piece.length);
  });
  const sent = isPacked
    ? pipeline(stream, read, createGunzip(), counted, request)
    : pipeline(stream, read, counted, request);
  // What fails here before the answer is the file; a connection that fails is told by the request as well.
  const failed = sent.then(() => new Promise<never>(() => undefined));
  try {
    const response = await Promise.race([answered, failed]);
    const answer = await answerOf(response);
    stream.destroy();
    return answer;
  } catch (error) {
    request.destroy();
    throw failure(`the import stopped: ${messageOf(error)}`);
  } finally {
    answered.catch(() => undefined);
    sent.catch(() => undefined);
  }
}

function meter(see: (piece: Buffer) => void): Transform {
  return new Transform({
    transform(piece: Buffer, _encoding, done) {
      see(piece);
      done(null, piece);
    },
  });
}

async function answerOf(response: IncomingMessage): Promise<GatewayAnswer> {
  const pieces: string[] = [];
  response.setEncoding('utf8');
  for await (const piece of response) pieces.push(String(piece));
  const status = response.statusCode ?? 0;
  try {
    const body: unknown = JSON.parse(pieces.join(''));
    if (typeof body === 'object' && body !== null) return { status, body: { ...body } };
  } catch {
    // Said below: what answers is no gateway.
  }
  throw failure(`status ${status} without a JSON body: is a gateway there?`);
}

function reportOf(
  { status, body }: GatewayAnswer,
  batchId: string,
  seconds: number,
): CommandAnswer & { readonly ok: boolean } {
  if (status === 200) {
    const { accepted, duplicate } = body;
    const told = duplicate === true ? 'all of them were stored before' : `in ${seconds.toFixed(1)} s`;
    return {
      ok: true,
      json: { batch_id: batchId, accepted, duplicate, seconds },
      lines: [`${String(accepted)} observations are stored, ${told}`],
    };
  }
  const details = typeof body['details'] === 'object' ? body['details'] : null;
  const { line, accepted }: { line?: unknown; accepted?: unknown } = { accepted: 0, ...details };
  const message = String(body['message']);
  const place = typeof line !== 'number' || message.startsWith('line ') ? '' : `line ${line}: `;
  console.error(`refused (${status}): ${place}${message}`);
  return {
    ok: false,
    json: { batch_id: batchId, accepted, error: body, seconds },
    lines: [
      `${String(accepted)} observations are stored; the same command with --batch-id ${batchId} goes on from there`,
    ],
  };
}

function failure(message: string): DomainError {
  return new DomainError('BAD_USER_INPUT', message);
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // An attempt at several addresses of one name has an empty message and a code.
  return error.message || ('code' in error ? String(error.code) : error.name);
}
