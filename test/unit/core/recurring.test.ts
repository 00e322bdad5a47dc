import { expect, it } from '@jest/globals';
import { Recurring } from '../../../src/core/recurring.js';

/** A promise that the test resolves. */
function latch(): { readonly opened: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

it('works at once, and again behind each pause', async () => {
  const third = latch();
  let runs = 0;
  const recurring = new Recurring(1, () => {
    runs += 1;
    if (runs === 3) third.open();
    return Promise.resolve();
  });
  expect(runs).toBe(1);
  await third.opened;
  await recurring.end();
});

it('never works twice at a time', async () => {
  let [running, most, runs] = [0, 0, 0];
  const fifth = latch();
  const recurring = new Recurring(0, async () => {
    running += 1;
    most = Math.max(most, running);
    await new Promise(setImmediate);
    running -= 1;
    runs += 1;
    if (runs === 5) fifth.open();
  });
  await fifth.opened;
  await recurring.end();
  expect(most).toBe(1);
});

it('ends behind what is under way, which is told, and starts nothing more', async () => {
  const release = latch();
  let [runs, isDone] = [0, false];
  let isTold = (): boolean => false;
  const recurring = new Recurring(0, async (signal) => {
    isTold = () => signal.aborted;
    runs += 1;
    await release.opened;
    isDone = true;
  });
  expect(isTold()).toBe(false);
  const ended = recurring.end();
  expect([isTold(), isDone]).toEqual([true, false]);
  release.open();
  await ended;
  expect(isDone).toBe(true);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(runs).toBe(1);
});

it('does not start what it waits to start when it ends', async () => {
  let runs = 0;
  const recurring = new Recurring(0, () => Promise.resolve(void (runs += 1)));
  await Promise.resolve();
  await recurring.end();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(runs).toBe(1);
});
