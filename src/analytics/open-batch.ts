import type { Clock } from '../core/clock.js';
import { DomainError, errorOf, invalidInput } from '../core/errors.js';
import {
  releaseBlock,
  WHOLE,
  type FoldedPart,
  type FoldPart,
  type ReadBlock,
  type ReadRequest,
} from './read-block.js';

export interface Ingested {
  readonly batchId: string;
  readonly accepted: number;
  /** Whether the batch was stored before, so that nothing was written now. */
  readonly duplicate: boolean;
}

/** Chunks that follow each other in a batch. */
export interface NumberedBlock extends Pick<ReadBlock, 'chunks' | 'fold'> {
  /** The number of its first chunk, counted from 0 through the batch. */
  readonly first: number;
  /** Folds another part of it. */
  readonly foldAgain: (part: FoldPart) => Promise<FoldedPart>;
}

export interface StoredChunk {
  /** Observations of it that are stored. */
  readonly accepted: number;
  /** Whether they were stored before. */
  readonly duplicate: boolean;
}

/** Reads lines in chunks, and the same again for another part of them to fold: they are read at the same time again. */
export type ReadLines<Lines> = (
  lines: Lines,
  request: Pick<ReadRequest, 'now' | 'part'>,
) => Promise<ReadBlock>;

/**
 * A batch of any length, taken in blocks of whole chunks: while one is stored the next is read. What was stored stays when
 * the rest is refused or never comes: the same batch, sent again, goes on from there.
 */
export class OpenBatch<Lines> {
  private number = 0;
  private stored = 0;
  private isDuplicate = true;
  private storing: Promise<void> = Promise.resolve();

  /** @param store stores all of the chunks or, when it throws, none. */
  constructor(
    readonly batchId: string,
    private readonly clock: Clock,
    private readonly read: ReadLines<Lines>,
    private readonly store: (block: NumberedBlock) => Promise<readonly StoredChunk[]>,
  ) {}

  /** Observations that are stored, those of earlier sendings included. */
  get accepted(): number {
    return this.stored;
  }

  /**
   * Takes the next lines. Returns when they are read and what came before is stored.
   * @throws BAD_USER_INPUT naming the line, or one of an earlier block; CONFLICT for a chunk that is stored with other
   *   content.
   */
  async take(lines: Lines): Promise<void> {
    const now = this.clock.now();
    const block = await this.read(lines, { now, part: WHOLE });
    await this.storing;
    this.storing = this.storeBlock(block, async (part) => (await this.read(lines, { now, part })).fold);
    // Whoever takes or ends next is told.
    this.storing.catch(() => undefined);
    if (block.refusal === null) return;
    await this.storing;
    throw errorOf(block.refusal);
  }

  /** Waits until what was taken is stored, where nothing more is to come. @throws as `take`. */
  settle(): Promise<void> {
    return this.storing;
  }

  /** @throws as `take`; BAD_USER_INPUT when there was no observation at all. */
  async end(): Promise<Ingested> {
    await this.settle();
    if (this.stored === 0) throw invalidInput('observations', 'must hold at least one observation');
    return { batchId: this.batchId, accepted: this.stored, duplicate: this.isDuplicate };
  }

  private async storeBlock(block: ReadBlock, foldAgain: NumberedBlock['foldAgain']): Promise<void> {
    try {
      if (block.chunks.length > 0) await this.storeChunks(block, foldAgain);
    } finally {
      releaseBlock(block);
    }
  }

  private async storeChunks(
    { chunks, fold }: ReadBlock,
    foldAgain: NumberedBlock['foldAgain'],
  ): Promise<void> {
    const first = this.number;
    this.number += chunks.length;
    try {
      this.count(await this.store({ chunks, fold, first, foldAgain }));
    } catch (error) {
      if (chunks.length === 1 || !isRefusal(error)) throw error;
      // One of them is refused, and those before it are to be kept.
      await this.storeEach({ chunks, fold, first, foldAgain });
    }
  }

  private async storeEach({ chunks, first, foldAgain }: NumberedBlock): Promise<void> {
    for (const [i, chunk] of chunks.entries()) {
      // Of the block only this chunk: its place there is not its place here.
      const foldThis = (part: FoldPart) => foldAgain({ from: part.from, chunks: [i] });
      const fold = await foldThis(WHOLE);
      this.count(await this.store({ chunks: [chunk], fold, first: first + i, foldAgain: foldThis }));
    }
  }

  private count(chunks: readonly StoredChunk[]): void {
    for (const { accepted, duplicate } of chunks) {
      this.stored += accepted;
      this.isDuplicate &&= duplicate;
    }
  }
}

/** Of what was sent, and not for want of the database. */
function isRefusal(error: unknown): boolean {
  return error instanceof DomainError && error.code !== 'SERVICE_UNAVAILABLE';
}
