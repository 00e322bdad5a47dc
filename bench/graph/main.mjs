import { databases } from './databases.mjs';
import { answerOf, measure } from './drive.mjs';
import { readOptions } from './options.mjs';
import { startPeers } from './peers.mjs';
import { report, summarize } from './report.mjs';
import { seed } from './seed.mjs';
import { workItems } from './work.mjs';

const WARM_UP_SECONDS = 1;

async function assertSameAnswers(peers, items) {
  for (const item of items) {
    const answers = (await Promise.all(peers.map((peer) => answerOf(peer, item)))).filter(
      (answer) => answer !== null,
    );
    if (new Set(answers).size !== 1)
      throw new Error(`the peers differ in "${item.name}":\n${answers.join('\n')}`);
  }
}

/** Peers in turns, so that whatever else the machine does meets all of them alike. */
async function measureRound(peers, items, seconds) {
  const samples = [];
  for (const item of items) {
    for (const peer of peers) {
      const figures = await measure(peer, item, seconds);
      if (figures !== null) samples.push({ item: item.name, peer: peer.name, ...figures });
    }
  }
  return samples;
}

async function benchmark(database, { rounds, seconds }) {
  const seeded = await seed(database.url);
  const items = workItems(seeded.federationId);
  const peers = await startPeers(database, seeded);
  try {
    await assertSameAnswers(peers, items);
    await measureRound(peers, items, WARM_UP_SECONDS);
    const samples = [];
    for (let round = 1; round <= rounds; round++) {
      console.error(`${database.name}: round ${round} of ${rounds}`);
      samples.push(...(await measureRound(peers, items, seconds)));
    }
    return summarize(samples);
  } finally {
    for (const peer of peers) peer.stop();
  }
}

const options = readOptions(process.env, process.argv);
const results = [];
for await (const database of databases()) {
  try {
    results.push({ database: database.name, ...(await benchmark(database, options)) });
  } finally {
    await database.drop();
  }
}
console.log(options.json ? JSON.stringify({ ...options, results }, null, 2) : report(results, options));
