import { setTimeout as sleep } from 'node:timers/promises';

const [EARLIEST_MS, LATEST_MS] = [20, 400];

/**
 * Lets traffic run and kills the gateway (SIGKILL) at a random moment.
 *
 * @param traffic sends with `run(url)` on its `lanes`.
 * @returns what was wrong before, in words.
 */
export async function killDuring(traffic, gateway, random) {
  const running = traffic.run(gateway.url);
  // A process that has just started is slow to answer first.
  await Promise.race([traffic.lanes.nextAnswer(), running]);
  await sleep(EARLIEST_MS + random() * (LATEST_MS - EARLIEST_MS));
  const ended = gateway.endOf();
  await gateway.kill();
  traffic.lanes.stop();
  return [...ended, ...(await running)];
}

/** The kills of each database, of so many in all. */
export function sharesOf(kills, databases) {
  return databases.map((database, i) => ({ database, share: Math.floor((kills + i) / databases.length) }));
}
