import { setImmediate as nextTurn } from 'node:timers/promises';

/** Chunks that are stored together where they come fast enough: what costs most is to write each summary once. */
const MAX_TOGETHER = 5;
/** Of the event loop without a line, after which the sender counts as slower than the gateway. */
const QUIET_TURNS = 3;

/** Stores chunks in their order, some together, while the next ones are taken: at most as many wait as are stored. */
export class ChunkQueue<Chunk> {
  private waiting: Chunk[] = [];
  private storing: Promise<void> | null = null;
  private failure: { readonly reason: unknown } | null = null;

  /**
   * @param store what it throws ends the queue: nothing behind it is stored.
   * @param progress a number that grows while a chunk is being made.
   */
  constructor(
    private readonly store: (chunks: readonly Chunk[]) => Promise<void>,
    private readonly progress: () => number,
  ) {}

  /** Waits where enough wait already. @throws what `store` threw for an earlier chunk. */
  async push(chunk: Chunk): Promise<void> {
    this.throwFailure();
    this.waiting.push(chunk);
    this.storing ??= this.storeWaiting();
    if (this.waiting.length >= MAX_TOGETHER) await this.storing;
    this.throwFailure();
  }

  /** Waits until all are stored. @throws what `store` threw. */
  async drain(): Promise<void> {
    while (this.storing !== null) await this.storing;
    this.throwFailure();
  }

  /** Never rejects: whoever pushes or drains next is told. */
  private async storeWaiting(): Promise<void> {
    if (this.waiting.length < MAX_TOGETHER) await this.whileMoreCome();
    const chunks = this.waiting;
    this.waiting = [];
    try {
      await this.store(chunks);
    } catch (reason) {
      this.failure = { reason };
      this.waiting = [];
    }
    this.storing = this.waiting.length > 0 ? this.storeWaiting() : null;
  }

  /** A sender that falls silent finds its whole chunks stored. */
  private async whileMoreCome(): Promise<void> {
    let before = this.progress();
    for (let quiet = 0; quiet < QUIET_TURNS && this.waiting.length < MAX_TOGETHER; quiet++) {
      await nextTurn();
      if (this.progress() !== before) quiet = 0;
      before = this.progress();
    }
  }

  private throwFailure(): void {
    if (this.failure !== null) throw this.failure.reason;
  }
}
