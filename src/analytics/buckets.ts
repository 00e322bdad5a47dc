import { MS_PER_DAY } from '../core/time.js';

/** How much time a summary is over. Days and months are those of UTC. */
export const GRANULARITY = { all: 0, month: 1, day: 2 } as const;

export type Granularity = (typeof GRANULARITY)[keyof typeof GRANULARITY];

const NAMES = ['all', 'month', 'day'] as const;

/** Times that can be written down: the years 0 to 9999, as RFC 3339 has them. */
const [EARLIEST, LATEST] = [Date.parse('0000-01-01T00:00:00Z'), Date.parse('9999-12-31T23:59:59.999Z') + 1];

/** No observation is from an earlier one. */
export const FIRST_DAY = dayOf(EARLIEST);

/** Days since 1970-01-01. */
export function dayOf(time: number): number {
  return Math.floor(time / MS_PER_DAY);
}

/** Its first millisecond. */
export function startOfDay(day: number): number {
  return day * MS_PER_DAY;
}

/** Months since January 1970. */
export function monthOfDay(day: number): number {
  const date = new Date(day * MS_PER_DAY);
  return (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth();
}

/** The first day of a month. */
export function firstDayOf(month: number): number {
  return Date.UTC(1970, month, 1) / MS_PER_DAY;
}

export function granularityName(granularity: Granularity): string {
  return NAMES[granularity];
}

/** As people write it: 2026-11-24, 2026-11, all. */
export function bucketName(granularity: Granularity, bucket: number): string {
  if (granularity === GRANULARITY.all) return NAMES[granularity];
  const isMonth = granularity === GRANULARITY.month;
  const date = new Date((isMonth ? firstDayOf(bucket) : bucket) * MS_PER_DAY);
  // A damaged row may have a bucket that no time is in.
  return Number.isNaN(date.getTime()) ? String(bucket) : date.toISOString().slice(0, isMonth ? 7 : 10);
}

/** Buckets of one granularity, both ends included. */
export interface BucketRange {
  readonly granularity: Granularity;
  readonly first: number;
  readonly last: number;
}

/** Raw observations, from `start` to before `end`. */
export interface RawRange {
  readonly start: number;
  readonly end: number;
}

/** What is to be read, each moment of the asked time exactly once. */
export interface Plan {
  readonly buckets: readonly BucketRange[];
  readonly raw: readonly RawRange[];
}

/**
 * Covers a time with the fewest buckets: all of it, whole months, whole days; raw observations only for the parts of days
 * at its two ends.
 * @param start inclusive, null for the beginning of all time.
 * @param end exclusive, null for the end of all time.
 */
export function planOf(start: number | null, end: number | null): Plan {
  if (start === null && end === null)
    return { buckets: [{ granularity: GRANULARITY.all, first: 0, last: 0 }], raw: [] };
  const from = start ?? EARLIEST;
  const to = end ?? LATEST;
  if (from >= to) return { buckets: [], raw: [] };
  // Rounded up, the end of 1969 would be -0.
  const firstWhole = Math.ceil(from / MS_PER_DAY) + 0;
  const endWhole = Math.floor(to / MS_PER_DAY);
  if (firstWhole > endWhole) return { buckets: [], raw: [{ start: from, end: to }] };
  return {
    buckets: wholeDays(firstWhole, endWhole),
    raw: [
      { start: from, end: startOfDay(firstWhole) },
      { start: startOfDay(endWhole), end: to },
    ].filter((range) => range.start < range.end),
  };
}

/** Whole months in the middle, days before and behind them. @param end exclusive. */
function wholeDays(first: number, end: number): BucketRange[] {
  const firstMonth = monthStarting(first);
  const endMonth = monthOfDay(end);
  if (firstMonth >= endMonth) return dayRange(first, end);
  return [
    ...dayRange(first, firstDayOf(firstMonth)),
    { granularity: GRANULARITY.month, first: firstMonth, last: endMonth - 1 },
    ...dayRange(firstDayOf(endMonth), end),
  ];
}

/** The first month that starts on this day or later. */
function monthStarting(day: number): number {
  const month = monthOfDay(day);
  return firstDayOf(month) === day ? month : month + 1;
}

function dayRange(first: number, end: number): BucketRange[] {
  return first < end ? [{ granularity: GRANULARITY.day, first, last: end - 1 }] : [];
}
