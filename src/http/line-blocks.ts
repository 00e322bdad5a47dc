import { finished, PassThrough, type Readable } from 'node:stream';
import { DomainError } from '../core/errors.js';
import { within } from '../core/within.js';
import { SILENCE_MS, SlowBody } from './body-time.js';

/** In bytes, without its end. */
export const MAX_LINE = 1024 * 1024;
/** Bytes that are taken from the socket while earlier ones are worked on: the more of them, the larger the blocks. */
const AHEAD = 1024 * 1024;
/** Bytes of lines that are no whole unit yet, from which on they are to be made smaller. */
const MAX_LOOSE = 8 * 1024 * 1024;
/** Nothing but blank lines makes a unit so long. */
const MAX_SHORTENED = 16 * 1024 * 1024;

/** From a slow sender: after this time its lines are looked at, so that it is told of a bad one. */
const OLD_MS = 1_000;

/** From a sender of single bytes: each piece costs more than it holds. */
const MAX_PIECES = 1_000;

const LINE_FEED = 0x0a;
const BLANKS: ReadonlySet<number | undefined> = new Set([0x20, 0x09, 0x0d]);

/** Lines that follow each other, each with its end, but perhaps the very last. */
export interface LineBlock {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Of the first line, from 1, blank lines counted. */
  readonly firstLine: number;
  /**
   * `units`: it holds whole units. `end`: it is the last one, and may hold less behind them. `loose`: it holds less than
   * one unit, and what follows cannot be read.
   */
  readonly ending: 'units' | 'end' | 'loose';
}

export interface LineUnits {
  /** Lines that belong together; blank ones are not counted. */
  readonly size: number;
  /**
   * Says the same in fewer bytes, line by line: a unit of long lines would not fit into memory.
   * @throws BAD_USER_INPUT for a line that cannot be read.
   */
  readonly shorten: (block: LineBlock) => Promise<Uint8Array>;
}

/**
 * The lines of a body as they come, in blocks of as many whole units as have come. While a block is worked on a
 * megabyte is read ahead and no more, so that the sender is slowed down.
 * @throws BAD_USER_INPUT for a line that is too long; SlowBody where the sender falls silent; what the stream throws
 *   when the connection is dropped. Lines before it that are no whole unit come first, as a loose block.
 */
export async function* lineBlocksOf(body: Readable, units: LineUnits): AsyncGenerator<LineBlock> {
  const lines = new LooseLines(units.size);
  try {
    for await (const piece of piecesOf(body)) {
      lines.add(piece);
      const block = lines.takeUnits();
      if (block !== null) {
        yield block;
        lines.restart();
      }
      if (lines.length > MAX_LOOSE || lines.areOld) await lines.shorten(units);
    }
  } catch (error) {
    const loose = lines.takeLines();
    if (loose !== null) yield loose;
    throw error;
  }
  const last = lines.takeRest();
  if (last !== null) yield last;
}

/** Lines that were not taken yet, and the beginning of one. */
class LooseLines {
  private pieces: Buffer[] = [];
  /** Bytes that cannot be made smaller, as they have been made so already. */
  private shortened = 0;
  private bytes = 0;
  /** Of the first line that was not taken, and of the one that is coming. */
  private firstLine = 1;
  /** Of the first that was not shortened. */
  private firstFresh = 1;
  private line = 1;
  /** Of the line that is coming. */
  private lineBytes = 0;
  private isBlank = true;
  /** Lines that are not blank, behind the last whole unit. */
  private counted = 0;
  private whole = { bytes: 0, nextLine: 1 };
  /** When lines were taken or shortened. */
  private since = performance.now();

  constructor(private readonly unit: number) {}

  /** Whether there are whole ones that have been here for a while and were not shortened. */
  get areOld(): boolean {
    return this.length > this.lineBytes && performance.now() - this.since > OLD_MS;
  }

  /** In bytes, but for those that were shortened. */
  get length(): number {
    return this.bytes - this.shortened;
  }

  /** @throws BAD_USER_INPUT for a line that is too long; the lines before it are kept. */
  add(piece: Buffer): void {
    const before = this.bytes;
    this.pieces = this.pieces.length < MAX_PIECES ? this.pieces : [Buffer.concat(this.pieces)];
    this.pieces.push(piece);
    this.bytes += piece.length;
    let start = 0;
    for (let end = piece.indexOf(LINE_FEED); end !== -1; end = piece.indexOf(LINE_FEED, start)) {
      this.goOn(piece, start, end, before);
      start = end + 1;
      this.endLine(before + start);
    }
    this.goOn(piece, start, piece.length, before);
  }

  takeUnits(): LineBlock | null {
    const { bytes, nextLine } = this.whole;
    return bytes === 0 ? null : this.take(bytes, nextLine, 'units');
  }

  takeRest(): LineBlock | null {
    return this.bytes === 0 ? null : this.take(this.bytes, this.line, 'end');
  }

  /** Without the one whose end has not come: nobody can tell what it would have been. */
  takeLines(): LineBlock | null {
    const bytes = this.bytes - this.lineBytes;
    return bytes === 0 ? null : this.take(bytes, this.line, 'loose');
  }

  /** Nobody has waited for a line while a block was worked on. */
  restart(): void {
    this.since = performance.now();
  }

  /** Makes those of the whole lines smaller that are not so yet. */
  async shorten({ shorten }: LineUnits): Promise<void> {
    const all = Buffer.concat(this.pieces);
    const end = all.length - this.lineBytes;
    const fresh = {
      bytes: new Uint8Array(all.subarray(this.shortened, end)),
      firstLine: this.firstFresh,
      ending: 'loose',
    } as const;
    const bytes = await shorten(fresh);
    this.pieces = [all.subarray(0, this.shortened), Buffer.from(bytes), all.subarray(end)];
    this.shortened += bytes.length;
    this.bytes = this.shortened + this.lineBytes;
    this.firstFresh = this.line;
    this.since = performance.now();
    if (this.shortened > MAX_SHORTENED)
      throw new DomainError('BAD_USER_INPUT', `too many blank lines before line ${this.line}`, {
        facts: { line: this.line },
      });
  }

  /** One more part of the line that is coming. @param before bytes in front of the piece. */
  private goOn(piece: Buffer, start: number, end: number, before: number): void {
    this.lineBytes += end - start;
    if (this.lineBytes > MAX_LINE) {
      // Nobody can read it, whole or not.
      this.pieces = [Buffer.concat(this.pieces).subarray(0, before + end - this.lineBytes)];
      this.bytes = before + end - this.lineBytes;
      this.lineBytes = 0;
      throw new DomainError('BAD_USER_INPUT', `line ${this.line} must be at most ${MAX_LINE} bytes`, {
        facts: { line: this.line },
      });
    }
    for (let i = start; this.isBlank && i < end; i++) this.isBlank = BLANKS.has(piece[i]);
  }

  private endLine(bytes: number): void {
    this.line += 1;
    if (!this.isBlank) this.counted += 1;
    this.lineBytes = 0;
    this.isBlank = true;
    if (this.counted < this.unit) return;
    this.counted = 0;
    this.whole = { bytes, nextLine: this.line };
  }

  private take(length: number, nextLine: number, ending: LineBlock['ending']): LineBlock {
    // Memory of its own, so that it can be given back.
    const bytes = new Uint8Array(length);
    let taken = 0;
    const rest = this.pieces.flatMap((piece) => {
      const part = piece.subarray(0, length - taken);
      bytes.set(part, taken);
      taken += part.length;
      return part.length < piece.length ? [piece.subarray(part.length)] : [];
    });
    const block = { bytes, firstLine: this.firstLine, ending };
    this.pieces = rest;
    this.bytes -= length;
    this.shortened = 0;
    this.since = performance.now();
    this.firstLine = nextLine;
    this.firstFresh = nextLine;
    this.whole = { bytes: 0, nextLine };
    return block;
  }
}

/** What has come since the last piece. The clock runs only while a byte is waited for, not while the last ones are worked on. */
async function* piecesOf(body: Readable): AsyncGenerator<Buffer> {
  const ahead = new PassThrough({ readableHighWaterMark: AHEAD });
  const failures: Error[] = [];
  // What came before a failure is read first.
  const forget = finished(body, { writable: false }, (error) => {
    if (error === undefined || error === null) return;
    failures.push(error);
    ahead.end();
  });
  body.pipe(ahead);
  const pieces = ahead.iterator();
  try {
    for (;;) {
      const next: IteratorResult<unknown> = await within(
        SILENCE_MS,
        pieces.next(),
        () => new SlowBody(`no byte came for ${SILENCE_MS} ms`),
      );
      if (next.done === true) break;
      yield Buffer.isBuffer(next.value) ? next.value : Buffer.from(String(next.value));
    }
    for (const failure of failures) throw failure;
  } finally {
    forget();
    // Leaving early must not destroy the body: the answer goes out over the same socket.
    body.unpipe(ahead);
    ahead.destroy();
  }
}
