import { afterAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { isReadOnce, openSource, showLine, sourceOf, type Source } from '../../../src/cli/import-source.js';

const folder = mkdtempSync(path.join(tmpdir(), 'federation-gateway-source-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function fileOf(name: string, content: string | Uint8Array): string {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
}

async function textOf(source: Source): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of source.read()) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

describe('what can be read once', () => {
  it('is standard input and a FIFO, but no file', async () => {
    const fifo = path.join(folder, 'fifo');
    execFileSync('mkfifo', [fifo]);
    expect(await isReadOnce('-')).toBe(true);
    expect(await isReadOnce(fifo)).toBe(true);
    expect(await isReadOnce(fileOf('plain', 'text'))).toBe(false);
  });
});

describe('gzip', () => {
  it.each(['packed.gz', 'PACKED.GZ', 'packed'])('is told by what the file holds: %s', async (name) => {
    const file = fileOf(name, gzipSync('one\ntwo\n'));
    expect(await textOf(await openSource(file))).toBe('one\ntwo\n');
    expect(await showLine(file, 2)).toBe('two');
  });

  it('is told from a stream without a name, whatever its pieces', async () => {
    const pieces = Array.from(gzipSync('one\ntwo\n'), (byte) => Buffer.from([byte]));
    expect(await textOf(sourceOf(Readable.from(pieces), null))).toBe('one\ntwo\n');
  });

  it('is not what a name alone says', async () => {
    expect(await textOf(await openSource(fileOf('plain.gz', 'text')))).toBe('text');
  });

  it.each(['', '\u001f'])('is not what is shorter than its mark: %j', async (text) => {
    expect(await textOf(await openSource(fileOf('short', text)))).toBe(text);
  });
});

it('shows the size as it is read, not as it is unpacked', async () => {
  const packed = gzipSync('x'.repeat(100_000));
  const source = await openSource(fileOf('sized.gz', packed));
  let seen = 0;
  for await (const piece of source.read((raw) => (seen += raw.length)))
    expect(piece.length).toBeGreaterThan(0);
  expect({ seen, size: source.size }).toEqual({ seen: packed.length, size: packed.length });
});
