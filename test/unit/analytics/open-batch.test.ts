import { expect, it } from '@jest/globals';
import { ChunkQueue } from '../../../src/analytics/chunk-queue.js';
import { CHUNK_SIZE, OpenBatch, type NumberedChunk } from '../../../src/analytics/open-batch.js';
import { invalidInput } from '../../../src/core/errors.js';

/** A store that is opened by hand. */
function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

const OBSERVATION = {
  recordedAt: 0,
  deviceGroup: 'ward',
  deviceId: null,
  devicePlatform: null,
  metrics: { heart_rate: 70 },
  attributes: null,
};

/** A batch of five whole chunks at once, of which `failure` is thrown for the chunk of that number. */
async function fiveChunks(failing: number, failure: Error) {
  const calls: number[][] = [];
  const store = (chunks: readonly NumberedChunk[]) => {
    calls.push(chunks.map(({ number }) => number));
    if (chunks.some(({ number }) => number === failing)) return Promise.reject(failure);
    return Promise.resolve(
      chunks.map(({ observations }) => ({ accepted: observations.length, duplicate: false })),
    );
  };
  const batch = new OpenBatch('b', { now: () => 0 }, store);
  let told: unknown = null;
  try {
    for (let line = 1; line <= 5 * CHUNK_SIZE; line++) await batch.add(OBSERVATION, line);
    await batch.end();
  } catch (error) {
    told = error;
  }
  return { calls, told, accepted: batch.accepted };
}

it('drops what waits behind a failure, and tells whoever waits or comes later', async () => {
  const { opened, open } = gate();
  const begun = gate();
  const calls: number[][] = [];
  const failure = new Error('the database is gone');
  const queue = new ChunkQueue<number>(
    async (chunks) => {
      calls.push([...chunks]);
      begun.open();
      await opened;
      throw failure;
    },
    () => 0,
  );
  const first = [0, 1, 2, 3].map((chunk) => queue.push(chunk));
  const full = queue.push(4);
  await Promise.all(first);
  await begun.opened;
  await queue.push(5);
  const drained = queue.drain();
  open();
  await expect(full).rejects.toBe(failure);
  await expect(drained).rejects.toBe(failure);
  await expect(queue.push(6)).rejects.toBe(failure);
  expect(calls).toEqual([[0, 1, 2, 3, 4]]);
});

it('stores one by one where one of several is refused, and nothing behind that one', async () => {
  const refusal = invalidInput('line 2001', 'is of the other kind');
  const { calls, told, accepted } = await fiveChunks(2, refusal);
  expect(told).toBe(refusal);
  expect(calls).toEqual([[0, 1, 2, 3, 4], [0], [1], [2]]);
  expect(accepted).toBe(2 * CHUNK_SIZE);
});

it('does not store one by one after a failure that is no refusal', async () => {
  const failure = new Error('the database is gone');
  const { calls, told, accepted } = await fiveChunks(2, failure);
  expect(told).toBe(failure);
  expect(calls).toEqual([[0, 1, 2, 3, 4]]);
  expect(accepted).toBe(0);
});
