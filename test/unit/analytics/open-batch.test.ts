import { expect, it } from '@jest/globals';
import { OpenBatch, type NumberedBlock } from '../../../src/analytics/open-batch.js';
import { NOTHING_READ, type FoldPart, type ReadChunk } from '../../../src/analytics/read-block.js';
import { invalidInput, refusalOf } from '../../../src/core/errors.js';

const CHUNK: ReadChunk = { count: 1_000, values: new Uint8Array(), contentHash: '', names: [], line: 1 };

const CLOCK = { now: () => 0 };

/** A block of so many chunks. */
const blockOf = (chunks: number) => ({
  ...NOTHING_READ,
  chunks: Array.from({ length: chunks }, () => CHUNK),
});

const numbersOf = ({ first, chunks }: NumberedBlock) => chunks.map((_, i) => first + i);
const storedAll = ({ chunks }: NumberedBlock) =>
  chunks.map(({ count }) => ({ accepted: count, duplicate: false }));

/** A batch whose lines are numbers of chunks; `failure` is thrown for the chunk of that number. */
async function take(blocks: readonly number[], failing: number, failure: Error) {
  const calls: number[][] = [];
  const folded: FoldPart[] = [];
  const batch = new OpenBatch<number>(
    'b',
    CLOCK,
    (chunks, { part }) => {
      folded.push(part);
      return Promise.resolve(blockOf(chunks));
    },
    (block) => {
      calls.push(numbersOf(block));
      return numbersOf(block).includes(failing) ? Promise.reject(failure) : Promise.resolve(storedAll(block));
    },
  );
  let told: unknown = null;
  try {
    for (const chunks of blocks) await batch.take(chunks);
    await batch.end();
  } catch (error) {
    told = error;
  }
  return { calls, told, folded, accepted: batch.accepted };
}

it('reads the next lines while the ones before are stored, and no further', async () => {
  const events: string[] = [];
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  const batch = new OpenBatch<number>(
    'b',
    CLOCK,
    (chunks) => {
      events.push(`read ${chunks}`);
      return Promise.resolve(blockOf(chunks));
    },
    async (block) => {
      events.push(`store ${numbersOf(block).join()}`);
      await opened;
      return storedAll(block);
    },
  );
  await batch.take(1);
  const second = batch.take(2);
  await new Promise(setImmediate);
  expect(events).toEqual(['read 1', 'store 0', 'read 2']);
  open();
  await second;
  await expect(batch.end()).resolves.toEqual({ batchId: 'b', accepted: 3_000, duplicate: false });
  expect(events).toEqual(['read 1', 'store 0', 'read 2', 'store 1,2']);
});

it('tells whoever takes or ends next of a failure, and stores nothing behind it', async () => {
  const failure = new Error('the database is gone');
  const { calls, told, accepted } = await take([2, 1, 1], 1, failure);
  expect(told).toBe(failure);
  expect(calls).toEqual([[0, 1]]);
  expect(accepted).toBe(0);
});

it('stores one by one where one of several is refused, and nothing behind that one', async () => {
  const refusal = invalidInput('line 2001', 'is of the other kind');
  const { calls, told, folded, accepted } = await take([5], 2, refusal);
  expect(told).toBe(refusal);
  expect(calls).toEqual([[0, 1, 2, 3, 4], [0], [1], [2]]);
  expect(folded.slice(1)).toEqual([0, 1, 2].map((chunk) => ({ from: 0, chunks: [chunk] })));
  expect(accepted).toBe(2_000);
});

it('stores what is in front of a line that cannot be read, and tells of it only then', async () => {
  const refusal = invalidInput('line 1500', 'must be an object');
  const stored: number[][] = [];
  const batch = new OpenBatch<null>(
    'b',
    CLOCK,
    () => Promise.resolve({ ...blockOf(1), refusal: refusalOf(refusal) }),
    (block) => {
      stored.push(numbersOf(block));
      return Promise.resolve(storedAll(block));
    },
  );
  await expect(batch.take(null)).rejects.toMatchObject({ field: 'line 1500', code: 'BAD_USER_INPUT' });
  expect(stored).toEqual([[0]]);
  expect(batch.accepted).toBe(1_000);
});

it('reads lines again at the time at which it read them first', async () => {
  let now = 0;
  const times: number[] = [];
  const batch = new OpenBatch<null>(
    'b',
    { now: () => (now += 1) },
    (_lines, request) => {
      times.push(request.now);
      return Promise.resolve(blockOf(1));
    },
    async (block) => {
      await block.foldAgain({ from: 1, chunks: [0] });
      return storedAll(block);
    },
  );
  await batch.take(null);
  await batch.take(null);
  await batch.end();
  expect(times.sort()).toEqual([1, 1, 2, 2]);
});
