/**
 * All members of a federation send observations at once, each over several connections, as JSON and as lines, with
 * names of variables that are new to everybody, and one batch over two connections at the same time: on SQLite to one
 * process, on MariaDB to two that share its database.
 *
 *   node test/proof/ingest-concurrency.mjs [--turns 40] [--seed N]
 */
import { parseArgs } from 'node:util';
import { Batch } from './support/batch.mjs';
import { Client, createFederation } from './support/client.mjs';
import { findDatabases } from './support/databases.mjs';
import { OPERATOR_KEY, withGateways } from './support/gateway.mjs';
import { runVerify } from './support/ledger-check.mjs';
import { newSeed, randomFrom } from './support/random.mjs';
import { findDifferences, readRecord } from './support/record-check.mjs';
import { Findings, seconds } from './support/report.mjs';

const MEMBERS = 3;
const SIZES = { JSON: 300, lines: 1_500 };
const SHAPE = { groups: 5, perDay: 300 };
/** Of each turn, in each of its batches. */
const FRESH_NAMES = 4;

const { values } = parseArgs({
  options: { turns: { type: 'string', default: '40' }, seed: { type: 'string' } },
});
const turns = Number(values.turns);
const seed = Number(values.seed ?? newSeed());
const random = randomFrom(seed);
const findings = new Findings();
console.log(`${turns} turns of ${MEMBERS} members; seed ${seed}`);
for (const database of await findDatabases())
  await withGateways(database, findings, (made, running) => proveOn(database.name, made, running));
findings.end();

async function proveOn(name, database, running) {
  const operator = new Client(running[0].url, OPERATOR_KEY);
  const federation = await createFederation(operator, 'ingest', MEMBERS - 1);
  operator.close();
  // Each member is connected to each process, and at least twice.
  const connections = federation.members.map(({ key }) =>
    [running.at(0), running.at(-1)].map(({ url }) => new Client(url, key, 2)),
  );
  const start = performance.now();
  const sent = [];
  const verifying = runVerify(database);
  for (let turn = 0; turn < turns; turn++) {
    const batches = federation.members.map((member, i) => batchesOf(member, turn, i));
    const answers = batches.flatMap((ofMember, i) => sendAtOnce(federation.id, connections[i], ofMember));
    findings.add(`${name}, turn ${turn}`, (await Promise.all(answers)).flat());
    sent.push(...batches.flatMap(Object.values));
  }
  const took = seconds(start);
  findings.add(`${name}, verified meanwhile`, await verifying);
  findings.add(`${name}, verified`, await runVerify(database));
  const rows = await readRecord(database, federation.id);
  findings.add(name, findDifferences(sent, rows));
  const clients = connections.flat();
  const resent = clients.reduce((sum, client) => sum + client.resent, 0);
  if (resent > 0) findings.add(name, [`${resent} answers were 503`]);
  for (const client of clients) client.close();
  console.log(
    `${name}: ${running.length} process(es), ${2 * clients.length} connections, ${sent.length} batches, of which ` +
      `${turns * MEMBERS} were sent twice at once; ${rows.length} observations, ${FRESH_NAMES * turns} new names, ${took}`,
  );
}

/** A batch for each connection of a member, of the two forms in turn, and one for both. */
function batchesOf(member, turn, place) {
  const fresh = Array.from({ length: FRESH_NAMES }, (_, i) => `metric_${turn}_${i}`);
  const batch = (kind, form) =>
    new Batch(member, form, {
      ...SHAPE,
      ...{ name: `${kind}-${turn}`, count: SIZES[form], seed: Math.floor(random() * 2 ** 32), fresh },
    });
  const forms = (turn + place) % 2 === 0 ? ['JSON', 'lines'] : ['lines', 'JSON'];
  return { one: batch('one', forms[0]), other: batch('other', forms[1]), both: batch('both', forms[0]) };
}

/** @returns what is wrong with each answer. */
function sendAtOnce(federationId, [first, second], { one, other, both }) {
  const single = async (client, batch) => {
    const { duplicate } = await batch.send(client, federationId);
    return duplicate ? [`${batch.key} was sent once and is a duplicate`] : [];
  };
  const twice = async () => {
    const answers = await Promise.all([first, second].map((client) => both.send(client, federationId)));
    const news = answers.filter(({ duplicate }) => !duplicate).length;
    // Of lines, each sending may have stored some.
    const isFine = both.form === 'JSON' ? news === 1 : news > 0;
    return isFine ? [] : [`${both.key}: ${news} of two answers are the first`];
  };
  return [single(first, one), single(second, other), twice()].map((answered) =>
    answered.catch((error) => [error.message]),
  );
}
