import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { findDatabases } from './databases.mjs';
import { newSeed, randomFrom } from './random.mjs';
import { Findings } from './report.mjs';

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

/** Reads `--kills` and `--seed`, which is printed, and divides the kills among the databases that answer. */
export function beginKills() {
  const { values } = parseArgs({
    options: { kills: { type: 'string', default: '50' }, seed: { type: 'string' } },
  });
  const seed = Number(values.seed ?? newSeed());
  const findings = new Findings();
  console.log(`${values.kills} kills; seed ${seed}`);
  /** Runs `proveOn(database, share)` on each, and ends the process with what was found. */
  const prove = async (proveOn) => {
    const databases = await findDatabases();
    for (const [i, database] of databases.entries())
      await proveOn(database, Math.floor((Number(values.kills) + i) / databases.length));
    findings.end();
  };
  return { random: randomFrom(seed), findings, prove };
}
