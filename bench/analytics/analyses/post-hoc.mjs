import { figuresOf, timeOf, timesInTurns } from './timing.mjs';
import { POST_HOC } from './work.mjs';

const PAUSE_MS = 5;
const WATCHED_RUNS = 20;

/** All pairs of 20 groups: what whoever asks waits, and what everybody else waits meanwhile. */
export async function measurePostHoc(gateway, runs) {
  const asks = POST_HOC.map((work) => () => gateway.analytics(work));
  // The threads start with the first.
  await timesInTurns(1, asks);
  const times = await timesInTurns(runs, asks);
  const idle = await watch(gateway, () => new Promise((resolve) => setTimeout(resolve, 2_000)));
  const rows = [{ name: 'nothing else', others: idle.others, loop: idle.loop }];
  for (const [i, ask] of asks.entries()) {
    const watched = await watch(gateway, async () => {
      for (let run = 0; run < WATCHED_RUNS; run++) await ask();
    });
    rows.push({ name: POST_HOC[i].name, own: times[i], ...watched });
  }
  return { gateway: gateway.name, rows };
}

/** A train of the least requests beside some work, and the delay of the gateway's event loop by its own metrics. */
async function watch(gateway, work) {
  let isOver = false;
  const others = [];
  // Each scrape begins the histogram of delays anew.
  await gateway.metrics();
  const train = (async () => {
    while (!isOver) {
      others.push(await timeOf(() => gateway.graphql('{ __typename }')));
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  })();
  await work();
  isOver = true;
  await train;
  const metrics = await gateway.metrics();
  const seconds = (name) =>
    Number(new RegExp(`^nodejs_eventloop_lag_${name}_seconds (\\S+)$`, 'm').exec(metrics)[1]);
  return {
    others: figuresOf(others),
    loop: { median: 1e3 * seconds('p50'), p99: 1e3 * seconds('p99'), max: 1e3 * seconds('max') },
  };
}
