/** Milliseconds of one call. */
export async function timeOf(act) {
  const start = performance.now();
  await act();
  return performance.now() - start;
}

/** Runs all in turns, so that whatever else the machine does meets them alike. */
export async function timesInTurns(runs, acts) {
  const times = acts.map(() => []);
  for (let i = 0; i < runs; i++)
    for (const [place, act] of acts.entries()) times[place].push(await timeOf(act));
  return times.map(figuresOf);
}

/** Nearest rank. */
export function figuresOf(times) {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (p) => sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)];
  return { median: at(0.5), p95: at(0.95), max: at(1) };
}
