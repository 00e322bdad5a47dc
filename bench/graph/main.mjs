import { freshDatabases } from './databases.mjs';
import { answerOf, measure } from './drive.mjs';
import { serve } from './process.mjs';
import { report, summarize } from './report.mjs';
import { seed } from './seed.mjs';
import { workItems } from './work.mjs';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const SECONDS = Number(process.env.BENCH_SECONDS ?? 2);

/** The gateway as an operator would run it: it authenticates, limits, costs and logs; the peers do none of that. */
const GATEWAY = {
  RATE_LIMIT_RPM: '1000000',
  GRAPHQL_COST_PER_MINUTE: '1000000000',
  LOG_LEVEL: 'warn',
  PORT: '0',
  HOST: '127.0.0.1',
};

async function startPeers(database, { key, federationId }) {
  const environment = { DATABASE_URL: database.url, FEDERATION_ID: federationId };
  const peer = async (kind, name, script, more = {}) => ({
    kind,
    name,
    ...(await serve(script, { ...environment, ...more })),
  });
  return [
    { ...(await peer('gateway', 'gateway', 'dist/src/main.js', GATEWAY)), key },
    await peer('graphql', 'Yoga', 'bench/graph/peers/yoga.mjs'),
    await peer('graphql', 'Mercurius', 'bench/graph/peers/mercurius.mjs'),
    await peer('graphql', 'Mercurius + JIT', 'bench/graph/peers/mercurius.mjs', { JIT: '1' }),
    await peer('floor', 'floor', 'bench/graph/peers/floor.mjs'),
  ];
}

async function assertSameAnswers(peers, items) {
  for (const item of items) {
    const answers = (await Promise.all(peers.map((peer) => answerOf(peer, item)))).filter(
      (answer) => answer !== null,
    );
    if (new Set(answers).size !== 1)
      throw new Error(`the peers differ in "${item.name}":\n${answers.join('\n')}`);
  }
}

async function benchmark(database) {
  const seeded = await seed(database.url);
  const items = workItems(seeded.federationId);
  const peers = await startPeers(database, seeded);
  try {
    await assertSameAnswers(peers, items);
    const samples = [];
    // Round 0 warms up and is not counted.
    for (let round = 0; round <= ROUNDS; round++) {
      for (const item of items) {
        for (const peer of peers) {
          const figures = await measure(peer, item, round === 0 ? 1 : SECONDS);
          if (figures !== null && round > 0) samples.push({ item: item.name, peer: peer.name, ...figures });
        }
      }
    }
    return summarize(samples);
  } finally {
    for (const peer of peers) peer.stop();
    await database.drop();
  }
}

const results = [];
for (const database of await freshDatabases())
  results.push({ database: database.name, rows: await benchmark(database) });
console.log(
  process.argv.includes('--json')
    ? JSON.stringify(results, null, 2)
    : report(results, { rounds: ROUNDS, seconds: SECONDS }),
);
