import type { Clock } from '../core/clock.js';
import { invalidInput } from '../core/errors.js';
import { parseObservation, type Observation, type ObservationInput } from './observation-input.js';

/** Observations of a batch that comes line by line are stored in parts of so many. */
export const CHUNK_SIZE = 1_000;

export interface Ingested {
  readonly batchId: string;
  readonly accepted: number;
  /** Whether the batch was stored before, so that nothing was written now. */
  readonly duplicate: boolean;
}

/** A part of a batch that comes line by line. */
export interface NumberedChunk {
  /** Its place in the batch, from 0. */
  readonly number: number;
  readonly observations: readonly Observation[];
  /** Of each observation, its line in what was sent. */
  readonly lines: readonly number[];
}

/**
 * A batch of any length, taken line by line and stored in chunks, of which it holds one. What was stored stays when
 * the rest is refused or never comes: the same batch, sent again, goes on from there.
 */
export class OpenBatch {
  private observations: Observation[] = [];
  private lines: number[] = [];
  private number = 0;
  private stored = 0;
  private isDuplicate = true;

  constructor(
    readonly batchId: string,
    private readonly clock: Clock,
    private readonly store: (chunk: NumberedChunk) => Promise<{ accepted: number; duplicate: boolean }>,
  ) {}

  /** Observations that are stored, those of earlier sendings included. */
  get accepted(): number {
    return this.stored;
  }

  /**
   * Takes one observation; with every thousandth, a chunk is stored.
   * @param line where it stands in what was sent, from 1.
   * @throws BAD_USER_INPUT naming the line; CONFLICT for a chunk that is stored with other content.
   */
  async add(input: ObservationInput, line: number): Promise<void> {
    this.observations.push(parseObservation(input, `line ${line}`, this.clock.now()));
    this.lines.push(line);
    if (this.observations.length === CHUNK_SIZE) await this.flush();
  }

  /** Stores what is left. @throws as `add`; BAD_USER_INPUT when there was no observation at all. */
  async end(): Promise<Ingested> {
    if (this.observations.length > 0) await this.flush();
    if (this.stored === 0) throw invalidInput('observations', 'must hold at least one observation');
    return { batchId: this.batchId, accepted: this.stored, duplicate: this.isDuplicate };
  }

  private async flush(): Promise<void> {
    const { number, observations, lines } = this;
    const { accepted, duplicate } = await this.store({ number, observations, lines });
    this.stored += accepted;
    this.isDuplicate &&= duplicate;
    this.number++;
    this.observations = [];
    this.lines = [];
  }
}
