import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Readable } from 'node:stream';
import { linesOf, MAX_LINE } from '../../../src/http/lines.js';

async function read(pieces: readonly Uint8Array[]): Promise<string[]> {
  const lines: string[] = [];
  for await (const { number, bytes } of linesOf(Readable.from(pieces.map((piece) => Buffer.from(piece))))) {
    expect(number).toBe(lines.length + 1);
    lines.push(Buffer.from(bytes).toString());
  }
  return lines;
}

describe('lines', () => {
  it('are the same whatever the pieces that they come in', async () => {
    const piece = fc.array(fc.constantFrom('a', 'é', '\n', '\r\n', '{"x":1}'), { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(fc.array(piece), async (pieces) => {
        const text = pieces.flat().join('');
        const bytes = [...Buffer.from(text)].map((byte) => Uint8Array.of(byte));
        const lines = text.split('\n');
        // What follows the last line feed is a line only where there is something.
        if (lines.at(-1) === '') lines.pop();
        expect(await read(pieces.map((parts) => Buffer.from(parts.join(''))))).toEqual(lines);
        expect(await read(bytes)).toEqual(lines);
      }),
    );
  });

  it('are as long as the bound and no longer', async () => {
    const longest = Buffer.alloc(MAX_LINE, 'x');
    expect(await read([longest, Buffer.from('\n')])).toHaveLength(1);
    await expect(read([Buffer.from('a\n'), longest, Buffer.from('x\n')])).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      facts: { line: 2 },
    });
  });

  it('leave the rest of a body to others when the reader stops', async () => {
    const body = Readable.from([Buffer.from('a\nb\n'), Buffer.from('c\n'), Buffer.from('d')]);
    for await (const { number } of linesOf(body)) if (number === 1) break;
    expect(body.destroyed).toBe(false);
    const rest: string[] = [];
    for await (const piece of body) rest.push(String(piece));
    expect(rest).toEqual(['c\n', 'd']);
  });
});
