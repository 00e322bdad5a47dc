import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { messageOf } from './import-source.js';

/** A connection over which no byte came or went for so long is taken for lost. */
const SILENCE_MS = 120_000;

export interface GatewayAnswer {
  readonly status: number;
  /** Null where it is no JSON object: somebody else than a gateway answers. */
  readonly body: Readonly<Record<string, unknown>> | null;
  readonly retryAfterSeconds: number | null;
}

/** No answer came. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';

  /** @param wasReached false where nobody was there at all. */
  constructor(
    message: string,
    readonly wasReached: boolean,
  ) {
    super(message);
  }
}

/**
 * Sends lines, only as fast as the gateway takes them. The answer may come before their end: a refusal does.
 * @throws ConnectionLost; what `lines` throws.
 */
export async function sendLines(
  lines: AsyncIterable<Uint8Array>,
  address: URL,
  key: string,
): Promise<GatewayAnswer> {
  const outgoing = new Outgoing(lines);
  // What is wrong with the file as a whole is known with its first piece: then nothing is sent.
  await outgoing.begin();
  const request = open(address, key);
  const call = watch(request, address);
  const sent = pipeline(outgoing.pieces(), request);
  // A failure on either side ends the request as well, and is told from there.
  sent.catch(() => undefined);
  try {
    return await answerOf(await call.answered);
  } catch (error) {
    if (outgoing.failure !== null) throw outgoing.failure.error;
    throw new ConnectionLost(messageOf(error), call.wasReached());
  } finally {
    request.destroy();
  }
}

/** Lines on their way, and what went wrong on this side. */
class Outgoing {
  failure: { readonly error: unknown } | null = null;
  private readonly source: AsyncIterator<Uint8Array>;
  private first: IteratorResult<Uint8Array> | null = null;

  constructor(lines: AsyncIterable<Uint8Array>) {
    this.source = lines[Symbol.asyncIterator]();
  }

  async begin(): Promise<void> {
    this.first = await this.source.next();
  }

  async *pieces(): AsyncGenerator<Uint8Array> {
    try {
      for (let next = this.first; next?.done === false; next = await this.source.next()) yield next.value;
    } catch (error) {
      this.failure = { error };
      throw error;
    } finally {
      await this.source.return?.();
    }
  }
}

function open(address: URL, key: string): ClientRequest {
  const request = (address.protocol === 'https:' ? httpsRequest : httpRequest)(address, {
    // A connection that is left from an earlier attempt may be dead.
    agent: false,
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' },
  });
  return request.setTimeout(SILENCE_MS, () => {
    request.destroy(new Error(`nothing moved for ${SILENCE_MS / 1000} s`));
  });
}

function watch(
  request: ClientRequest,
  { protocol }: URL,
): { readonly answered: Promise<IncomingMessage>; readonly wasReached: () => boolean } {
  let isReached = false;
  request.once('socket', (socket) => {
    socket.once(protocol === 'https:' ? 'secureConnect' : 'connect', () => (isReached = true));
  });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve);
    request.on('error', reject);
  });
  return { answered, wasReached: () => isReached };
}

async function answerOf(response: IncomingMessage): Promise<GatewayAnswer> {
  const pieces: string[] = [];
  response.setEncoding('utf8');
  for await (const piece of response) pieces.push(String(piece));
  const seconds = Number(response.headers['retry-after'] ?? Number.NaN);
  return {
    status: response.statusCode ?? 0,
    body: objectIn(pieces.join('')),
    retryAfterSeconds: Number.isInteger(seconds) && seconds >= 0 ? seconds : null,
  };
}

function objectIn(text: string): GatewayAnswer['body'] {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}
