/**
 * Hundreds of rounds at once, each sent twice, against a budget that fits a known number of them: on SQLite to one
 * process, on MariaDB to two that share its database, each send to another one.
 *
 *   node test/proof/ledger-concurrency.mjs [--rounds 500] [--seed N]
 */
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { Client, createFederation } from './support/client.mjs';
import { findDatabases } from './support/databases.mjs';
import { OPERATOR_KEY, withGateways } from './support/gateway.mjs';
import { findProblems, readLedger, runVerify } from './support/ledger-check.mjs';
import { newSeed, randomFrom, roundId } from './support/random.mjs';
import { Findings, seconds } from './support/report.mjs';

const ROUND = { noise_multiplier: 1, sample_rate: 0.01, num_steps: 1 };
const QUERY = 'noise_multiplier=1&sample_rate=0.01';
const TOTAL_DELTA = 1e-5;
/** Of the rounds that are sent, so many fit. */
const FITTING = 0.4;
/** What each round is to become. The three that reserve send their second step, twice too, when the first is answered. */
const FATES = ['recorded', 'reserved', 'completed', 'cancelled', 'cancelled'];

/** Fewer at once than there are rounds: second steps are to come between the first steps of others. */
const MIXED_LANES = 40;

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '500' }, seed: { type: 'string' } },
});
const rounds = Number(values.rounds);
const seed = Number(values.seed ?? newSeed());
const random = randomFrom(seed);
const findings = new Findings();
console.log(`${rounds} rounds, each sent twice; seed ${seed}`);
for (const database of await findDatabases())
  await withGateways(database, findings, async (made, running) => {
    const urls = running.map(({ url }) => url);
    for (const [run, fateOf] of [
      ['plain', () => 'recorded'],
      ['mixed', () => FATES[Math.floor(random() * FATES.length)]],
    ])
      await proveRun({ database: made, urls, name: `${database.name} ${run}`, run, fateOf });
  });
findings.end();

async function proveRun({ database, urls, name, run, fateOf }) {
  const operator = new Client(urls[0], OPERATOR_KEY);
  const federation = await createFederation(operator, run);
  operator.close();
  const clients = urls.map((url) => new Client(url, federation.key));
  const scene = {
    federation,
    path: `/federations/${federation.id}`,
    first: clients[0],
    second: clients.at(-1),
  };
  const fitting = await setBudgetThatFits(scene, Math.floor(rounds * FITTING));

  const start = performance.now();
  const asked = Array.from({ length: rounds }, (_, i) => ({
    id: roundId(run.slice(0, 1), i),
    fate: fateOf(i),
  }));
  const verifying = runVerify(database);
  const results = await inLanes(run === 'plain' ? rounds : MIXED_LANES, asked, (round) =>
    sendRound(scene, round),
  );
  const took = seconds(start);
  findings.add(`${name}, verified meanwhile`, await verifying);
  findings.add(`${name}, verified`, await runVerify(database));

  const rows = await readLedger(database, federation.id);
  findings.add(name, findProblems(rows, 0));
  findings.add(
    name,
    results.flatMap((result) => problemsOf(result, run === 'plain')),
  );
  findings.add(name, await problemsOfEnd({ scene, rows, results, fitting, isPlain: run === 'plain' }));
  const count = (status) => rows.rounds.filter((row) => row.status === status).length;
  console.log(
    `${name}: ${urls.length} process(es), ${rows.rounds.length} of ${rounds} rounds granted where ${fitting} fit at a time ` +
      `(${count('completed')} completed, ${count('reserved')} reserved, ${count('cancelled')} cancelled), ` +
      `${results.filter(({ steps }) => granted(steps[0].answers) === undefined).length} refused, ` +
      `${clients.reduce((sum, { resent }) => sum + resent, 0)} sends repeated after 503, ${took}`,
  );
  for (const client of clients) client.close();
}

/** Sets a budget in the middle between `count` rounds and one more. @returns how many fit, as the estimate says. */
async function setBudgetThatFits({ first, path }, count) {
  await setBudget(1e6);
  const [epsilon, next] = await Promise.all([estimate(count), estimate(count + 1)]);
  await setBudget((epsilon.projected_epsilon + next.projected_epsilon) / 2);
  const { max_steps_within_budget: fitting } = await estimate(1);
  if (fitting !== count) findings.add('estimate', [`a budget for ${count} rounds fits ${fitting}`]);
  return fitting;

  function setBudget(total) {
    const budget = { total_epsilon_budget: total, total_delta_budget: TOTAL_DELTA };
    return first.ask('PUT', `${path}/privacy/budget`, budget);
  }
  function estimate(steps) {
    return first.ask('GET', `${path}/privacy/estimate?${QUERY}&num_steps=${steps}`);
  }
}

/** Works on everything, on so many at once, and gives the results in the order of what was asked. */
async function inLanes(lanes, asked, work) {
  const results = [];
  const waiting = asked.entries();
  const lane = async () => {
    for (const [index, one] of waiting) results[index] = await work(one);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}

/** A round from its first step to its fate; each step is sent to both processes at once. */
async function sendRound(scene, { id, fate }) {
  const body = { ...ROUND, round_id: id, ...(fate === 'recorded' ? {} : { status: 'reserved' }) };
  const steps = [{ step: 'add', answers: await sendTwice(scene, '', body) }];
  const end = { completed: 'complete', cancelled: 'cancel' }[fate];
  if (end !== undefined && granted(steps[0].answers) !== undefined)
    steps.push({ step: end, answers: await sendTwice(scene, `/${id}/${end}`, {}) });
  return { id, fate, steps };
}

/** The second send has an idempotency key of its own, so that it is executed too, in a transaction around the round's. */
function sendTwice({ first, second, path }, below, body) {
  const target = `${path}/rounds${below}`;
  return Promise.all([
    first.call('POST', target, body),
    second.call('POST', target, body, { 'idempotency-key': randomUUID() }),
  ]);
}

/** The first of the answers that grants. */
function granted(answers) {
  return answers.find(({ status }) => status < 300);
}

/** Every answer is a grant or a refusal for the budget, and both grants of a step are one answer. */
function problemsOf({ id, steps }, isPlain) {
  return steps.flatMap(({ step, answers }) => {
    const problems = [];
    for (const { status, body } of answers) {
      if (status < 300) continue;
      const { would_exceed_budget: exceeds, max_steps_within_budget: fitting } = body.details ?? {};
      // A refusal is honest: at its moment not one round of this kind fitted.
      const isHonest = body.code === 'privacy_budget_exceeded' && exceeds === true && fitting === 0;
      if (step !== 'add' || status !== 409 || !isHonest)
        problems.push(`${id} ${step}: ${status} ${JSON.stringify(body)}`);
    }
    const [one, other] = answers.map(({ status, body }) =>
      status < 300 ? comparable(body, isPlain) : status,
    );
    // A cancellation between the two sends may let the second one in; without any, they are the same.
    const areBoth = answers.every(({ status }) => status < 300);
    if ((isPlain || step !== 'add' || areBoth) && one !== other)
      problems.push(`${id} ${step}: answered ${one} and ${other}`);
    const news = answers.filter(({ status, body }) => status < 300 && !body.duplicate).length;
    if (granted(answers) !== undefined && news !== 1)
      problems.push(`${id} ${step}: ${news} answers are the first`);
    return problems;
  });
}

/** What two answers to one step have in common: cancellations of other rounds change the figures between them. */
function comparable(body, isPlain) {
  const common = { ...body };
  delete common.duplicate;
  if (!isPlain) {
    delete common.epsilon_cost;
    delete common.cumulative_epsilon;
  }
  return JSON.stringify(common);
}

async function problemsOfEnd({ scene, rows, results, fitting, isPlain }) {
  const problems = [];
  const expect = (what, found, wanted) => {
    if (found !== wanted) problems.push(`${what}: ${found} instead of ${wanted}`);
  };
  const stored = new Map(rows.rounds.map((row) => [row.id, row]));
  const grants = results.filter(({ steps }) => granted(steps[0].answers) !== undefined);
  expect('rounds on the ledger', rows.rounds.length, grants.length);
  for (const { id, fate, steps } of grants) {
    const row = stored.get(id);
    expect(`number of ${id}`, row?.round_number, granted(steps[0].answers).body.round_number);
    expect(`status of ${id}`, row?.status, fate === 'recorded' ? 'completed' : fate);
  }
  const counted = rows.rounds.filter(({ status }) => status !== 'cancelled').length;
  if (isPlain) expect('granted rounds', grants.length, fitting);
  if (counted > fitting) problems.push(`${counted} rounds count where ${fitting} fit`);
  const estimate = await scene.second.ask('GET', `${scene.path}/privacy/estimate?${QUERY}&num_steps=1`);
  expect('rounds that still fit', estimate.max_steps_within_budget, fitting - counted);
  const status = await scene.second.ask('GET', `${scene.path}/privacy`);
  if (!(status.current_epsilon_spent <= status.total_epsilon_budget))
    problems.push(`${status.current_epsilon_spent} is spent of ${status.total_epsilon_budget}`);
  expect('tracked rounds', status.rounds_tracked, counted);
  return problems;
}
