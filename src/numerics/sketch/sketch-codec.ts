import { ByteReader, ByteWriter } from '../bytes.js';
import { MAX_MAGNITUDE, requireCount } from '../domain.js';
import { EMPTY_SKETCH, type Sketch } from './sketch.js';

const VERSION = 1;

const CENTROID = 0;
const ATOM = 1;
/** An atom whose value is an integer of at most 42 bits, which a varint holds in fewer bytes than a double. */
const INTEGER_ATOM = 2;
const KINDS = 4;
const MAX_INTEGER = 2 ** 41;

const SMALLEST_ITEM_BYTES = 2;
/** Of most items; a writer grows where there are longer ones. */
const ITEM_BYTES = 10;

/**
 * The binary form: version (one byte), number of items (varint), then each item: count · 4 + kind (varint) and its value
 * (double; zigzag varint for an atom that is an integer).
 *
 * A digest of continuous data takes about 1.3 kB, an exact list 2.6 kB at most while no value occurs 2^12 times; a digest
 * with many heavy atoms is longer, up to 512 of them ('sketch-codec.test.ts').
 */
export function encodeSketch(sketch: Sketch): Uint8Array {
  const { values, counts, atoms } = sketch;
  const writer = new ByteWriter((values.length + 1) * ITEM_BYTES);
  writer.byte(VERSION);
  writer.varint(values.length);
  for (let i = 0; i < values.length; i++)
    writeItem(writer, { value: values[i] ?? 0, count: counts[i] ?? 0, isAtom: atoms[i] === 1 });
  return writer.finish();
}

/**
 * Reads the binary form, bit for bit what `encodeSketch` was given, in time linear in its length.
 *
 * @throws RangeError when the bytes are not the form of a sketch: another version, too short or too long, a value or a
 * count outside its domain, values not in ascending order.
 */
export function decodeSketch(bytes: Uint8Array): Sketch {
  const reader = new ByteReader(bytes);
  const version = reader.byte();
  if (version !== VERSION) throw new RangeError(`unknown version of a sketch: ${version}`);
  const length = reader.varint();
  if (length > reader.remaining / SMALLEST_ITEM_BYTES) refuse('more items than bytes');
  const sketch = length === 0 ? EMPTY_SKETCH : readSketch(reader, length);
  reader.end();
  return sketch;
}

interface Item {
  readonly value: number;
  readonly count: number;
  readonly isAtom: boolean;
}

function writeItem(writer: ByteWriter, { value, count, isAtom }: Item): void {
  const isInteger = Number.isInteger(value) && Math.abs(value) <= MAX_INTEGER;
  const kind = isAtom ? (isInteger ? INTEGER_ATOM : ATOM) : CENTROID;
  writer.varint(count * KINDS + kind);
  if (kind === INTEGER_ATOM) writer.varint(value < 0 ? -2 * value - 1 : 2 * value);
  else writer.double(value);
}

function readItem(reader: ByteReader): Item {
  const head = reader.varint();
  const kind = head % KINDS;
  const count = requireCount((head - kind) / KINDS);
  if (kind > INTEGER_ATOM) refuse('an unknown kind of item');
  if (kind === CENTROID && count < 2) refuse('a centroid of one value');
  const value = kind === INTEGER_ATOM ? readInteger(reader) : reader.double();
  if (!(Math.abs(value) <= MAX_MAGNITUDE)) refuse('a value outside its domain');
  return { value, count, isAtom: kind !== CENTROID };
}

function readInteger(reader: ByteReader): number {
  const zigzag = reader.varint();
  return zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
}

function readSketch(reader: ByteReader, length: number): Sketch {
  const values = new Float64Array(length);
  const counts = new Float64Array(length);
  const atoms = new Uint8Array(length);
  let previous: Item | undefined;
  let total = 0;
  for (let i = 0; i < length; i++) {
    const item = readItem(reader);
    if (previous !== undefined && !isAscending(previous, item)) refuse('values not in ascending order');
    total = requireCount(total + item.count);
    values[i] = item.value;
    counts[i] = item.count;
    atoms[i] = item.isAtom ? 1 : 0;
    previous = item;
  }
  return { count: total, minimum: values.at(0) ?? NaN, maximum: values.at(-1) ?? NaN, values, counts, atoms };
}

/** Two atoms of one value would be one. */
function isAscending(previous: Item, next: Item): boolean {
  if (previous.isAtom && next.isAtom) return previous.value < next.value;
  return previous.value <= next.value;
}

function refuse(reason: string): never {
  throw new RangeError(`corrupt sketch: ${reason}`);
}
