/**
 * Kills the gateway (SIGKILL) at random moments while members send observations, as JSON and as lines, starts it again,
 * looks whether what was answered is there and everything else whole in its parts, and sends again what was not answered.
 *
 *   node test/proof/ingest-crash.mjs [--kills 50] [--seed N]
 */
import { Client, createFederation } from './support/client.mjs';
import { beginKills, killDuring } from './support/crash.mjs';
import { OPERATOR_KEY, startGateway } from './support/gateway.mjs';
import { IngestTraffic } from './support/ingest-traffic.mjs';
import { runVerify } from './support/ledger-check.mjs';
import { byBatch, findDifferences, readRecord } from './support/record-check.mjs';
import { seconds } from './support/report.mjs';

/** Lines that are committed together. */
const CHUNK = 1_000;

/** When a kill comes behind the first answer, at random. */
const WITHIN_MS = [20, 1_500];

const { random, findings, prove } = beginKills();
await prove(proveOn);

async function proveOn({ name, create }, share) {
  const start = performance.now();
  const database = await create();
  let gateway = await startGateway(database.url);
  try {
    const operator = new Client(gateway.url, OPERATOR_KEY);
    const federation = await createFederation(operator, 'crash');
    operator.close();
    const traffic = new IngestTraffic(federation, random);
    const cut = { JSON: newTally(), lines: newTally() };
    let lastId = 0;
    for (let kill = 1; kill <= share; kill++) {
      const where = `${name}, kill ${kill}`;
      const earlier = traffic.batches.length;
      findings.add(where, await killDuring(traffic, gateway, { random, within: WITHIN_MS }));
      const [verified, started] = await Promise.all([runVerify(database), startGateway(database.url)]);
      gateway = started;
      const sent = traffic.batches.slice(earlier);
      const found = byBatch(await readRecord(database, federation.id, lastId));
      findings.add(where, problemsOfCut(traffic.unanswered, found, cut));
      findings.add(where, lossesOf(sent, traffic.unanswered, found));
      findings.add(`${where}, verified`, verified);
      findings.add(where, await traffic.sendUnanswered(gateway.url));
      const rows = await readRecord(database, federation.id, lastId);
      findings.add(where, findDifferences(sent, rows));
      lastId = rows.at(-1)?.id ?? lastId;
    }
    const rows = await readRecord(database, federation.id);
    findings.add(name, findDifferences(traffic.batches, rows));
    findings.add(`${name}, verified at the end`, await runVerify(database));
    console.log(
      `${name}: ${share} kills, ${traffic.batches.length} batches, ${rows.length} observations; ` +
        `cut off: ${textOf('JSON', cut.JSON)}, ${textOf('lines', cut.lines)}; ${seconds(start)}`,
    );
  } finally {
    await gateway.kill();
    await database.drop();
  }
}

function newTally() {
  return { whole: 0, inPart: 0, not: 0 };
}

function textOf(form, { whole, inPart, not }) {
  const parts = form === 'JSON' ? '' : `${inPart} committed in part, `;
  return `${whole + inPart + not} of ${form} (${whole} committed before the kill, ${parts}${not} not)`;
}

/** What was not answered is there in whole chunks, in the order of its lines, or not at all. */
function problemsOfCut(unanswered, found, cut) {
  return unanswered.flatMap((batch) => {
    const rows = found.get(batch.key) ?? [];
    const { length } = rows;
    const state = length === batch.count ? 'whole' : length === 0 ? 'not' : 'inPart';
    cut[batch.form][state] += 1;
    if (state === 'inPart' && (batch.form === 'JSON' || length % CHUNK > 0))
      return [`${length} of ${batch.count} observations of ${batch.form} ${batch.key} are there`];
    return rows.every(({ device_id: id }, i) => id === `${batch.name}.${i}`)
      ? []
      : [`${batch.key} is there with a hole`];
  });
}

/** What was answered is there before anything is sent again. */
function lossesOf(sent, unanswered, found) {
  const cut = new Set(unanswered);
  const answered = sent.filter((batch) => !cut.has(batch));
  return findDifferences(
    answered,
    answered.flatMap(({ key }) => found.get(key) ?? []),
  );
}
