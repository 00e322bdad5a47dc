import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  dayOf,
  firstDayOf,
  GRANULARITY,
  monthOfDay,
  planOf,
  type BucketRange,
  type Plan,
} from '../../../src/analytics/buckets.js';

const MS_PER_DAY = 86_400_000;
const [YEAR_0, YEAR_10000] = [Date.parse('0000-01-01T00:00:00Z'), Date.parse('+010000-01-01T00:00:00Z')];

function at(text: string | null): number | null {
  return text === null ? null : Date.parse(text);
}

function shown({ buckets, raw }: Plan): string[] {
  return [...buckets.map(shownBuckets), ...raw.map(({ start, end }) => `raw ${iso(start)}..${iso(end)}`)];
}

function shownBuckets({ granularity, first, last }: BucketRange): string {
  if (granularity === GRANULARITY.all) return 'all';
  const [from, to] =
    granularity === GRANULARITY.month ? [firstDayOf(first), firstDayOf(last)] : [first, last];
  const [name, length] = granularity === GRANULARITY.month ? ['month', 7] : ['day', 10];
  return `${name} ${iso(from * MS_PER_DAY).slice(0, length)}..${iso(to * MS_PER_DAY).slice(0, length)}`;
}

function iso(time: number): string {
  return new Date(time).toISOString().replace(/(?:T00:00:00)?\.000Z$/, '');
}

it.each<{ name: string; start: string | null; end: string | null; plan: string[] }>([
  { name: 'all time', start: null, end: null, plan: ['all'] },
  { name: 'one whole day', start: '2026-03-05', end: '2026-03-06', plan: ['day 2026-03-05..2026-03-05'] },
  { name: 'one whole month', start: '2024-02-01', end: '2024-03-01', plan: ['month 2024-02..2024-02'] },
  {
    name: 'a month less a millisecond at its end',
    start: '2024-02-01',
    end: '2024-02-29T23:59:59.999Z',
    plan: ['day 2024-02-01..2024-02-28', 'raw 2024-02-29..2024-02-29T23:59:59.999Z'],
  },
  {
    name: 'days, months, days and both ends',
    start: '2025-11-28T12:00:00Z',
    end: '2026-02-03T06:00:00Z',
    plan: [
      'day 2025-11-29..2025-11-30',
      'month 2025-12..2026-01',
      'day 2026-02-01..2026-02-02',
      'raw 2025-11-28T12:00:00..2025-11-29',
      'raw 2026-02-03..2026-02-03T06:00:00',
    ],
  },
  {
    name: 'a part of one day',
    start: '2026-03-05T10:00:00Z',
    end: '2026-03-05T11:00:00Z',
    plan: ['raw 2026-03-05T10:00:00..2026-03-05T11:00:00'],
  },
  {
    name: 'parts of two days with midnight between them',
    start: '2026-03-05T23:00:00Z',
    end: '2026-03-06T01:00:00Z',
    plan: ['raw 2026-03-05T23:00:00..2026-03-06', 'raw 2026-03-06..2026-03-06T01:00:00'],
  },
  {
    name: 'days of two months, neither whole',
    start: '2026-01-20',
    end: '2026-02-10',
    plan: ['day 2026-01-20..2026-02-09'],
  },
  { name: 'nothing', start: '2026-03-05T10:00:00Z', end: '2026-03-05T10:00:00Z', plan: [] },
  { name: 'a reversed time', start: '2026-03-06', end: '2026-03-05', plan: [] },
  {
    name: 'from a time on',
    start: '9999-12-30T12:00:00Z',
    end: null,
    plan: ['day 9999-12-31..9999-12-31', 'raw 9999-12-30T12:00:00..9999-12-31'],
  },
  {
    name: 'up to a time',
    start: null,
    end: '0000-02-02T00:00:00.001Z',
    plan: [
      'month 0000-01..0000-01',
      'day 0000-02-01..0000-02-01',
      'raw 0000-02-02..0000-02-02T00:00:00.001Z',
    ],
  },
  {
    name: 'the days around 1970',
    start: '1969-12-31T23:00:00Z',
    end: '1970-01-02',
    plan: ['day 1970-01-01..1970-01-01', 'raw 1969-12-31T23:00:00..1970-01-01'],
  },
])('covers $name', ({ start, end, plan }) => {
  expect(shown(planOf(at(start), at(end)))).toEqual(plan);
});

interface Interval {
  readonly start: number;
  readonly end: number;
}

function intervalOf({ granularity, first, last }: BucketRange): Interval {
  const [from, to] =
    granularity === GRANULARITY.month ? [firstDayOf(first), firstDayOf(last + 1)] : [first, last + 1];
  return { start: from * MS_PER_DAY, end: to * MS_PER_DAY };
}

/** Any time, often at the start of a day or a month, or next to it. */
const time = fc
  .tuple(
    fc.oneof(
      fc.integer({ min: YEAR_0, max: YEAR_10000 }),
      fc.integer({ min: Date.UTC(2023, 10), max: Date.UTC(2024, 4) }),
    ),
    fc.constantFrom('any', 'day', 'month'),
    fc.constantFrom(-1, 0, 0, 1),
  )
  .map(([any, start, shift]) => {
    if (start === 'any') return any;
    const day = start === 'month' ? firstDayOf(monthOfDay(dayOf(any))) : dayOf(any);
    return Math.min(YEAR_10000, Math.max(YEAR_0, day * MS_PER_DAY + shift));
  });
const end = fc.option(time, { freq: 8 });

it('covers each moment exactly once, with whole buckets and raw parts of at most two days', () => {
  fc.assert(
    fc.property(end, end, (from, to) => {
      fc.pre(from !== null || to !== null);
      const plan = planOf(from, to);
      const [first, last] = [from ?? YEAR_0, to ?? YEAR_10000];
      const parts = [...plan.buckets.map(intervalOf), ...plan.raw].sort((a, b) => a.start - b.start);
      if (first >= last) {
        expect(parts).toEqual([]);
        return;
      }
      expect([parts[0]?.start, parts.at(-1)?.end]).toEqual([first, last]);
      for (const [i, part] of parts.entries()) {
        expect(part.start).toBeLessThan(part.end);
        if (i > 0) expect(part.start).toBe(parts[i - 1]?.end);
      }
      expect(plan.raw.length).toBeLessThanOrEqual(2);
      for (const { start, end } of plan.raw) {
        expect(dayOf(end - 1)).toBe(dayOf(start));
        expect(end - start).toBeLessThan(MS_PER_DAY);
      }
      // The fewest: one run of months, and beside it no whole month in days.
      expect(plan.buckets.length).toBeLessThanOrEqual(3);
      for (const { granularity, first: one, last: other } of plan.buckets)
        if (granularity === GRANULARITY.day) expect(wholeMonthsIn(one, other)).toBe(0);
    }),
    { numRuns: 5_000, seed: 20_261_124 },
  );
});

function wholeMonthsIn(firstDay: number, lastDay: number): number {
  const after = monthOfDay(lastDay + 1);
  const month = monthOfDay(firstDay);
  const from = firstDayOf(month) === firstDay ? month : month + 1;
  return Math.max(0, after - from);
}
