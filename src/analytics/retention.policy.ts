import { DomainError } from '../core/errors.js';
import { formatTime } from '../core/time.js';
import { dayOf, startOfDay, type Plan } from './buckets.js';

/**
 * The first day that is kept, today. The day on which an observation grows too old is kept whole, so that nothing goes
 * that is younger than `retentionDays`.
 */
export function firstKeptDay(now: number, retentionDays: number): number {
  return dayOf(now) - retentionDays;
}

/**
 * What has expired is known by the day alone.
 * @throws BAD_USER_INPUT naming the end of the window that lies within a day before `firstDay`.
 */
export function assertKept({ raw }: Plan, firstDay: number): void {
  const expired = raw.find(({ start }) => dayOf(start) < firstDay);
  if (expired === undefined) return;
  // A part of a day that begins with the day ends within it.
  const field = expired.start === startOfDay(dayOf(expired.start)) ? 'filters.endTime' : 'filters.startTime';
  const keptFrom = formatTime(startOfDay(firstDay));
  const requirement = `must be the start of a UTC day, or ${keptFrom} or later: single observations from before have expired`;
  throw new DomainError('BAD_USER_INPUT', `${field} ${requirement}`, {
    field,
    requirement,
    facts: { reason: 'raw_expired', kept_from: keptFrom },
  });
}
