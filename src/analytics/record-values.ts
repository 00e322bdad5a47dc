import type { SqlValue } from '../db/database.js';
import type { Observation } from './observation-input.js';

/** Columns of the record that an observation itself fills, in their order; the others say whose it is. */
export const RECORD_COLUMNS = [
  'recorded_at',
  'device_group',
  'device_id',
  'device_platform',
  'metrics',
  'attributes',
] as const;

export const RECORD_WIDTH = RECORD_COLUMNS.length;

/** What is stored of an observation. */
export function recordValuesOf(observation: Observation): SqlValue[] {
  const { recordedAt, deviceGroup, deviceId, devicePlatform } = observation;
  const { metrics, attributes } = mapsJsonOf(observation);
  return [recordedAt, deviceGroup, deviceId, devicePlatform, metrics, attributes];
}

export function mapsJsonOf({ metrics, attributes }: Pick<Observation, 'metrics' | 'attributes'>): {
  readonly metrics: string;
  readonly attributes: string;
} {
  return { metrics: objectJson(metrics, numberJson), attributes: objectJson(attributes, JSON.stringify) };
}

/** No name has a character that JSON escapes. */
function objectJson<Value>(
  members: readonly (readonly [name: string, value: Value])[],
  valueJson: (value: Value) => string,
): string {
  let json = '';
  for (const [name, value] of members) json += `${json === '' ? '' : ','}"${name}":${valueJson(value)}`;
  return `{${json}}`;
}

/** To the bit: JSON.stringify would write -0 as 0. */
function numberJson(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
