import { expect, it } from '@jest/globals';
import { Retries } from '../../../src/cli/import-retry.js';

it('waits twice as long each time, half a minute at most, and gives up', () => {
  const retries = new Retries(7);
  const pauses = Array.from({ length: 8 }, () => retries.next(0, null)?.seconds ?? null);
  expect(pauses).toEqual([1, 2, 4, 8, 16, 30, 30, null]);
});

it('begins anew when an attempt got farther than all before', () => {
  const retries = new Retries(2);
  expect(retries.next(10, null)).toEqual({ seconds: 1, retry: 1 });
  expect(retries.next(10, null)).toEqual({ seconds: 2, retry: 2 });
  expect(retries.next(11, null)).toEqual({ seconds: 1, retry: 1 });
  expect(retries.next(5, null)).toEqual({ seconds: 2, retry: 2 });
  expect(retries.next(5, null)).toBeNull();
});

it('waits as long as it is asked to, but not longer than five minutes', () => {
  expect(new Retries(1).next(0, 300)).toEqual({ seconds: 300, retry: 1 });
  expect(new Retries(1).next(0, 301)).toBeNull();
});

it('can be told not to try again', () => {
  expect(new Retries(0).next(10, null)).toBeNull();
});
