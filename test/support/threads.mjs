/** What the threads of thread-pool.test.ts run. */
export function double(number) {
  return 2 * number;
}

export function fail() {
  throw new TypeError('a defect');
}

export function fillMemory() {
  const kept = [];
  for (;;) kept.push(new Array(1_000).fill(kept.length));
}

export function exit() {
  process.exit(3);
}
