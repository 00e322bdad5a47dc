import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import path from 'node:path';
import { ThreadPool } from '../../../src/core/thread-pool.js';

let threads: ThreadPool;

beforeEach(() => {
  threads = new ThreadPool({
    script: path.join(__dirname, '../../support/threads.mjs'),
    maxThreads: 1,
    heapMb: { young: 4, old: 16 },
  });
});
afterEach(() => threads.close());

const LOST = { code: 'SERVICE_UNAVAILABLE', retryAfterSeconds: 1 };

describe('a pool of threads', () => {
  it('runs functions of its script, more than it has threads for', async () => {
    const answers = await Promise.all([1, 2, 3, 4].map((number) => threads.run('double', number)));
    expect(answers).toEqual([2, 4, 6, 8]);
  });

  it('tells of a defect as such, and whoever waits goes on', async () => {
    const failing = threads.run('fail', null);
    const waiting = threads.run('double', 2);
    await expect(failing).rejects.toMatchObject({ name: 'TypeError', message: 'a defect' });
    await expect(waiting).resolves.toBe(4);
  });

  for (const end of ['fillMemory', 'exit']) {
    it(`whose thread is lost (${end}) tells whoever has or waits for it, and the next is answered`, async () => {
      const losing = threads.run(end, null);
      const waiting = [threads.run('double', 1), threads.run('double', 2)];
      for (const lost of [losing, ...waiting]) await expect(lost).rejects.toMatchObject(LOST);
      await expect(threads.run('double', 3)).resolves.toBe(6);
    });
  }

  it('tells where a thread cannot start, and does not end the process', async () => {
    const broken = new ThreadPool({ script: path.join(__dirname, 'nowhere.mjs'), maxThreads: 1 });
    await expect(broken.run('double', 1)).rejects.toMatchObject(LOST);
    await broken.close();
  });
});
