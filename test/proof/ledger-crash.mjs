/**
 * Kills the gateway (SIGKILL) at random moments while rounds are recorded, reserved, completed and cancelled, starts it
 * again, and looks whether every answered round is there, whole, and whether the stored sum is that of the rounds.
 *
 *   node test/proof/ledger-crash.mjs [--kills 50] [--seed N]
 */
import { Client, createFederation } from './support/client.mjs';
import { beginKills, killDuring } from './support/crash.mjs';
import { OPERATOR_KEY, startGateway } from './support/gateway.mjs';
import { findProblems, readLedger, runVerify } from './support/ledger-check.mjs';
import { seconds } from './support/report.mjs';
import { Traffic } from './support/traffic.mjs';

/** When a kill comes behind the first answer, at random. */
const WITHIN_MS = [20, 400];

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
    const owner = new Client(gateway.url, federation.key);
    const budget = { total_epsilon_budget: 1e6, total_delta_budget: 1e-5 };
    await owner.ask('PUT', `/federations/${federation.id}/privacy/budget`, budget);
    owner.close();
    const traffic = new Traffic(federation, random);
    let found = 0;
    for (let kill = 1; kill <= share; kill++) {
      const where = `${name}, kill ${kill}`;
      findings.add(where, await killDuring(traffic, gateway, { random, within: WITHIN_MS }));
      gateway = await startGateway(database.url);
      findings.add(where, [...(await problemsOf(database, traffic)), ...(await runVerify(database))]);
      const again = await traffic.sendUnanswered(gateway.url);
      findings.add(where, [...again.problems, ...(await problemsOf(database, traffic))]);
      found += again.found;
    }
    const { rounds } = await readLedger(database, federation.id);
    const { record, reserve, complete, cancel, repeats } = traffic.answered;
    console.log(
      `${name}: ${share} kills, ${rounds.length} rounds; answered: ${record} recorded, ${reserve} reserved, ` +
        `${complete} completed, ${cancel} cancelled; ${repeats} sends were cut off, of which ${found} had been committed; ${seconds(start)}`,
    );
  } finally {
    await gateway.kill();
    await database.drop();
  }
}

async function problemsOf(database, traffic) {
  const rows = await readLedger(database, traffic.federation.id);
  return [...findProblems(rows, traffic.contributions.length), ...traffic.findLosses(rows.rounds)];
}
