import type { Clock } from '../core/clock.js';
import { DomainError, invalidInput } from '../core/errors.js';
import { ChunkQueue } from './chunk-queue.js';
import { parseObservation, type Observation, type ObservationInput } from './observation-input.js';

/** Observations of a batch that comes line by line are stored in parts of so many. */
export const CHUNK_SIZE = 1_000;

export interface Ingested {
  readonly batchId: string;
  readonly accepted: number;
  /** Whether the batch was stored before, so that nothing was written now. */
  readonly duplicate: boolean;
}

/** Observations that are stored together or not at all: a batch, or a part of one that comes line by line. */
export interface NumberedChunk {
  /** Its place in the batch, from 0. */
  readonly number: number;
  readonly observations: readonly Observation[];
  /** Of each observation, its line in what was sent; absent where it is known by its index. */
  readonly lines?: readonly number[];
}

export interface StoredChunk {
  /** Observations of it that are stored. */
  readonly accepted: number;
  /** Whether they were stored before. */
  readonly duplicate: boolean;
}

/**
 * A batch of any length, taken line by line and stored in chunks, in their order. What was stored stays when the rest is
 * refused or never comes: the same batch, sent again, goes on from there.
 */
export class OpenBatch {
  private observations: Observation[] = [];
  private lines: number[] = [];
  private number = 0;
  private taken = 0;
  private stored = 0;
  private isDuplicate = true;
  private readonly queue = new ChunkQueue<NumberedChunk>(
    (chunks) => this.storeTogether(chunks),
    () => this.taken,
  );

  /** @param store stores all of the chunks or, when it throws, none. */
  constructor(
    readonly batchId: string,
    private readonly clock: Clock,
    private readonly store: (chunks: readonly NumberedChunk[]) => Promise<readonly StoredChunk[]>,
  ) {}

  /** Observations that are stored, those of earlier sendings included. */
  get accepted(): number {
    return this.stored;
  }

  /**
   * Takes one observation; every thousand are a chunk, which is stored while the next are taken.
   * @param line where it stands in what was sent, from 1.
   * @throws BAD_USER_INPUT naming the line, or one of an earlier chunk; CONFLICT for a chunk that is stored with other
   *   content.
   */
  async add(input: ObservationInput, line: number): Promise<void> {
    this.observations.push(parseObservation(input, `line ${line}`, this.clock.now()));
    this.lines.push(line);
    this.taken++;
    if (this.observations.length === CHUNK_SIZE) await this.closeChunk();
  }

  /** Stores what is left. @throws as `add`; BAD_USER_INPUT when there was no observation at all. */
  async end(): Promise<Ingested> {
    if (this.observations.length > 0) await this.closeChunk();
    await this.settle();
    if (this.stored === 0) throw invalidInput('observations', 'must hold at least one observation');
    return { batchId: this.batchId, accepted: this.stored, duplicate: this.isDuplicate };
  }

  /** Waits until the whole chunks are stored, where nothing more is to come. @throws as `add`. */
  settle(): Promise<void> {
    return this.queue.drain();
  }

  private closeChunk(): Promise<void> {
    const { number, observations, lines } = this;
    this.number++;
    this.observations = [];
    this.lines = [];
    return this.queue.push({ number, observations, lines });
  }

  private async storeTogether(chunks: readonly NumberedChunk[]): Promise<void> {
    try {
      this.count(await this.store(chunks));
    } catch (error) {
      if (chunks.length === 1 || !(error instanceof DomainError)) throw error;
      // One of them is refused, and those before it are to be kept.
      for (const chunk of chunks) this.count(await this.store([chunk]));
    }
  }

  private count(chunks: readonly StoredChunk[]): void {
    for (const { accepted, duplicate } of chunks) {
      this.stored += accepted;
      this.isDuplicate &&= duplicate;
    }
  }
}
