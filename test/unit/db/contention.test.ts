import { describe, expect, it } from '@jest/globals';
import { DomainError } from '../../../src/core/errors.js';
import { isContention, isOutage, isUniqueViolation } from '../../../src/db/dialect.js';
import { retryOnContention, translateOutage } from '../../../src/db/transaction.js';

const withCode = (code: string) => Object.assign(new Error(`the driver says ${code}`), { code });
/** As TypeORM hands on a driver's error. */
const wrapped = (code: string) =>
  Object.assign(new Error('QueryFailedError'), { driverError: withCode(code) });

/** Fails so often before it succeeds, and counts. */
function failing(times: number, error: unknown) {
  const work = {
    attempts: 0,
    run: async (): Promise<string> => {
      work.attempts += 1;
      await Promise.resolve();
      if (work.attempts <= times) throw error;
      return 'done';
    },
  };
  return work;
}

describe('work that another transaction is in the way of', () => {
  it.each([0, 1, 2, 3])('is done where it was in the way %d times', async (times) => {
    const work = failing(times, wrapped('ER_LOCK_DEADLOCK'));
    expect(await retryOnContention(work.run)).toBe('done');
    expect(work.attempts).toBe(times + 1);
  });

  it('is given up after three repeats, with a refusal that asks to come again', async () => {
    const work = failing(4, wrapped('SQLITE_BUSY'));
    await expect(retryOnContention(work.run)).rejects.toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
      retryAfterSeconds: 1,
      cause: { driverError: { code: 'SQLITE_BUSY' } },
    });
    expect(work.attempts).toBe(4);
  });

  it.each([
    wrapped('ER_DUP_ENTRY'),
    withCode('ECONNRESET'),
    new DomainError('CONFLICT', 'no'),
    'a text',
    null,
  ])('is not repeated for anything else: %p', async (error) => {
    const work = failing(1, error);
    await expect(retryOnContention(work.run)).rejects.toBe(error);
    expect(work.attempts).toBe(1);
  });
});

describe('an error of a driver', () => {
  const KINDS = {
    contention: isContention,
    outage: isOutage,
    'unique violation': isUniqueViolation,
  } as const;
  const table: readonly (readonly [keyof typeof KINDS | 'nothing of these', string])[] = [
    ['contention', 'ER_LOCK_DEADLOCK'],
    ['contention', 'ER_LOCK_WAIT_TIMEOUT'],
    ['contention', 'SQLITE_BUSY'],
    ['contention', 'SQLITE_BUSY_SNAPSHOT'],
    ['contention', 'SQLITE_BUSY_RECOVERY'],
    ['unique violation', 'ER_DUP_ENTRY'],
    ['unique violation', 'SQLITE_CONSTRAINT_UNIQUE'],
    ['unique violation', 'SQLITE_CONSTRAINT_PRIMARYKEY'],
    ['outage', 'ECONNREFUSED'],
    ['outage', 'ECONNRESET'],
    ['outage', 'ETIMEDOUT'],
    ['outage', 'PROTOCOL_CONNECTION_LOST'],
    ['nothing of these', 'SQLITE_CONSTRAINT_FOREIGNKEY'],
    ['nothing of these', 'SQLITE_CONSTRAINT_CHECK'],
    ['nothing of these', 'ER_NO_REFERENCED_ROW_2'],
    ['nothing of these', 'ER_PARSE_ERROR'],
    ['nothing of these', 'SQLITE_ERROR'],
  ];
  it.each(table)('is %s, bare or wrapped: %s', (kind, code) => {
    for (const error of [withCode(code), wrapped(code)]) {
      const found = Object.entries(KINDS).flatMap(([name, is]) => (is(error) ? [name] : []));
      expect(found).toEqual(kind === 'nothing of these' ? [] : [kind]);
    }
  });

  it.each([null, undefined, 'ECONNRESET', 1_213, {}, { driverError: null }, new Error('plain')])(
    'is nothing of these without a code: %p',
    (error) => {
      for (const is of Object.values(KINDS)) expect(is(error)).toBe(false);
    },
  );

  it('that is an outage becomes a refusal that asks to come again, and keeps its cause', () => {
    const error = wrapped('ECONNREFUSED');
    expect(translateOutage(error)).toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
      retryAfterSeconds: 1,
      cause: error,
    });
    expect(String(translateOutage(error))).not.toContain('ECONNREFUSED');
  });

  it('that is none stays what it is', () => {
    for (const error of [wrapped('ER_PARSE_ERROR'), new DomainError('CONFLICT', 'no'), null])
      expect(translateOutage(error)).toBe(error);
  });
});
