import { availableParallelism } from 'node:os';
import path from 'node:path';
import { CHUNK_SIZE, type ReadBatch, type ReadBlock } from './analytics/reading.js';
import { errorOf } from './core/errors.js';
import { ThreadPool } from './core/thread-pool.js';
import type { Db } from './db/database.js';
import type { LineBlock, LineUnits } from './http/line-blocks.js';
import type { BodyTask, LinesTask, Shortened, ShortenTask } from './observation-reading.js';
import type { ReadBatchBody } from './rest/observation-batch.js';
import type { OpenLineBatch } from './rest/observation-lines.js';
import { MAX_LIMIT } from './rest/route.js';
import type { Core } from './use-cases.js';

const SCRIPT = path.join(__dirname, 'observation-reading.js');
/** One is left to the thread that serves; more than this would only wait for the database. */
const MAX_THREADS = Math.max(1, Math.min(4, availableParallelism() - 1));
/**
 * The largest body, of 10,000 observations with 64 metrics and 8 attributes each, needs between 128 and 192 MB. With Node's
 * own limits the heap grows further before it is collected, and is no faster.
 */
const HEAP_MB = { young: 8, old: 256 } as const;

/** Reads observations beside the thread that serves, which has nothing but to store them. */
export class ReadingThreads {
  private readonly pool = new ThreadPool({ script: SCRIPT, maxThreads: MAX_THREADS, heapMb: HEAP_MB });

  readLines(task: LinesTask): Promise<ReadBlock> {
    return this.pool.run('readLines', task);
  }

  readBody(task: BodyTask): Promise<ReadBatch> {
    return this.pool.run('readBody', task);
  }

  /** @throws BAD_USER_INPUT naming the line. */
  async shorten(task: ShortenTask): Promise<Uint8Array> {
    const shortened = await this.shortened(task);
    if ('bytes' in shortened) return shortened.bytes;
    throw errorOf(shortened.refusal);
  }

  close(): Promise<void> {
    return this.pool.close();
  }

  private shortened(task: ShortenTask): Promise<Shortened> {
    return this.pool.run('shorten', task);
  }
}

/** What REST hands observations to: the use case, with threads that read them for it. */
export function observationsOver(
  { ingestion, db, clock }: Core,
  threads: ReadingThreads,
): {
  readonly openLineBatch: OpenLineBatch;
  readonly lineUnits: LineUnits;
  readonly readBatchBody: ReadBatchBody;
} {
  return {
    openLineBatch: ({ requestId, viewer }, address) =>
      ingestion.open(
        { requestId, viewer, db, maxPageSize: MAX_LIMIT },
        address,
        (block: LineBlock, request) => threads.readLines({ block, request }),
      ),
    lineUnits: { size: CHUNK_SIZE, shorten: (block) => threads.shorten({ block, now: clock.now() }) },
    readBatchBody: async ({ requestId, viewer }, { body, ...owner }) => {
      const ctxOn = (on: Db) => ({ requestId, viewer, db: on, maxPageSize: MAX_LIMIT });
      const store = await ingestion.read(ctxOn(db), owner, (request) =>
        threads.readBody({ bytes: body, request }),
      );
      return (on) => store(ctxOn(on));
    },
  };
}
