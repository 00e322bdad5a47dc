import type { Observation } from './observation-input.js';

/** A row of the record as the database has it: its maps are JSON. */
export interface StoredObservation {
  readonly id: number;
  readonly orgId: string;
  readonly recordedAt: number;
  readonly deviceGroup: string;
  readonly devicePlatform: string | null;
  readonly metrics: string;
  readonly attributes: string;
}

/** What came in, but for the id of the device, which no summary knows. @throws TypeError for a row that nobody sent. */
export function parseStored(row: StoredObservation): Observation {
  const { recordedAt, deviceGroup, devicePlatform } = row;
  return {
    recordedAt,
    deviceGroup,
    deviceId: null,
    devicePlatform,
    metrics: membersOf(row.metrics, isNumber),
    attributes: membersOf(row.attributes, isText),
  };
}

/** The value of one metric, or undefined where it has none. */
export function metricOf({ metrics }: StoredObservation, name: string): number | undefined {
  return memberOf(metrics, name, isNumber);
}

/** The value of one attribute, or undefined where it has none. */
export function attributeOf({ attributes }: StoredObservation, name: string): string | undefined {
  return memberOf(attributes, name, isText);
}

function memberOf<Value>(
  json: string,
  name: string,
  isValue: (value: unknown) => value is Value,
): Value | undefined {
  // Most maps do not have most names, and to look is cheaper than to parse. No name has a character that JSON escapes.
  if (!json.includes(`"${name}":`)) return undefined;
  return membersOf(json, isValue).find(([member]) => member === name)?.[1];
}

/** Sorted by name, which the text is not: an object has names like 10 in front, in the order of their numbers. */
function membersOf<Value>(json: string, isValue: (value: unknown) => value is Value): [string, Value][] {
  const parsed: unknown = JSON.parse(json);
  if (typeof parsed !== 'object' || parsed === null) throw new TypeError('a row of the record without a map');
  return Object.entries(parsed)
    .map(([name, value]: [string, unknown]): [string, Value] => {
      if (!isValue(value)) throw new TypeError(`a row of the record with another kind of ${name}`);
      return [name, value];
    })
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
