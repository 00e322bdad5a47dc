import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Lets traffic run and kills the gateway (SIGKILL) at a random moment.
 *
 * @param traffic sends with `run(url)` on its `lanes`.
 * @param within the earliest and the latest moment behind the first answer, in milliseconds.
 * @returns what was wrong before, in words.
 */
export async function killDuring(traffic, gateway, { random, within }) {
  const running = traffic.run(gateway.url);
  // A process that has just started is slow to answer first.
  await Promise.race([traffic.lanes.nextAnswer(), running]);
  const [earliest, latest] = within;
  await sleep(earliest + random() * (latest - earliest));
  const ended = gateway.endOf();
  await gateway.kill();
  traffic.lanes.stop();
  return [...ended, ...(await running)];
}

/** The kills of each database, of so many in all. */
export function sharesOf(kills, databases) {
  return databases.map((database, i) => ({ database, share: Math.floor((kills + i) / databases.length) }));
}
