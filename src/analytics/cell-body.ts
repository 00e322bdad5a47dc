import { decodeMoments, encodeMoments, mergeMoments, type Moments } from '../numerics/moments/index.js';
import { decodeSketch, encodeSketch, mergeSketches, type Sketch } from '../numerics/sketch/index.js';

/** What a summary holds besides its count: nothing, the numbers of a metric, or how often each value was named. */
export type CellBody =
  | { readonly kind: 'count' }
  | { readonly kind: 'numeric'; readonly moments: Moments; readonly sketch: Sketch }
  /** `counts` is null where there are more values than a table may have. */
  | { readonly kind: 'categorical'; readonly counts: ReadonlyMap<string, number> | null };

/** Distinct values of a categorical variable that are kept apart. */
export const MAX_VALUES = 100;

/** Between the two values of a pair; no value holds it, since texts have no NUL. */
const SEPARATOR = '\u0000';

export function pairKey(value: string, otherValue: string): string {
  return `${value}${SEPARATOR}${otherValue}`;
}

export function valuesOfKey(key: string): readonly string[] {
  return key.split(SEPARATOR);
}

const VERSION = 1;
const LENGTH_BYTES = 4;
const KINDS = ['count', 'numeric', 'categorical'] as const;

/** The binary form: version, kind, then moments behind their length and the sketch, or the counts as JSON. */
export function encodeBody(body: CellBody): Buffer {
  const head = Buffer.from([VERSION, KINDS.indexOf(body.kind)]);
  if (body.kind === 'count') return head;
  if (body.kind === 'categorical') {
    const counts = body.counts === null ? null : [...body.counts].sort(([a], [b]) => (a < b ? -1 : 1));
    return Buffer.concat([head, Buffer.from(JSON.stringify(counts))]);
  }
  const moments = encodeMoments(body.moments);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(moments.length);
  return Buffer.concat([head, length, moments, encodeSketch(body.sketch)]);
}

/** @throws RangeError for bytes that are no summary of this version. */
export function decodeBody(bytes: Buffer): CellBody {
  if (bytes[0] !== VERSION) throw new RangeError(`unknown version of a summary: ${bytes[0]}`);
  const kind = KINDS[bytes[1] ?? KINDS.length];
  const rest = bytes.subarray(2);
  if (kind === 'count') return { kind };
  if (kind === 'categorical') return { kind, counts: decodeCounts(rest.toString('utf8')) };
  if (kind === undefined || rest.length < LENGTH_BYTES)
    throw new RangeError('a summary of no kind, or cut short');
  const end = LENGTH_BYTES + rest.readUInt32LE();
  const moments = decodeMoments(rest.subarray(LENGTH_BYTES, end));
  return { kind, moments, sketch: decodeSketch(rest.subarray(end)) };
}

function decodeCounts(json: string): ReadonlyMap<string, number> | null {
  const parsed: unknown = JSON.parse(json);
  if (parsed === null) return null;
  if (!Array.isArray(parsed)) throw new RangeError('counts are a list');
  return new Map(parsed.map(readCount));
}

function readCount(entry: unknown): [string, number] {
  if (!Array.isArray(entry)) throw new RangeError('a count is a pair');
  const pair: readonly unknown[] = entry;
  const [key, count] = pair;
  if (typeof key !== 'string' || !(typeof count === 'number' && Number.isSafeInteger(count) && count > 0))
    throw new RangeError('a count is a value and how often it was named');
  return [key, count];
}

/** Summaries of one series over times that do not overlap, as one. @throws TypeError where their kinds differ. */
export function mergeBodies(bodies: readonly [CellBody, ...CellBody[]]): CellBody {
  const [first] = bodies;
  if (bodies.length === 1) return first;
  switch (first.kind) {
    case 'count':
      return first;
    case 'numeric': {
      const parts = bodies.map(asNumeric);
      return {
        kind: 'numeric',
        moments: parts.map(({ moments }) => moments).reduce(mergeMoments),
        sketch: mergeSketches(parts.map(({ sketch }) => sketch)),
      };
    }
    case 'categorical':
      return { kind: 'categorical', counts: mergeCounts(bodies.map(asCategorical)) };
  }
}

function asNumeric(body: CellBody): Extract<CellBody, { kind: 'numeric' }> {
  if (body.kind !== 'numeric') throw new TypeError(`a ${body.kind} summary among numeric ones`);
  return body;
}

function asCategorical(body: CellBody): ReadonlyMap<string, number> | null {
  if (body.kind !== 'categorical') throw new TypeError(`a ${body.kind} summary among categorical ones`);
  return body.counts;
}

function mergeCounts(
  parts: readonly (ReadonlyMap<string, number> | null)[],
): ReadonlyMap<string, number> | null {
  const sum = new Map<string, number>();
  for (const counts of parts) {
    if (counts === null) return null;
    for (const [key, count] of counts) sum.set(key, (sum.get(key) ?? 0) + count);
  }
  return boundedCounts(sum);
}

/** Null where one of the variables has more than `MAX_VALUES` values. */
export function boundedCounts(counts: ReadonlyMap<string, number>): ReadonlyMap<string, number> | null {
  if (counts.size <= MAX_VALUES) return counts;
  const distinct: Set<string>[] = [];
  for (const key of counts.keys()) {
    for (const [place, value] of valuesOfKey(key).entries()) {
      const values = (distinct[place] ??= new Set());
      values.add(value);
      if (values.size > MAX_VALUES) return null;
    }
  }
  return counts;
}
