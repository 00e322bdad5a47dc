import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dayOf, FIRST_DAY, planOf, startOfDay } from '../../../src/analytics/buckets.js';
import { assertKept, firstKeptDay } from '../../../src/analytics/retention.policy.js';
import { DomainError } from '../../../src/core/errors.js';

const DAY_MS = 86_400_000;
const KEPT_FROM = dayOf(Date.parse('2026-02-23'));

function refusalOf(start: string | null, end: string | null, firstDay = KEPT_FROM): DomainError | null {
  const [from, to] = [start, end].map((text) => (text === null ? null : Date.parse(text)));
  try {
    assertKept(planOf(from ?? null, to ?? null), firstDay);
    return null;
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
}

it.each([
  ['2026-03-25T00:00:00Z', 30, '2026-02-23'],
  ['2026-03-25T23:59:59.999Z', 30, '2026-02-23'],
  ['2026-03-26T00:00:00Z', 30, '2026-02-24'],
  ['2026-03-01T12:00:00Z', 1, '2026-02-28'],
  ['1970-01-01T12:00:00Z', 1, '1969-12-31'],
])('at %s, %i days are kept from %s on', (now, retentionDays, day) => {
  expect(startOfDay(firstKeptDay(Date.parse(now), retentionDays))).toBe(Date.parse(day));
});

it('expires nothing that is younger than the retention, and everything that is a day older', () => {
  const moment = fc.integer({ min: -1e13, max: 1e13 });
  fc.assert(
    fc.property(moment, moment, fc.integer({ min: 1, max: 36_500 }), (now, recordedAt, retentionDays) => {
      const isExpired = dayOf(recordedAt) < firstKeptDay(now, retentionDays);
      const age = now - recordedAt;
      if (age <= retentionDays * DAY_MS) expect(isExpired).toBe(false);
      if (age >= (retentionDays + 1) * DAY_MS) expect(isExpired).toBe(true);
    }),
  );
});

it.each<readonly [string | null, string | null]>([
  [null, null],
  [null, '2026-01-05'],
  ['2026-01-05', null],
  ['2025-01-01', '2026-01-05'],
  ['2026-02-23', '2026-02-23T00:00:00.001Z'],
  ['2026-02-23T00:00:00.001Z', null],
  ['2026-01-05', '2026-03-01T07:00:00Z'],
  ['1969-12-31', '1970-01-01'],
  // Nothing is in it.
  ['2026-01-05T12:00:00Z', '2026-01-05T11:00:00Z'],
])('answers from %s to %s', (start, end) => {
  expect(refusalOf(start, end)).toBeNull();
});

it.each<readonly [string | null, string | null, string]>([
  ['2026-01-05T12:00:00Z', null, 'filters.startTime'],
  ['2026-01-05T12:00:00Z', '2026-01-07', 'filters.startTime'],
  ['2026-01-05T12:00:00Z', '2026-01-05T13:00:00Z', 'filters.startTime'],
  ['2026-02-22T23:59:59.999Z', '2026-02-23', 'filters.startTime'],
  ['2026-01-05T12:00:00Z', '2026-01-06T13:00:00Z', 'filters.startTime'],
  [null, '2026-01-05T12:00:00Z', 'filters.endTime'],
  ['2026-01-05', '2026-01-05T12:00:00Z', 'filters.endTime'],
  ['2026-01-01', '2026-02-22T23:59:59.999Z', 'filters.endTime'],
  [null, '1969-12-31T12:00:00Z', 'filters.endTime'],
])('refuses from %s to %s because of its %s', (start, end, field) => {
  const refusal = refusalOf(start, end);
  expect(refusal).toMatchObject({
    code: 'BAD_USER_INPUT',
    field,
    message: `${field} must be the start of a UTC day, or 2026-02-23T00:00:00Z or later: single observations from before have expired`,
    facts: { reason: 'raw_expired', kept_from: '2026-02-23T00:00:00Z' },
  });
});

it('refuses nothing where nothing has expired', () => {
  expect(refusalOf('0000-01-01T00:00:00.001Z', '9999-12-31T23:00:00Z', FIRST_DAY)).toBeNull();
});
