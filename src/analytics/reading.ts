/** What the threads that read observations use: they need no database and no schema, and load neither. */
export { parseObservation } from './observation-input.js';
export {
  CHUNK_SIZE,
  NOTHING_READ,
  readBatch,
  readBlock,
  type ReadBatch,
  type ReadBlock,
  type ReadRequest,
} from './read-block.js';
export { mapsJsonOf } from './record-values.js';
