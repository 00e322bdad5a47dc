import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import { CsvLines, type CsvOptions } from '../../../src/cli/csv-lines.js';
import { tinyPieces } from '../../support/lines.js';

function piecesOf(content: string | Uint8Array, size: number): AsyncIterable<Buffer> {
  return Readable.from(typeof content === 'string' ? tinyPieces(content, size) : [content]);
}

const METRIC: CsvOptions = { metric: ['x'] };
const HEADER = 'recorded_at,device_group,x';

async function convert(content: string | Uint8Array, options: CsvOptions = METRIC, size = 64) {
  const csv = new CsvLines(options);
  let text = '';
  for await (const piece of csv.of(piecesOf(content, size))) text += piece.toString();
  return { lines: text.split('\n'), refused: csv.refused };
}

/** The line of each observation, from 1, with its metric as it is written. */
function metricsOf(lines: readonly string[]): (readonly [number, string])[] {
  return lines.flatMap((line, i) => {
    const [, value] = /"x":([^}]*)/.exec(line) ?? [];
    return value === undefined ? [] : [[i + 1, value] as const];
  });
}

describe.each([1, 7, 64, 10_000])('CSV that comes in pieces of %d bytes', (size) => {
  it.each(['\n', '\r\n'])('puts each row on the line on which it begins, with %j', async (end) => {
    const rows = [
      HEADER,
      '',
      `t,"two${end}lines",1`,
      't,one,2',
      '',
      '',
      `t,"a ""b""${end}${end}",3`,
      't,g,4',
    ];
    const { lines } = await convert(`\uFEFF${rows.join(end)}`, METRIC, size);
    expect(metricsOf(lines)).toEqual([
      [3, '1'],
      [5, '2'],
      [8, '3'],
      [11, '4'],
    ]);
  });
});

it.each([
  ['0.1', '0.1'],
  ['-0', '-0'],
  ['1e150', '1e150'],
  ['123456789.123456789012345678', '123456789.123456789012345678'],
  [' 72 ', '72'],
  ['+7', '7'],
  ['007', '7'],
  ['.5', '0.5'],
  ['5.', '5'],
  ['-.0', '-0'],
  ['1,5', '"1,5"'],
  ['0x10', '"0x10"'],
  ['NaN', '"NaN"'],
  ['+1e999', '"+1e999"'],
])('sends the number %s as %s', async (cell, sent) => {
  const { lines } = await convert(`${HEADER}\nt,g,"${cell}"\n`);
  expect(metricsOf(lines)).toEqual([[2, sent]]);
});

it('leaves out what is empty or blank', async () => {
  const { lines } = await convert('recorded_at,device_group,device_id,x\n,  ,,\n');
  expect(JSON.parse(lines[1]!)).toEqual({ metrics: {}, attributes: {} });
});

it.each([
  { wrong: 't,g', reason: /the row has 2 cells, the header 3/ },
  { wrong: 't,g,1,', reason: /the row has 4 cells, the header 3/ },
  { wrong: 't,"g,1', reason: /a quote is opened and never closed/ },
  { wrong: 't,"g"h,1', reason: /after a closing quote comes neither a delimiter nor the end of the line/ },
  { wrong: 't,g"h",1', reason: /a quote in the middle of a cell/ },
  { wrong: `t,"${'g'.repeat(1_100_000)}`, reason: /a row must be at most 1048576 characters/ },
  { wrong: 't,\uFFFD,1', reason: /a cell is not UTF-8/ },
])('sends in place of a row that cannot be read one that is refused: $reason', async ({ wrong, reason }) => {
  const { lines, refused } = await convert(`${HEADER}\nt,"g\n",1\n${wrong}\nt,g,3\n`, METRIC, 10_000);
  expect(refused).toEqual({ line: 4, reason: expect.stringMatching(reason) });
  expect(metricsOf(lines)).toEqual([[2, '1']]);
  expect(typeof JSON.parse(lines[3]!)).toBe('string');
  expect(lines.slice(4)).toEqual(['']);
});

it.each([
  {
    header: 'at,device_group,x',
    options: METRIC,
    told: /--time-column: there is no column recorded_at; the header/,
  },
  { header: `${HEADER},x`, options: METRIC, told: /--metric: the header has the column x more than once/ },
  { header: HEADER.replaceAll(',', ';'), options: METRIC, told: /is it separated otherwise\? --delimiter/ },
  { header: HEADER, options: { metric: ['x'], attribute: ['device_group=x'] }, told: /under the name x/ },
  { header: HEADER, options: { metric: ['x=the x'] }, told: /the name must be 1 to 64 characters of A-Z/ },
  {
    header: HEADER,
    options: { ...METRIC, deviceColumn: 'd' },
    told: /--device-column: there is no column d/,
  },
  { header: HEADER, options: {}, told: /name the columns to send/ },
  { header: '"x', options: METRIC, told: /line 1: a quote is opened and never closed/ },
  { header: '\n\n', options: METRIC, told: /the file is empty/ },
])('is refused before anything is sent: $told', async ({ header, options, told }) => {
  await expect(convert(header, options)).rejects.toThrow(told);
});

it('that is UTF-16 is refused', async () => {
  const bytes = Buffer.from(`\uFEFF${HEADER}\nt,g,1\n`, 'utf16le');
  await expect(convert(bytes)).rejects.toThrow('the file is UTF-16: convert it to UTF-8 first');
});
