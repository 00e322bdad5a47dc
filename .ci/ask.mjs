/**
 * ask.mjs <url> <log> <pid>: waits until the gateway is ready, takes a demo key from what it printed, and asks one
 * GraphQL and one REST question, which must name the same federations. Exit code 1 with the reason otherwise.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const [url, log, pid] = process.argv.slice(2);
const READY_WITHIN_MS = 120_000;

function isRunning() {
  try {
    return process.kill(Number(pid), 0);
  } catch {
    return false;
  }
}

async function waitUntilReady() {
  const deadline = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const answer = await fetch(`${url}/readyz`).catch(() => null);
    if (answer?.ok) return;
    if (!isRunning()) throw new Error('npm start ended before the gateway was ready');
    if (performance.now() > deadline) throw new Error(`not ready after ${READY_WITHIN_MS / 1000} s`);
    await sleep(250);
  }
}

async function ask(path, init = {}) {
  const answer = await fetch(`${url}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    signal: AbortSignal.timeout(10_000),
  });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${text}`);
  return JSON.parse(text);
}

/** The demo data are made while the gateway serves already; the keys are printed behind them. */
async function waitForKey() {
  const deadline = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const printed = /edg_test_[0-9A-Za-z]+/.exec(readFileSync(log, 'utf8'))?.[0];
    if (printed !== undefined) return printed;
    if (!isRunning()) throw new Error('npm start ended before a demo key was printed');
    if (performance.now() > deadline) throw new Error('no demo key was printed');
    await sleep(250);
  }
}

await waitUntilReady();
const key = await waitForKey();

const query = '{ federations(first: 100) { nodes { id name } } }';
const graphql = await ask('/graphql', { method: 'POST', body: JSON.stringify({ query }) });
const rest = await ask('/api/v1/federations');

const ids = (rows) => rows.map((row) => row.id).sort();
const [fromGraphql, fromRest] = [ids(graphql.data.federations.nodes), ids(rest)];
if (fromGraphql.length === 0) throw new Error('the demo key sees no federation');
if (String(fromGraphql) !== String(fromRest)) {
  throw new Error(`GraphQL and REST differ: ${JSON.stringify({ fromGraphql, fromRest })}`);
}
console.log(`GraphQL and REST name the same ${fromRest.length} federations`);
