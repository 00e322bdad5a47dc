import { afterEach, expect, it } from '@jest/globals';
import { mock } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Readiness } from '../../../src/http/readiness.js';

afterEach(() => {
  mock.timers.reset();
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

function timers(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
}

it.each(answers)('of $name', async ({ ask, missing }) => {
  const before = timers();
  expect(await new Readiness(ask).check()).toBe(missing);
  expect(timers()).toBe(before);
});

it('does not wait for a silent database longer than two seconds', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  let answer: string | null | undefined;
  void new Readiness(() => new Promise(() => undefined)).check().then((missing) => (answer = missing));
  mock.timers.tick(1_999);
  await nextTurn();
  expect(answer).toBeUndefined();
  mock.timers.tick(1);
  await nextTurn();
  expect(answer).toBe('the database cannot be reached');
});

it('ends with draining, whatever the database says', async () => {
  const readiness = new Readiness(() => Promise.resolve(false));
  readiness.drain();
  expect(await readiness.check()).toBe('draining');
});
