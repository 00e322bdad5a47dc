import { invalidInput } from '../../core/errors.js';
import { parseText } from '../../core/text.js';
import { isVariableName, NAME_RULE } from '../../core/variable-name.js';
import type { GroupBy } from '../group-by.js';
import type { VariableKind } from '../variable.entity.js';

/** Which observations a question is about. */
export interface Filters {
  /** Inclusive; null for the beginning of all time. */
  readonly startTime: number | null;
  /** Exclusive; null for the end of all time. */
  readonly endTime: number | null;
  /** Null for all platforms, and none. */
  readonly devicePlatform: string | null;
  /** Groups with fewer observations are left out; at least 1. */
  readonly minSampleCount: number;
}

/** A member of the question that names something. */
export interface Named {
  readonly field: string;
  readonly name: string;
}

/** What every analysis asks, its form checked and its defaults filled in. */
export interface Question {
  /** One variable, or the two of a table. */
  readonly variables: readonly [Named] | readonly [Named, Named];
  readonly kind: VariableKind;
  /** Null: device groups or members, wherever all that are named are found. */
  readonly groupBy: GroupBy | null;
  /** The groups that are asked about, without repetitions; null for all that have the variables. */
  readonly groups: readonly Named[] | null;
  readonly filters: Filters;
  /** Whether a group that may not be shown is left out and listed, or refused. */
  readonly withheldGroups: 'listed' | 'refused';
}

export interface FilterArguments {
  readonly startTime?: number | null;
  readonly endTime?: number | null;
  readonly devicePlatform?: string | null;
  readonly minSampleCount?: number | null;
}

const MAX_GROUPS = 1_000;
const MAX_TEXT = 128;

/** @throws BAD_USER_INPUT for what no variable can be called. */
export function namedVariable(field: string, name: string): Named {
  if (!isVariableName(name)) throw invalidInput(field, NAME_RULE.replace('names of ', ''));
  return { field, name };
}

export function namedGroup(field: string, id: string): Named {
  return { field, name: parseText(field, id, { min: 1, max: MAX_TEXT }) };
}

/** @throws BAD_USER_INPUT for an empty list, or too long a one. */
export function namedGroups(ids: readonly string[] | null | undefined): readonly Named[] | null {
  if (ids === null || ids === undefined) return null;
  if (ids.length === 0 || ids.length > MAX_GROUPS)
    throw invalidInput('groupIds', `must name 1 to ${MAX_GROUPS} groups, or be absent for all`);
  const names = new Set(ids.map((id) => namedGroup('groupIds', id).name));
  return [...names].map((name) => ({ field: 'groupIds', name }));
}

/** @throws BAD_USER_INPUT outside of (0, 1). */
export function parseLevel(confidenceLevel: number): number {
  if (!(confidenceLevel > 0 && confidenceLevel < 1))
    throw invalidInput('confidenceLevel', 'must be above 0 and below 1');
  return confidenceLevel;
}

export function parseFilters(filters: FilterArguments | null | undefined): Filters {
  const { startTime = null, endTime = null, devicePlatform = null, minSampleCount = null } = filters ?? {};
  if (startTime !== null && endTime !== null && startTime >= endTime)
    throw invalidInput('filters.endTime', 'must be after filters.start_time');
  if (minSampleCount !== null && minSampleCount < 1)
    throw invalidInput('filters.minSampleCount', 'must be 1 or more');
  return {
    startTime,
    endTime,
    devicePlatform:
      devicePlatform === null
        ? null
        : parseText('filters.devicePlatform', devicePlatform, { min: 1, max: MAX_TEXT }),
    minSampleCount: minSampleCount ?? 1,
  };
}

/** Whether the filters leave any observation out. */
export function narrows({ startTime, endTime, devicePlatform }: Filters): boolean {
  return startTime !== null || endTime !== null || devicePlatform !== null;
}
