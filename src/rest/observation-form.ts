import { DomainError, errorOf, invalidInput, refusalOf, withFacts } from '../core/errors.js';
import { parseTime } from '../core/time.js';
import { parseJsonBody, parseJsonText } from '../http/json-body.js';
import type { LineBlock } from '../http/line-blocks.js';
import { isRecord } from './route.js';

/** An observation as the REST forms carry it: the types of its members are checked, their values not yet. */
export interface FormedObservation {
  readonly recordedAt: number;
  readonly deviceGroup: string;
  readonly deviceId: string | null;
  readonly devicePlatform: string | null;
  readonly metrics: unknown;
  readonly attributes: unknown;
}

/** With the names that its sender knows it by. */
export interface PlacedObservation {
  readonly input: FormedObservation;
  /** `line 17` */
  readonly place: string;
  readonly line: number;
}

/** What is in front of a text stays, so that a line is blank for everybody who looks at it or for nobody. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const BLANK = /^[ \t\r]*$/;

/** The members of a whole batch. @throws BAD_USER_INPUT naming the member. */
export function readBatchForm(bytes: Uint8Array): {
  readonly batchId: string | null;
  readonly observations: readonly FormedObservation[];
} {
  const body = parseJsonBody(bytes);
  if (!isRecord(body)) throw new DomainError('BAD_USER_INPUT', 'the body must be a JSON object');
  const batchId = stringOf(body, 'batch_id', '');
  const observations = memberOf(body, 'observations') ?? absent('observations');
  if (!Array.isArray(observations)) throw invalidInput('observations', 'must be an array');
  return {
    batchId,
    observations: observations.map((value: unknown, i) => {
      if (value === null) throw invalidInput('observations', 'must not contain null');
      if (!isRecord(value)) throw invalidInput(`observations[${i}]`, 'must be an object');
      return readForm(value, `observations[${i}].`);
    }),
  };
}

/**
 * The observations of lines, each read when it is asked for. Lines of nothing but blanks are skipped, as at the end of a
 * file; they count in the numbers of the others. @throws BAD_USER_INPUT naming the line.
 */
export function* readLineForms({
  bytes,
  firstLine,
}: Pick<LineBlock, 'bytes' | 'firstLine'>): Generator<PlacedObservation> {
  let line = firstLine - 1;
  for (const raw of linesOf(bytes)) {
    line += 1;
    const input = readLine(raw, line);
    if (input !== null) yield { input, place: `line ${line}`, line };
  }
}

/** Null for a blank line. */
function readLine(raw: string | Uint8Array, line: number): FormedObservation | null {
  const place = `line ${line}`;
  try {
    const text = typeof raw === 'string' ? raw : textOf(raw);
    if (text === null) throw new DomainError('BAD_USER_INPUT', `${place} must be UTF-8`);
    if (BLANK.test(text)) return null;
    const value = parseJsonText(text, place);
    if (isRecord(value)) return readForm(value, `${place}.`);
    throw new DomainError('BAD_USER_INPUT', `${place} must be a JSON object`);
  } catch (error) {
    throw errorOf(withFacts(refusalOf(error), { line }));
  }
}

/** Without their ends, as texts; where one of them is none, all of them as bytes. */
function* linesOf(bytes: Uint8Array): Generator<string | Uint8Array> {
  const text = textOf(bytes);
  const whole = text ?? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let start = 0;
  for (let end = whole.indexOf('\n'); end !== -1; end = whole.indexOf('\n', start)) {
    yield part(whole, start, end);
    start = end + 1;
  }
  if (start < whole.length) yield part(whole, start, whole.length);
}

function part(whole: string | Buffer, start: number, end: number): string | Uint8Array {
  return typeof whole === 'string' ? whole.slice(start, end) : whole.subarray(start, end);
}

/** Null where it is no UTF-8. */
function textOf(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

function readForm(members: Readonly<Record<string, unknown>>, place: string): FormedObservation {
  return {
    recordedAt: timeOf(members, `${place}recorded_at`),
    deviceGroup: stringOf(members, 'device_group', place) ?? absent(`${place}device_group`),
    deviceId: stringOf(members, 'device_id', place),
    devicePlatform: stringOf(members, 'device_platform', place),
    metrics: memberOf(members, 'metrics'),
    attributes: memberOf(members, 'attributes'),
  };
}

function timeOf(members: Readonly<Record<string, unknown>>, field: string): number {
  const text = memberOf(members, 'recorded_at') ?? absent(field);
  const time = typeof text === 'string' ? parseTime(text) : null;
  if (time === null) throw invalidInput(field, 'must be RFC 3339, for example 2026-11-24T03:00:00Z');
  return time;
}

function stringOf(members: Readonly<Record<string, unknown>>, name: string, place: string): string | null {
  const value = memberOf(members, name);
  if (value === null || typeof value === 'string') return value;
  throw invalidInput(`${place}${name}`, 'must be a string');
}

/** Null means the same as absent. */
function memberOf(members: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(members, name) ? (members[name] ?? null) : null;
}

function absent(field: string): never {
  throw invalidInput(field, 'is required');
}

/** What `readForm` reads, with maps that are JSON already. */
export function formJson(
  { recordedAt, deviceGroup, deviceId, devicePlatform }: Omit<FormedObservation, 'metrics' | 'attributes'>,
  maps: { readonly metrics: string; readonly attributes: string },
): string {
  const texts = { device_group: deviceGroup, device_id: deviceId, device_platform: devicePlatform };
  const members = JSON.stringify({ recorded_at: new Date(recordedAt).toISOString(), ...texts }).slice(0, -1);
  return `${members},"metrics":${maps.metrics},"attributes":${maps.attributes}}`;
}
