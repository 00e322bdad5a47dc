import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** An ordinary body has come in this time, or it is refused. */
const BODY_MS = 10_000;

/** Where a body of any length is read, so long may pass without a byte. */
export const SILENCE_MS = 10_000;

/** A body that took too long, known to `transportRefusal` by its code. */
export class SlowBody extends Error {
  readonly code = 'SLOW_BODY';
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Ends the connection of a body that takes too long; null where there is no body. */
    bodyTimer: NodeJS.Timeout | null;
  }
}

/**
 * Gives bodies their time. Node's own `requestTimeout` covers the whole body, whatever its length, so it is off. The
 * time begins with the head and ends with the body, also where a refusal leaves the body unread.
 */
export function limitBodyTime(server: FastifyInstance): void {
  server.decorateRequest('bodyTimer', null);
  server.addHook('onRequest', (request, reply, done) => {
    if (hasBody(request)) startBodyTimer(request, reply);
    done();
  });
}

/** From here on the route itself looks after the time. */
export function stopBodyTimer(request: FastifyRequest): void {
  clearTimeout(request.bodyTimer ?? undefined);
  request.bodyTimer = null;
}

/**
 * Reads the rest of a refused body to nowhere, for as long as an ordinary body may take: a connection that is closed
 * while the sender is still writing can lose the answer on its way.
 */
export function discardBody(request: FastifyRequest, reply: FastifyReply): void {
  if (request.raw.complete || request.raw.destroyed) return;
  startBodyTimer(request, reply);
  request.raw.resume();
}

function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}

function startBodyTimer(request: FastifyRequest, reply: FastifyReply): void {
  const { raw } = request;
  const timer = setTimeout(() => {
    if (raw.complete) return;
    // The body's parser is told, as of any other failure of the stream: its error becomes the answer.
    if (!reply.sent && raw.listenerCount('data') > 0) raw.emit('error', new SlowBody('the body is too slow'));
    else raw.socket.destroy();
  }, BODY_MS);
  timer.unref();
  raw.once('close', () => {
    clearTimeout(timer);
  });
  request.bodyTimer = timer;
}
