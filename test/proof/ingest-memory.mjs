/**
 * One endless-looking stream of lines to one gateway, made as it is sent and no faster than it is taken, with an eye on
 * the gateway's memory: it must stay under a limit whatever the number of lines. Once as an export has them, each day group
 * by group, and once with all groups mixed, where each thousand lines touch thousands of summaries.
 *
 *   node test/proof/ingest-memory.mjs [--lines 5000000] [--mixed-lines 300000] [--limit-mb 300] [--mixed-limit-mb 400]
 *     [--database SQLite]
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Client, createFederation } from './support/client.mjs';
import { findDatabases } from './support/databases.mjs';
import { OPERATOR_KEY, withGateways } from './support/gateway.mjs';
import { linesOf, observationsOf } from './support/observations.mjs';
import { Findings, seconds } from './support/report.mjs';

const SAMPLE_MS = 500;
const GROUPS = 100;
/** Five million are two months. */
const PER_DAY = 82_000;
const KB_PER_MB = 1024;

const { values } = parseArgs({
  options: {
    lines: { type: 'string', default: '5000000' },
    'mixed-lines': { type: 'string', default: '300000' },
    'limit-mb': { type: 'string', default: '300' },
    // Most of what the heap may grow to before it is collected, with so many small objects.
    'mixed-limit-mb': { type: 'string', default: '400' },
    database: { type: 'string' },
  },
});
const RUNS = [
  { order: 'by group', lines: Number(values.lines), limitMb: Number(values['limit-mb']) },
  { order: 'mixed', lines: Number(values['mixed-lines']), limitMb: Number(values['mixed-limit-mb']) },
];
const findings = new Findings();
console.log(`${GROUPS} groups on 3 platforms, ${PER_DAY} lines a day; 2 metrics and 2 attributes a line`);
for (const database of await findDatabases())
  if (values.database === undefined || values.database === database.name)
    for (const run of RUNS)
      await withGateways({ ...database, gateways: 1 }, findings, (made, [gateway]) =>
        proveRun(`${database.name}, ${run.order}`, made, gateway, run),
      );
findings.end();

async function proveRun(name, database, gateway, { order, lines, limitMb }) {
  const operator = new Client(gateway.url, OPERATOR_KEY);
  const federation = await createFederation(operator, 'memory');
  operator.close();
  const owner = new Client(gateway.url, federation.key);
  const atRest = memoryOf(gateway).now;
  const samples = [];
  let sent = 0;
  const timer = setInterval(() => samples.push({ sent, now: memoryOf(gateway).now }), SAMPLE_MS);
  const start = performance.now();
  const observations = observationsOf({
    name: 'd',
    seed: 1,
    count: lines,
    perDay: PER_DAY,
    groups: GROUPS,
    order,
  });
  const path = `/federations/${federation.id}/observations?batch_id=memory`;
  const { status, body } = await owner
    .stream(path, linesOf(counted(observations)))
    .finally(() => clearInterval(timer));
  const took = performance.now() - start;
  owner.close();
  const { peak } = memoryOf(gateway);
  if (status !== 200 || body.accepted !== lines)
    findings.add(name, [`answered ${status} ${JSON.stringify(body)}`]);
  const [[{ stored }]] = await database.read([
    ['SELECT COUNT(*) AS stored FROM observations WHERE federation_id = ?', [federation.id]],
  ]);
  if (Number(stored) !== lines) findings.add(name, [`${stored} of ${lines} lines are stored`]);
  if (!(peak <= limitMb)) findings.add(name, [`the gateway took ${peak} MB at its peak, over ${limitMb} MB`]);
  console.log(
    `${name}: ${stored} lines in ${seconds(start)}, ${Math.round(lines / (took / 1000))} lines/s; resident memory ` +
      `${atRest} MB at rest, ${peak} MB at its peak; the highest in each tenth of the lines: ${tenths(samples, lines)} MB`,
  );

  function* counted(observations) {
    for (const observation of observations) {
      sent += 1;
      yield observation;
    }
  }
}

function tenths(samples, lines) {
  return Array.from({ length: 10 }, (_, tenth) => {
    const found = samples.filter(({ sent }) => Math.min(9, Math.floor((10 * sent) / lines)) === tenth);
    return found.length === 0 ? '-' : Math.max(...found.map(({ now }) => now));
  }).join(' ');
}

/** In MB, as Linux tells it: now, and the highest since the process began. */
function memoryOf({ pid }) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const field = (name) =>
    Math.round(Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)[1]) / KB_PER_MB);
  return { now: field('VmRSS'), peak: field('VmHWM') };
}
