import { createHash } from 'node:crypto';
import { errorOf, invalidInput, refusalOf, withFacts, type Refusal } from '../core/errors.js';
import { release } from '../core/release.js';
import type { SqlValue } from '../db/database.js';
import type { MemberKey } from '../federations/index.js';
import { decodeBody, encodeBody } from './cell-body.js';
import { Fold, type Cell } from './fold.js';
import { parseObservation, type Observation, type ObservationInput } from './observation-input.js';
import { pack, unpack, type Packed } from './packed.js';
import { recordValuesOf } from './record-values.js';
import type { SeriesRow } from './series.js';
import type { VariableKind } from './variable.entity.js';

/**
 * Summaries of one day that are made at once. A block has some hundreds; one of 10,000 groups with 64 metrics each has
 * more than there is memory for, and is folded in parts.
 */
const MAX_DAYS = 20_000;
const CELLS_A_PACK = 200;

export const MAX_OBSERVATIONS = 10_000;
/** Observations of a batch that comes line by line are stored in parts of so many. */
export const CHUNK_SIZE = 1_000;

/** An observation as it comes, with the names that its sender knows it by. */
export interface PlacedInput {
  readonly input: ObservationInput;
  /** `observations[3]`, `line 17`. */
  readonly place: string;
  /** Where it stands in what was sent, from 1; null where it is known by its index. */
  readonly line: number | null;
}

/** Which observations of a block are to be folded. */
export interface FoldPart {
  /** The first, counted through all chunks of the block. */
  readonly from: number;
  /** By their index in the block; null for all. */
  readonly chunks: readonly number[] | null;
}

export const WHOLE: FoldPart = { from: 0, chunks: null };

/** How a block is read: plain data, since it may be read in another thread. */
export interface ReadRequest {
  readonly member: MemberKey;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly part: FoldPart;
}

/** The first use of a name in a chunk, in one kind. */
export interface NameUse {
  readonly name: string;
  readonly kind: VariableKind;
  /** Of the observation. */
  readonly place: string;
  readonly line: number | null;
}

/** Observations that are stored together or not at all, as they are stored. */
export interface ReadChunk {
  readonly count: number;
  /** `RECORD_WIDTH` values an observation. */
  readonly values: Packed<readonly SqlValue[]>;
  /** Of the values: equal content is the same chunk. */
  readonly contentHash: string;
  readonly names: readonly NameUse[];
  /** Of its first observation. */
  readonly line: number | null;
}

interface FoldedCell extends Omit<Cell, 'body'> {
  /** In the form in which it is stored. */
  readonly body: Uint8Array;
}

/** Summaries of some observations of a block. */
export interface FoldedPart {
  readonly series: readonly SeriesRow[];
  readonly cells: readonly Packed<readonly FoldedCell[]>[];
  /** The first observation that is in no part yet; null at the end. */
  readonly next: number | null;
}

/** Observations that came together: checked, in the form in which they are stored, and summarized. */
export interface ReadBlock {
  readonly chunks: readonly ReadChunk[];
  readonly fold: FoldedPart;
  /** Of the observation behind the last chunk, which ended the reading. */
  readonly refusal: Refusal | null;
}

/** A batch as a transport has read it; how it reads is the transport's. */
export interface ReadBatch extends ReadBlock {
  readonly batchId: string | null;
}

export const NOTHING_READ: ReadBlock = {
  chunks: [],
  fold: { series: [], cells: [], next: null },
  refusal: null,
};

/**
 * Checks observations and makes them ready to be stored, chunk by chunk. Pure, and the most of the work that ingestion
 * is, so that another thread can do it.
 * @param chunking after how many observations a chunk ends, and what is to be done with those that are left at the end.
 */
export function readBlock(
  inputs: Iterable<PlacedInput>,
  chunking: { readonly size: number; readonly rest: 'kept' | 'dropped' | 'none' },
  { member, now, part }: ReadRequest,
): ReadBlock {
  const fold = new PartFold(member, part);
  const chunks: ReadChunk[] = [];
  let chunk = new ChunkReading();
  const close = () => {
    fold.add(chunk.observations, chunks.length);
    chunks.push(chunk.end());
    chunk = new ChunkReading();
  };
  let refusal: Refusal | null = null;
  try {
    for (const placed of inputs) {
      chunk.add(parsePlaced(placed, now), placed);
      if (chunk.observations.length === chunking.size) close();
    }
    if (chunking.rest === 'kept' && chunk.observations.length > 0) close();
    if (chunking.rest === 'none' && chunk.observations.length > 0)
      throw new Error(`${chunk.observations.length} observations are left behind whole chunks`);
  } catch (error) {
    refusal = refusalOf(error);
  }
  return { chunks, fold: fold.end(), refusal };
}

/**
 * Reads a batch that is taken as a whole.
 * @throws BAD_USER_INPUT for one that is empty or too large.
 */
export function readBatch(observations: readonly ObservationInput[], request: ReadRequest): ReadBlock {
  if (observations.length === 0 || observations.length > MAX_OBSERVATIONS)
    throw invalidInput('observations', `must hold 1 to ${MAX_OBSERVATIONS} observations`);
  const placed = observations.map((input, i) => ({ input, place: `observations[${i}]`, line: null }));
  return readBlock(placed, { size: Infinity, rest: 'kept' }, request);
}

function parsePlaced({ input, place, line }: PlacedInput, now: number): Observation {
  try {
    return parseObservation(input, place, now);
  } catch (error) {
    throw errorOf(withFacts(refusalOf(error), line === null ? {} : { line }));
  }
}

/** A chunk of which the end has not come. */
class ChunkReading {
  readonly observations: Observation[] = [];
  private readonly names: NameUse[] = [];
  private readonly kinds = { numeric: new Set<string>(), categorical: new Set<string>() } as const;
  private line: number | null = null;

  add(observation: Observation, placed: PlacedInput): void {
    if (this.observations.length === 0) this.line = placed.line;
    this.observations.push(observation);
    for (const [name] of observation.metrics) this.meet(name, 'numeric', placed);
    for (const [name] of observation.attributes) this.meet(name, 'categorical', placed);
  }

  end(): ReadChunk {
    const values: SqlValue[] = [];
    for (const observation of this.observations) values.push(...recordValuesOf(observation));
    const contentHash = createHash('sha256').update(values.join('\u0000')).digest('hex');
    const { names, line } = this;
    return { count: this.observations.length, values: pack(values), contentHash, names, line };
  }

  private meet(name: string, kind: VariableKind, { place, line }: PlacedInput): void {
    if (this.kinds[kind].has(name)) return;
    this.kinds[kind].add(name);
    this.names.push({ name, kind, place, line });
  }
}

/** Folds a part of the observations that pass by. */
class PartFold {
  private readonly fold: Fold;
  private passed = 0;
  private next: number | null = null;

  constructor(
    { federationId, orgId }: MemberKey,
    private readonly part: FoldPart,
  ) {
    this.fold = new Fold(federationId, orgId);
  }

  add(observations: readonly Observation[], chunk: number): void {
    const { from, chunks } = this.part;
    const isAsked = chunks === null || chunks.includes(chunk);
    for (const observation of observations) {
      const place = this.passed++;
      if (!isAsked || place < from || this.next !== null) continue;
      if (this.fold.days >= MAX_DAYS) this.next = place;
      else this.fold.add(observation);
    }
  }

  end(): FoldedPart {
    const cells: Packed<readonly FoldedCell[]>[] = [];
    let some: FoldedCell[] = [];
    const close = () => {
      if (some.length > 0) cells.push(pack(some));
      some = [];
    };
    for (const { body, ...cell } of this.fold.cells()) {
      some.push({ ...cell, body: encodeBody(body) });
      if (some.length === CELLS_A_PACK) close();
    }
    close();
    return { series: this.fold.series, cells, next: this.next };
  }
}

/** Each is unpacked when it is asked for. */
export function* cellsOf({ cells }: FoldedPart): Generator<Cell> {
  for (const packed of cells)
    for (const { body, ...cell } of unpack(packed))
      yield { ...cell, body: decodeBody(Buffer.from(body.buffer, body.byteOffset, body.byteLength)) };
}

/** For whoever has stored it. */
export function releaseBlock({ chunks, fold }: Pick<ReadBlock, 'chunks' | 'fold'>): void {
  for (const { values } of chunks) release(values);
  for (const cells of fold.cells) release(cells);
}
