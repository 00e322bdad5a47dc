import { describe, expect, it } from '@jest/globals';
import { cellKey, mergeCells, type Cell } from '../../../src/analytics/fold.js';
import { unpack } from '../../../src/analytics/packed.js';
import {
  cellsOf,
  readBatch,
  readBlock,
  WHOLE,
  type FoldPart,
  type PlacedInput,
  type ReadRequest,
} from '../../../src/analytics/read-block.js';
import { RECORD_WIDTH } from '../../../src/analytics/record-values.js';

const NOW = Date.UTC(2026, 10, 24);

const requestOf = (part: FoldPart = WHOLE): ReadRequest => ({
  member: { federationId: 'fed', orgId: 'org' },
  now: NOW,
  part,
});

function placed(i: number, metrics: Record<string, unknown> = { heart_rate: i }): PlacedInput {
  return {
    input: {
      recordedAt: NOW - i * 60_000,
      deviceGroup: `group ${i % 7}`,
      deviceId: null,
      devicePlatform: 'ios',
      metrics,
      attributes: { rhythm: i % 2 === 0 ? 'sinus' : 'other' },
    },
    place: `line ${i + 1}`,
    line: i + 1,
  };
}

const range = (count: number) => Array.from({ length: count }, (_, i) => i);
const CHUNKS = { size: 10, rest: 'kept' } as const;

/** Cells of several folds, as one fold of all of it has them. */
function united(folds: readonly Iterable<Cell>[]): Map<string, Cell> {
  const all = new Map<string, Cell>();
  for (const cell of folds.flatMap((cells) => [...cells])) {
    const before = all.get(cellKey(cell));
    all.set(
      cellKey(cell),
      before === undefined ? cell : mergeCells([before, cell], cell.granularity, cell.bucket),
    );
  }
  return all;
}

const countsOf = (cells: ReadonlyMap<string, Cell>) =>
  new Map([...cells].map(([key, { count, firstAt, lastAt }]) => [key, { count, firstAt, lastAt }]));

describe('a block', () => {
  it('is chunks of what is stored, with the names that each uses first', () => {
    const block = readBlock(
      range(25).map((i) => placed(i, i === 13 ? { temperature: 37 } : undefined)),
      CHUNKS,
      requestOf(),
    );
    expect(block.refusal).toBeNull();
    expect(
      block.chunks.map(({ count, line, values }) => [count, line, unpack(values).length / RECORD_WIDTH]),
    ).toEqual([
      [10, 1, 10],
      [10, 11, 10],
      [5, 21, 5],
    ]);
    expect(block.chunks[1]?.names).toEqual([
      { name: 'heart_rate', kind: 'numeric', place: 'line 11', line: 11 },
      { name: 'rhythm', kind: 'categorical', place: 'line 11', line: 11 },
      { name: 'temperature', kind: 'numeric', place: 'line 14', line: 14 },
    ]);
    expect(block.chunks.slice(0, 1).flatMap(({ values }) => unpack(values).slice(0, RECORD_WIDTH))).toEqual([
      NOW,
      'group 0',
      null,
      'ios',
      '{"heart_rate":0}',
      '{"rhythm":"sinus"}',
    ]);
  });

  it('keeps numbers to the bit, and knows a chunk by its content alone', () => {
    const read = (metrics: Record<string, unknown>) =>
      readBlock([placed(0, metrics)], CHUNKS, requestOf()).chunks.map(({ values, contentHash }) => ({
        metrics: unpack(values)[4],
        contentHash,
      }));
    const minus = read({ a: -0, b: 0.1, c: 1e21 });
    expect(minus).toMatchObject([{ metrics: '{"a":-0,"b":0.1,"c":1e+21}' }]);
    expect(minus).toEqual(read({ c: 1e21, b: 0.1, a: -0, d: null }));
    expect(minus).not.toEqual(read({ a: 0, b: 0.1, c: 1e21 }));
  });

  it('ends before the chunk of a bad observation, which is named', () => {
    const inputs = range(25).map((i) => placed(i, i === 17 ? { heart_rate: 'fast' } : undefined));
    const { chunks, refusal, fold } = readBlock(inputs, CHUNKS, requestOf());
    expect(chunks).toHaveLength(1);
    expect(refusal).toMatchObject({ field: 'line 18.metrics.heart_rate', facts: { line: 18 } });
    expect(Math.max(...[...cellsOf(fold)].map(({ lastAt }) => NOW - lastAt))).toBeLessThan(10 * 60_000);
  });

  it('says that something is wrong where whole chunks were promised', () => {
    expect(() =>
      readBlock(
        range(11).map((i) => placed(i)),
        { size: 10, rest: 'none' },
        requestOf(),
      ),
    ).toThrow('1 observations are left');
    const dropped = readBlock(
      range(11).map((i) => placed(i)),
      { size: 10, rest: 'dropped' },
      requestOf(),
    );
    expect(dropped.chunks).toHaveLength(1);
  });

  it('is folded without chunks that are left out, as if they had not come', () => {
    const inputs = range(25).map((i) => placed(i));
    const some = readBlock(inputs, CHUNKS, requestOf({ from: 0, chunks: [0, 2] }));
    const rest = [...inputs.slice(0, 10), ...inputs.slice(20)];
    const without = readBlock(rest, CHUNKS, requestOf());
    expect(some.chunks).toHaveLength(3);
    expect(countsOf(united([cellsOf(some.fold)]))).toEqual(countsOf(united([cellsOf(without.fold)])));
  });
});

describe('a batch of more series than are folded at once', () => {
  // 3,000 groups of 8 metrics, one attribute and the observations as such: 30,000 series.
  const observations = range(3_000).map((i) => ({
    recordedAt: NOW - (i % 3) * 86_400_000,
    deviceGroup: `group ${i}`,
    metrics: Object.fromEntries(range(8).map((j) => [`m${j}`, i + j])),
    attributes: { rhythm: 'sinus' },
  }));

  it('is folded in parts, which together are the whole', () => {
    const parts = [];
    for (let from: number | null = 0; from !== null;) {
      const { fold } = readBatch(observations, requestOf({ from, chunks: null }));
      parts.push(fold);
      from = fold.next;
    }
    expect(parts.length).toBe(2);
    expect(Math.max(...parts.map(({ series }) => series.length))).toBeLessThanOrEqual(20_010);
    const cells = united(parts.map(cellsOf));
    // Each series has one day, one month and all of the time.
    expect(cells.size).toBe(3 * 30_000);
    expect([...cells.values()].every(({ count }) => count === 1)).toBe(true);
  });
});
