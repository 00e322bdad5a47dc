import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline, Transform, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { DomainError } from '../core/errors.js';

const LINE_FEED = 0x0a;
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

/** Standard input can be read once. */
export function isReadOnce(file: string): boolean {
  return file === '-';
}

/** @throws DomainError for a file that is not there. */
export async function openSource(file: string): Promise<Source> {
  if (isReadOnce(file)) return sourceOf(process.stdin, null, false);
  try {
    const { size } = await stat(file);
    return sourceOf(createReadStream(file), size, file.endsWith('.gz'));
  } catch (error) {
    throw new DomainError('BAD_USER_INPUT', `${file} cannot be read: ${messageOf(error)}`);
  }
}

function sourceOf(stream: Readable, size: number | null, isPacked: boolean): Source {
  return {
    size,
    read: (see = () => undefined) => {
      const seen = new Transform({
        transform(piece: Buffer, _encoding, done) {
          see(piece);
          done(null, piece);
        },
      });
      // What fails comes out of the last stream.
      const ended = () => undefined;
      return piecesOf(
        isPacked ? pipeline(stream, seen, createGunzip(), ended) : pipeline(stream, seen, ended),
      );
    },
    close: () => stream.destroy(),
  };
}

async function* piecesOf(stream: Readable): AsyncGenerator<Buffer> {
  try {
    for await (const piece of stream) yield Buffer.isBuffer(piece) ? piece : Buffer.from(String(piece));
  } catch (error) {
    throw new SourceFailure(messageOf(error), { cause: error });
  }
}

/**
 * A line of a file, shortened, as it can be shown on a terminal.
 * @param number from 1.
 * @returns null where it cannot be read again.
 */
export async function showLine(file: string, number: number): Promise<string | null> {
  if (isReadOnce(file)) return null;
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
