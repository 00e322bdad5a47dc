import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { Readiness } from '../../../src/http/readiness.js';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const answers: readonly { name: string; ask: () => Promise<boolean>; missing: string | null }[] = [
  { name: 'a schema that is up to date', ask: () => Promise.resolve(false), missing: null },
  { name: 'an old schema', ask: () => Promise.resolve(true), missing: 'migrations are pending' },
  {
    name: 'no database',
    ask: () => Promise.reject(new Error('ECONNREFUSED')),
    missing: 'the database cannot be reached',
  },
];
it.each(answers)('of $name', async ({ ask, missing }) => {
  expect(await new Readiness(ask).check()).toBe(missing);
  expect(jest.getTimerCount()).toBe(0);
});

it('does not wait for a silent database longer than two seconds', async () => {
  let answer: string | null | undefined;
  void new Readiness(() => new Promise(() => undefined)).check().then((missing) => (answer = missing));
  await jest.advanceTimersByTimeAsync(1_999);
  expect(answer).toBeUndefined();
  await jest.advanceTimersByTimeAsync(1);
  expect(answer).toBe('the database cannot be reached');
});

it('ends with draining, whatever the database says', async () => {
  const readiness = new Readiness(() => Promise.resolve(false));
  readiness.drain();
  expect(await readiness.check()).toBe('draining');
});
