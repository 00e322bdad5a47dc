import { DomainError, invalidInput } from '../core/errors.js';
import { parseText } from '../core/text.js';
import { MS_PER_DAY } from '../core/time.js';
import { isVariableName, NAME_RULE } from '../core/variable-name.js';
import { MAX_MAGNITUDE } from '../numerics/domain.js';

/** An observation as it comes: its form is checked by the API's types, its content here. */
export interface ObservationInput {
  /** Milliseconds since the epoch. */
  readonly recordedAt: number;
  readonly deviceGroup: string;
  readonly deviceId?: string | null;
  readonly devicePlatform?: string | null;
  readonly metrics?: unknown;
  readonly attributes?: unknown;
}

export interface Observation {
  readonly recordedAt: number;
  readonly deviceGroup: string;
  readonly deviceId: string | null;
  readonly devicePlatform: string | null;
  /** Sorted by name. */
  readonly metrics: readonly (readonly [name: string, value: number])[];
  readonly attributes: readonly (readonly [name: string, value: string])[];
}

export const MAX_METRICS = 64;
export const MAX_ATTRIBUTES = 8;
const MAX_TEXT = 128;

/**
 * Checks one observation.
 * @param place prefixed to the field that an error names: `observations[3]`, `line 17`.
 * @throws BAD_USER_INPUT
 */
export function parseObservation(input: ObservationInput, place: string, now: number): Observation {
  const { recordedAt } = input;
  if (recordedAt > now + MS_PER_DAY)
    throw invalidInput(`${place}.recordedAt`, 'must not be more than a day in the future');
  const metrics = parseMap(input.metrics, [place, 'metrics', MAX_METRICS], parseMetric);
  const attributes = parseMap(input.attributes, [place, 'attributes', MAX_ATTRIBUTES], parseAttribute);
  if (metrics.length + attributes.length === 0)
    throw invalidInput(place, 'must have at least one metric or attribute');
  const both = attributes.find(([name]) => metrics.some(([metric]) => metric === name));
  if (both !== undefined) throw wrongKind(`${place}.attributes.${both[0]}`, both[0], 'numeric');
  return {
    recordedAt,
    deviceGroup: parseText(`${place}.deviceGroup`, input.deviceGroup, { min: 1, max: MAX_TEXT }),
    deviceId: optionalText(`${place}.deviceId`, input.deviceId),
    devicePlatform: optionalText(`${place}.devicePlatform`, input.devicePlatform),
    metrics,
    attributes,
  };
}

/** Absent, or a text as others are: an empty one says nothing and is refused. */
function optionalText(field: string, value: string | null | undefined): string | null {
  return value === null || value === undefined ? null : parseText(field, value, { min: 1, max: MAX_TEXT });
}

/** A name has one kind in a federation: that of its first use. */
export function wrongKind(
  field: string,
  name: string,
  kind: string,
  facts: Readonly<Record<string, unknown>> = {},
): DomainError {
  const requirement = `must not be used so: ${name} is ${kind} in this federation`;
  return new DomainError('BAD_USER_INPUT', `${field} ${requirement}`, {
    field,
    requirement,
    facts: { reason: 'wrong_kind', ...facts },
  });
}

/** Members that are null are absent. @returns the others, sorted by name. */
function parseMap<Value>(
  map: unknown,
  [place, member, max]: readonly [place: string, member: string, max: number],
  parseValue: (value: unknown, field: string) => Value,
): [name: string, value: Value][] {
  if (map === undefined || map === null) return [];
  const field = `${place}.${member}`;
  if (!isMap(map)) throw invalidInput(field, 'must be an object');
  const names = Object.keys(map).filter((name) => map[name] !== null);
  if (names.length > max) throw invalidInput(field, `must have at most ${max} members`);
  if (!names.every(isVariableName)) throw invalidInput(field, NAME_RULE);
  return names.sort().map((name) => [name, parseValue(map[name], `${field}.${name}`)]);
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseMetric(value: unknown, field: string): number {
  if (typeof value === 'number' && Math.abs(value) <= MAX_MAGNITUDE) return value;
  throw invalidInput(field, `must be a number from -${MAX_MAGNITUDE} to ${MAX_MAGNITUDE}`);
}

function parseAttribute(value: unknown, field: string): string {
  if (typeof value !== 'string') throw invalidInput(field, 'must be a string');
  return parseText(field, value, { min: 1, max: MAX_TEXT });
}
