import {
  CHUNK_SIZE,
  mapsJsonOf,
  NOTHING_READ,
  parseObservation,
  readBatch,
  readBlock,
  type ReadBatch,
  type ReadBlock,
  type ReadRequest,
} from './analytics/reading.js';
import { refusalOf, type Refusal } from './core/errors.js';
import type { LineBlock } from './http/line-blocks.js';
import { formJson, readBatchForm, readLineForms } from './rest/observation-form.js';

/**
 * What runs in the threads that read observations: the form that REST gives them, and what analytics makes of them.
 * Refusals are data here, since an error loses its class between threads.
 */

const REST_OF = { units: 'none', end: 'kept', loose: 'dropped' } as const;

export interface LinesTask {
  readonly block: LineBlock;
  readonly request: ReadRequest;
}

export function readLines({ block, request }: LinesTask): ReadBlock {
  return readBlock(readLineForms(block), { size: CHUNK_SIZE, rest: REST_OF[block.ending] }, request);
}

export interface BodyTask {
  readonly bytes: Uint8Array;
  readonly request: ReadRequest;
}

export function readBody({ bytes, request }: BodyTask): ReadBatch {
  try {
    const { batchId, observations } = readBatchForm(bytes);
    return { batchId, ...readBatch(observations, request) };
  } catch (error) {
    return { batchId: null, ...NOTHING_READ, refusal: refusalOf(error) };
  }
}

export interface ShortenTask {
  readonly block: LineBlock;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export type Shortened = { readonly bytes: Uint8Array } | { readonly refusal: Refusal };

/** The same lines with nothing in them but what is kept. */
export function shorten({ block, now }: ShortenTask): Shortened {
  let [text, next] = ['', block.firstLine];
  try {
    for (const { input, place, line } of readLineForms(block)) {
      const observation = parseObservation(input, place, now);
      // Blank lines stay, for the numbers of the others.
      text += `${'\n'.repeat(line - next)}${formJson(observation, mapsJsonOf(observation))}\n`;
      next = line + 1;
    }
  } catch (error) {
    return { refusal: refusalOf(error) };
  }
  const count = block.bytes.reduce((sum, byte) => (byte === 0x0a ? sum + 1 : sum), 0);
  return { bytes: Buffer.from(text + '\n'.repeat(block.firstLine + count - next)) };
}
