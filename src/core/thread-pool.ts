import { setMaxListeners } from 'node:events';
import Piscina from 'piscina';
import { unavailable } from './errors.js';

const IDLE_MS = 30_000;

export interface ThreadPoolOptions {
  /** The compiled file of the functions that run in the threads. They tell refusals as data, since errors lose their class. */
  readonly script: string;
  readonly maxThreads: number;
  /** Of a thread's heap, in MB: for what is new, and for what stays. The smaller, the sooner it is collected. */
  readonly heapMb?: { readonly young: number; readonly old: number };
}

/** Threads that start when they are needed and end when they are not. */
export class ThreadPool {
  /** What a function answers is known by its name alone, so the compiler takes the caller's word. */
  private readonly pool: Piscina<unknown, never>;
  private waiting = newWaiting();

  constructor({ script, maxThreads, heapMb }: ThreadPoolOptions) {
    this.pool = new Piscina({
      filename: script,
      minThreads: 0,
      maxThreads,
      idleTimeout: IDLE_MS,
      ...(heapMb === undefined
        ? {}
        : {
            resourceLimits: {
              maxYoungGenerationSizeMb: heapMb.young,
              maxOldGenerationSizeMb: heapMb.old,
            },
          }),
    });
    // Of a thread that is lost while nobody's task runs in it.
    this.pool.on('error', (error) => {
      this.giveUp(error);
    });
  }

  /** Tasks that no thread has begun. */
  get queued(): number {
    return this.pool.queueSize;
  }

  /** @throws SERVICE_UNAVAILABLE where a thread was lost, for want of memory or because it could not start. */
  async run(name: string, task: unknown): Promise<never> {
    const { signal } = this.waiting;
    try {
      return await this.pool.run(task, { name, signal });
    } catch (error) {
      if (!signal.aborted && !isLoss(error)) throw error;
      if (!signal.aborted) this.giveUp(error);
      throw unavailable('a thread was lost; try again', 1, error);
    }
  }

  close(): Promise<void> {
    return this.pool.destroy();
  }

  /** The pool puts no thread in the place of a lost one before the next task comes: who waits for it is told. */
  private giveUp(cause: unknown): void {
    const { waiting } = this;
    this.waiting = newWaiting();
    waiting.abort(cause);
  }
}

function newWaiting(): AbortController {
  const controller = new AbortController();
  // One for each task, however many wait.
  setMaxListeners(0, controller.signal);
  return controller;
}

/** https://nodejs.org/api/errors.html, and what Piscina says of a thread that has ended. */
function isLoss(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    error.message.startsWith('worker exited') ||
    ('code' in error && typeof error.code === 'string' && error.code.startsWith('ERR_WORKER'))
  );
}
