/** Median of what a clock says of each call, in milliseconds. The calls differ, so that none is remembered. */
async function median(repeats, act, clock) {
  for (let i = 0; i < repeats; i++) await act(-1 - i);
  const times = [];
  for (let i = 0; i < repeats; i++) {
    const start = clock();
    await act(i);
    times.push(clock() - start);
  }
  times.sort((a, b) => a - b);
  return times[times.length >> 1];
}

/** By the clock on the wall: what a caller waits. */
export function medianMs(repeats, act) {
  return median(repeats, act, () => performance.now());
}

/** Of processor time, user and system, of this process. */
export function medianCpuMs(repeats, act) {
  return median(repeats, act, () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1_000;
  });
}
