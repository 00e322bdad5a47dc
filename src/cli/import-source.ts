import { createReadStream, open as openFile, type Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import { pipeline, Readable } from 'node:stream';
import { promisify } from 'node:util';
import { createGunzip } from 'node:zlib';
import { DomainError } from '../core/errors.js';

const LINE_FEED = 0x0a;
/** Every gzip file begins with these. RFC 1952, 2.3.1. */
const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);
/** In characters. */
const MAX_SHOWN = 160;
/** In bytes of UTF-8. */
const LONGEST_CHARACTER = 4;

export interface Source {
  /** Of the file as it is, in bytes; null where it is not known. */
  readonly size: number | null;
  /**
   * What the file says, unpacked, once. Its failures are SourceFailures.
   * @param see is shown each piece of the file as it is.
   */
  readonly read: (see?: (piece: Buffer) => void) => AsyncIterable<Buffer>;
  /** Ends also who waits for the next piece. */
  readonly close: () => void;
}

/** The file cannot be read: sending it again would not help. */
export class SourceFailure extends Error {
  override readonly name = 'SourceFailure';
}

/**
 * Whether a second reading would not begin where the first did: standard input, a FIFO, what a shell puts in the place of
 * `<(…)`. @throws DomainError for a file that is not there.
 */
export async function isReadOnce(file: string): Promise<boolean> {
  return file === '-' || !(await statsOf(file)).isFile();
}

/** @throws DomainError for a file that is not there. */
export async function openSource(file: string): Promise<Source> {
  if (file === '-') return sourceOf(process.stdin, null);
  const stats = await statsOf(file);
  return stats.isFIFO()
    ? sourceOf(await openFifo(file), null)
    : sourceOf(createReadStream(file), stats.isFile() ? stats.size : null);
}

/** A read of a file that waits for bytes cannot be given up, and would keep the process alive; that of a socket can. */
async function openFifo(file: string): Promise<Readable> {
  return new Socket({ fd: await promisify(openFile)(file, 'r'), readable: true, writable: false });
}

async function statsOf(file: string): Promise<Stats> {
  try {
    return await stat(file);
  } catch (error) {
    throw new DomainError('BAD_USER_INPUT', `${file} cannot be read: ${messageOf(error)}`);
  }
}

/** @param size of the whole, in bytes; null where it is not known. */
export function sourceOf(stream: Readable, size: number | null): Source {
  return {
    size,
    read: (see = () => undefined) => unpackedOf(piecesOf(stream, see)),
    close: () => stream.destroy(),
  };
}

async function* piecesOf(stream: Readable, see: (piece: Buffer) => void): AsyncGenerator<Buffer> {
  for await (const piece of stream) {
    const bytes = Buffer.isBuffer(piece) ? piece : Buffer.from(String(piece));
    see(bytes);
    yield bytes;
  }
}

/** Whether a file is packed is told by what it holds: standard input has no name, and names differ. */
async function* unpackedOf(pieces: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  try {
    const head = await headOf(pieces);
    const whole = joined(head, pieces);
    // What fails comes out of the last stream.
    const ended = () => undefined;
    yield* head.subarray(0, GZIP_MAGIC.length).equals(GZIP_MAGIC)
      ? pipeline(Readable.from(whole), createGunzip(), ended)
      : whole;
  } catch (error) {
    throw new SourceFailure(messageOf(error), { cause: error });
  }
}

/** Enough pieces to tell what they are, as one; fewer bytes where there are no more. */
async function headOf(pieces: AsyncGenerator<Buffer>): Promise<Buffer> {
  let head = Buffer.alloc(0);
  while (head.length < GZIP_MAGIC.length) {
    const next = await pieces.next();
    if (next.done === true) break;
    head = Buffer.concat([head, next.value]);
  }
  return head;
}

async function* joined(head: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  yield* rest;
}

/**
 * A line of a file, shortened, as it can be shown on a terminal.
 * @param file one that can be read again.
 * @param number from 1.
 * @returns null where the file has not so many lines.
 */
export async function showLine(file: string, number: number): Promise<string | null> {
  const source = await openSource(file);
  let line = 1;
  let text = Buffer.alloc(0);
  for await (const piece of source.read()) {
    let start = 0;
    let end = piece.indexOf(LINE_FEED);
    while (end !== -1 && line < number) {
      line++;
      start = end + 1;
      end = piece.indexOf(LINE_FEED, start);
    }
    if (line < number) continue;
    text = Buffer.concat([text, piece.subarray(start, end === -1 ? piece.length : end)]);
    if (end !== -1 || text.length > MAX_SHOWN * LONGEST_CHARACTER) break;
  }
  return line === number ? shown(text) : null;
}

function shown(bytes: Buffer): string {
  // Of what somebody else has written, nothing may steer the terminal.
  const characters = Array.from(
    bytes
      .toString('utf8')
      .trimEnd()
      .replace(/\p{Cc}/gu, ' '),
  );
  return characters.length <= MAX_SHOWN ? characters.join('') : `${characters.slice(0, MAX_SHOWN).join('')}…`;
}

/** An attempt at several addresses of one name has an empty message and a code. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || ('code' in error ? String(error.code) : error.name);
}
