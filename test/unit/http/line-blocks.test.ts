import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Readable } from 'node:stream';
import { lineBlocksOf, MAX_LINE, type LineBlock } from '../../../src/http/line-blocks.js';

const UNIT = 3;

const units = (size = UNIT) => ({
  size,
  shorten: ({ bytes }: LineBlock) =>
    Promise.resolve(Buffer.from(Buffer.from(bytes).toString().replaceAll('x', ''))),
});

async function read(pieces: readonly Uint8Array[], size = UNIT): Promise<LineBlock[]> {
  const blocks: LineBlock[] = [];
  const body = Readable.from(pieces.map((piece) => Buffer.from(piece)));
  for await (const block of lineBlocksOf(body, units(size))) blocks.push(block);
  return blocks;
}

const linesIn = (text: string) => text.split('\n').filter((line) => line.trim() !== '');
const textOf = ({ bytes }: LineBlock) => Buffer.from(bytes).toString();

describe('blocks of lines', () => {
  it('are together what came, whatever the pieces, and each but the last holds whole units', async () => {
    const piece = fc.array(fc.constantFrom('a', 'é', '\n', '\r\n', ' ', '{"x":1}'), { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(fc.array(piece), async (pieces) => {
        const text = pieces.flat().join('');
        const bytes = [...Buffer.from(text)].map((byte) => Uint8Array.of(byte));
        for (const blocks of [
          await read(pieces.map((parts) => Buffer.from(parts.join('')))),
          await read(bytes),
        ]) {
          expect(blocks.map(textOf).join('')).toBe(text);
          let before = '';
          for (const block of blocks) {
            expect(block.firstLine).toBe(before.split('\n').length);
            before += textOf(block);
          }
          for (const block of blocks.slice(0, -1)) {
            expect(block.ending).toBe('units');
            expect(linesIn(textOf(block)).length % UNIT).toBe(0);
          }
          if (text.split('\n').at(-1) !== '') expect(blocks.at(-1)?.ending).toBe('end');
        }
      }),
    );
  });

  it('hold all whole units that have come', async () => {
    const blocks = await read([Buffer.from('1\n2\n3\n4\n\n5\n6\n7\n8\n'), Buffer.from('9\n')]);
    expect(blocks.map(textOf).join('')).toBe('1\n2\n3\n4\n\n5\n6\n7\n8\n9\n');
    expect(blocks.at(0)?.ending).toBe('units');
    expect(blocks.slice(0, 1).flatMap((block) => linesIn(textOf(block))).length).toBeGreaterThanOrEqual(6);
  });

  it('have lines as long as the bound and no longer, and what is in front of one comes first', async () => {
    const longest = Buffer.alloc(MAX_LINE, 'x');
    expect((await read([longest, Buffer.from('\n')])).map(({ bytes }) => bytes.length)).toEqual([
      MAX_LINE + 1,
    ]);
    const blocks: LineBlock[] = [];
    const reading = async () => {
      const body = Readable.from([Buffer.from('a\nb\n'), longest, Buffer.from('x\nc\n')]);
      for await (const block of lineBlocksOf(body, units())) blocks.push(block);
    };
    await expect(reading()).rejects.toMatchObject({ code: 'BAD_USER_INPUT', facts: { line: 3 } });
    expect(blocks).toEqual([{ bytes: Buffer.from('a\nb\n'), firstLine: 1, ending: 'loose' }]);
  });

  it('of long lines are made smaller before they fill the memory, and keep their numbers', async () => {
    const long = `1${'x'.repeat(MAX_LINE - 10)}\n`;
    const pieces = Array.from({ length: 40 }, () => Buffer.from(long));
    const blocks = await read([...pieces, Buffer.from('\n2\n')], 30);
    expect(blocks.map(({ firstLine, ending }) => ({ firstLine, ending }))).toEqual([
      { firstLine: 1, ending: 'units' },
      { firstLine: 31, ending: 'end' },
    ]);
    expect(blocks.flatMap((block) => linesIn(textOf(block).replaceAll('x', '')))).toEqual([
      ...Array.from({ length: 40 }, () => '1'),
      '2',
    ]);
    expect(blocks[0]?.bytes.length).toBeLessThan(10 * MAX_LINE);
  });

  it('leave the rest of a body to others when the reader stops', async () => {
    const body = new Readable({ read: () => undefined });
    body.push('1\n2\n3\n');
    for await (const block of lineBlocksOf(body, units())) {
      expect(textOf(block)).toBe('1\n2\n3\n');
      break;
    }
    expect(body.destroyed).toBe(false);
    body.push('4\n');
    body.push(null);
    const rest: string[] = [];
    for await (const piece of body) rest.push(String(piece));
    expect(rest).toEqual(['4\n']);
  });

  it('that came before the connection broke are read before it is told', async () => {
    const body = new Readable({ read: () => undefined });
    body.push('1\n2\n3\n4\n');
    const blocks: LineBlock[] = [];
    const reading = (async () => {
      for await (const block of lineBlocksOf(body, units())) {
        blocks.push(block);
        body.destroy(new Error('reset'));
      }
    })();
    await expect(reading).rejects.toThrow('reset');
    expect(blocks.map((block) => [textOf(block), block.ending])).toEqual([
      ['1\n2\n3\n', 'units'],
      ['4\n', 'loose'],
    ]);
  });
});
