import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);
const dp = require('../../dist/src/numerics/dp/index.js');
const { distinctRounds } = require('../../dist/src/numerics/dp/pld-round.js');
const { epsilonByLossDistribution } = require('../../dist/src/numerics/dp/pld.js');

const REFERENCE = path.join(import.meta.dirname, '../../test/reference');
const read = (file) => JSON.parse(readFileSync(path.join(REFERENCE, file), 'utf8'));
const { cases } = read('dp.json');
const orders = dp.renyiOrders(dp.RENYI_ORDERS_VERSION);

const round = ({ sigma, q, T }) => ({ noiseMultiplier: sigma, sampleRate: q, steps: T });
const roundsOf = (entry) => (entry.rounds ?? [entry]).map(round);

/** Keeps the largest and the smallest of some relative errors, each with where it is. */
class Worst {
  above = { error: -Infinity, where: '' };
  below = { error: Infinity, where: '' };
  count = 0;

  add(error, where) {
    this.count += 1;
    if (error > this.above.error) this.above = { error, where };
    if (error < this.below.error) this.below = { error, where };
  }
}

const relative = (actual, expected) => (expected === 0 ? actual : (actual - expected) / expected);

function renyi(rounds) {
  const sum = new Float64Array(orders.length);
  for (const one of rounds) dp.rdpVector(one, orders).forEach((cost, i) => (sum[i] += cost));
  return sum;
}

function costs() {
  const worst = new Worst();
  for (const { kind, sigma, q, alpha, rdp } of cases) {
    if (kind !== 'rdp_exact') continue;
    const cost = dp.rdpOfSubsampledGaussian(round({ sigma, q, T: 1 }), alpha);
    worst.add(relative(cost, Number(rdp)), `σ ${sigma} q ${q} α ${alpha}`);
  }
  return worst;
}

function extremes() {
  const worst = new Worst();
  for (const [sigma, q, alpha, rdp] of read('rdp-extremes.json')) {
    const cost = dp.rdpOfSubsampledGaussian(round({ sigma, q, T: 1 }), alpha);
    worst.add(relative(cost, Number(rdp)), `σ ${sigma} q ${q} α ${alpha}`);
  }
  return worst;
}

const nameOf = (entry, delta) =>
  entry.kind === 'single'
    ? `σ ${entry.sigma} q ${entry.q} T ${entry.T} δ ${delta}`
    : `${entry.rounds.length} rounds, δ ${delta}`;

/** `expected` finds the reference of an entry at the index of a delta; nothing where it has none. */
function epsilons(epsilonOf, expected, wanted) {
  const worst = new Worst();
  for (const entry of cases.filter(wanted)) {
    const rounds = roundsOf(entry);
    const answer = epsilonOf(rounds);
    for (const [i, delta] of entry.delta.entries()) {
      const reference = expected(entry, i);
      if (reference === undefined) continue;
      worst.add(relative(answer(delta), reference), nameOf(entry, delta));
    }
  }
  return worst;
}

const byRenyi = (rounds) => {
  const vector = renyi(rounds);
  return (delta) => dp.epsilonFromRdp(vector, orders, delta).epsilon;
};
const byLosses = (rounds) => (delta) => epsilonByLossDistribution(distinctRounds(rounds), delta);
const isLedger = ({ kind }) => kind === 'single' || kind === 'composed';
const isGaussian = ({ exact_gaussian: exact }) => exact !== undefined;
const accounted = ({ rdp_dp_accounting: values }, i) => values[i];
const exact = ({ exact_gaussian: values }, i) => Number(values[i]);
const tight = ({ pld_1e_4: values, pld_1e_4_contaminated_deltas: contaminated = [], delta }, i) =>
  Array.isArray(values) && typeof values[i] === 'number' && !contaminated.includes(delta[i])
    ? values[i]
    : undefined;

const table = [
  ['RDP of one step, against 40 digits', costs],
  ['RDP of one step, harder cases, 60 digits', extremes],
  ['epsilon by RDP, against dp_accounting', () => epsilons(byRenyi, accounted, isLedger)],
  ['epsilon by RDP at q = 1, against the exact Gaussian', () => epsilons(byRenyi, exact, isGaussian)],
  ['PLD at q = 1, against the exact Gaussian', () => epsilons(byLosses, exact, isGaussian)],
  [
    'PLD of composed rounds, against dp_accounting',
    () => epsilons(byLosses, tight, ({ kind }) => kind === 'composed'),
  ],
];

console.log('Largest relative errors above and below the reference, with where they are.\n');
for (const [name, measure] of table) {
  const { count, above, below } = measure();
  console.log(`${name}: ${count} values`);
  console.log(`  above ${above.error.toExponential(2).padStart(10)}  ${above.where}`);
  console.log(`  below ${below.error.toExponential(2).padStart(10)}  ${below.where}`);
}
