import type { Readable } from 'node:stream';
import { DomainError } from '../core/errors.js';
import { within } from '../core/within.js';
import { SILENCE_MS, SlowBody } from './body-time.js';

/** In bytes, without its end. */
export const MAX_LINE = 1024 * 1024;

const LINE_FEED = 0x0a;

export interface Line {
  /** From 1, blank lines counted. */
  readonly number: number;
  readonly bytes: Uint8Array;
}

/**
 * The lines of a body as they come. Of the body, no more is in memory than the line that is looked at and what the
 * socket had ready; while a line is worked on nothing is read, so that the sender is slowed down.
 * @throws BAD_USER_INPUT for a line that is too long; SlowBody where the sender falls silent; what the stream throws
 *   when the connection is dropped.
 */
export async function* linesOf(body: Readable): AsyncGenerator<Line> {
  let number = 1;
  const begun = new PartialLine();
  for await (const piece of piecesOf(body)) {
    let start = 0;
    for (let end = piece.indexOf(LINE_FEED); end !== -1; end = piece.indexOf(LINE_FEED, start)) {
      yield { number, bytes: begun.complete(piece.subarray(start, end), number) };
      number++;
      start = end + 1;
    }
    begun.add(piece.subarray(start), number);
  }
  if (begun.length > 0) yield { number, bytes: begun.complete(Buffer.alloc(0), number) };
}

/** A line of which the end has not come. */
class PartialLine {
  length = 0;
  private pieces: Buffer[] = [];

  add(piece: Buffer, number: number): void {
    if (piece.length === 0) return;
    this.length += piece.length;
    if (this.length > MAX_LINE)
      throw new DomainError('BAD_USER_INPUT', `line ${number} must be at most ${MAX_LINE} bytes`, {
        facts: { line: number },
      });
    this.pieces.push(piece);
  }

  complete(rest: Buffer, number: number): Uint8Array {
    this.add(rest, number);
    const { pieces } = this;
    this.pieces = [];
    this.length = 0;
    return pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
  }
}

/** The clock runs only while a byte is waited for, not while the last ones are worked on. */
async function* piecesOf(body: Readable): AsyncGenerator<Buffer> {
  // Leaving early must not destroy the stream: the answer goes out over the same socket.
  const pieces = body.iterator({ destroyOnReturn: false });
  let isWaiting = false;
  try {
    for (;;) {
      isWaiting = true;
      const next: IteratorResult<unknown> = await within(
        SILENCE_MS,
        pieces.next(),
        () => new SlowBody(`no byte came for ${SILENCE_MS} ms`),
      );
      isWaiting = false;
      if (next.done === true) return;
      const piece: unknown = next.value;
      yield Buffer.isBuffer(piece) ? piece : Buffer.from(String(piece));
    }
  } finally {
    // Its listeners would keep others from reading the rest. One that waits for a byte cannot be ended.
    if (!isWaiting) await pieces.return?.();
  }
}
