import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import path from 'node:path';
import { databases } from '../graph/databases.mjs';
import { makeLedger } from './ledgers.mjs';
import { medianCpuMs, medianMs } from './measure.mjs';

const require = createRequire(import.meta.url);
const { closeCore, createCore } = require('../../dist/src/app.js');
const { loadConfig } = require('../../dist/src/config.js');
const { commandContext } = require('../../dist/src/cli/operator.js');

const SIZES = [10, 1_000, 100_000];
const REPEATS = Number(process.env.BENCH_REPEATS ?? 200);
const DISTINCT_ROUNDS = 1_000;
const WORKER = path.join(import.meta.dirname, '../../dist/src/privacy/tight-epsilon.worker.js');

/** No two calls ask for the same round, so that the whole vector is computed each time. */
function asked(i) {
  return { noiseMultiplier: 1 + (i + 1_000) / 1_000, sampleRate: 0.01, numSteps: 100 };
}

async function measureLedger(core, ctx, federationId, size) {
  const read = async () => (await core.ledgers.findMany(ctx, [federationId]))[0];
  const page = async (args) => {
    const { page } = await core.ledgers.listHistory(ctx, federationId, { first: 25, ...args });
    await core.rounds.figuresOf(
      ctx,
      page.rows.map(({ id }) => id),
    );
  };
  const behind = Buffer.from(JSON.stringify([Math.max(0, size - 25)])).toString('base64url');
  return {
    'estimate (CPU)': await medianCpuMs(REPEATS, async (i) =>
      core.ledgers.estimate(ctx, await read(), asked(i)),
    ),
    'first page of history': await medianMs(REPEATS, () => page({})),
    'last page of history': await medianMs(REPEATS, () => page({ after: behind })),
    'last page by offset': await medianMs(20, () => page({ offset: Math.max(0, size - 25) })),
    record: await medianMs(REPEATS, (i) =>
      core.roundSteps.record(ctx, {
        federationId,
        noiseMultiplier: 1_000 + i,
        sampleRate: 1e-4,
        numSteps: 1,
        alreadyExecuted: false,
        contributions: [],
      }),
    ),
  };
}

async function measureDatabase(database) {
  const core = await createCore(
    loadConfig({
      DATABASE_URL: database.url,
      API_KEY_PEPPER: 'a pepper for the benchmark',
      DEFAULT_EPSILON_BUDGET: '1000000',
      LOG_LEVEL: 'error',
    }),
  );
  const ctx = commandContext(core);
  await core.organizations.create(ctx, { id: 'bench-owner', name: 'Bench Owner' });
  const figures = [];
  for (const size of SIZES) {
    const federationId = await makeLedger(core, ctx, size);
    figures.push([size, await measureLedger(core, ctx, federationId, size)]);
  }
  await closeCore(core);
  return figures;
}

/** Seconds and peak memory of the tighter accountant for a ledger of different rounds, in its worker. */
async function measureTight() {
  const rounds = Array.from({ length: DISTINCT_ROUNDS }, (_, i) => ({
    noiseMultiplier: 0.8 + i / 500,
    sampleRate: 0.001 + i / 1e5,
    steps: 1 + (i % 50),
  }));
  const before = process.memoryUsage().rss;
  let peak = before;
  const watching = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 20);
  const worker = new Worker(WORKER);
  const start = performance.now();
  worker.postMessage({ rounds, delta: 1e-6 });
  await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
  const seconds = (performance.now() - start) / 1_000;
  clearInterval(watching);
  await worker.terminate();
  return { seconds, megabytes: (peak - before) / 2 ** 20 };
}

function printTable(name, figures) {
  const ms = (value) => value.toFixed(3).padStart(12);
  console.log(`\n${name}, medians in ms of ${REPEATS} calls, none like another\n`);
  console.log(
    `${'rounds on the ledger'.padEnd(24)}${figures.map(([size]) => String(size).padStart(12)).join('')}`,
  );
  for (const work of Object.keys(figures[0][1])) {
    console.log(`${work.padEnd(24)}${figures.map(([, values]) => ms(values[work])).join('')}`);
  }
  const [, thousand, most] = figures.map(([, values]) => values['estimate (CPU)']);
  verdict(thousand <= 2, `one estimate at 1,000 rounds takes at most 2 ms of CPU: ${thousand.toFixed(3)} ms`);
  verdict(most <= 1.2 * thousand, `at 100,000 rounds at most 1.2 × that: ${(most / thousand).toFixed(2)} ×`);
}

function verdict(met, text) {
  console.log(`${met ? 'met   ' : 'MISSED'}  ${text}`);
}

for await (const database of databases()) {
  try {
    printTable(database.name, await measureDatabase(database));
  } finally {
    await database.drop();
  }
}
const { seconds, megabytes } = await measureTight();
console.log(
  `\ntight epsilon of ${DISTINCT_ROUNDS} different rounds, in its worker: ${seconds.toFixed(1)} s, ${megabytes.toFixed(0)} MB more than before`,
);
