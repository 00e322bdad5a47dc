import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseJson } from './databases.mjs';
import { runCommand } from './gateway.mjs';

const built = (file) => import(pathToFileURL(path.join(import.meta.dirname, '../../../dist/src', file)).href);
const { rdpVector, renyiOrders } = await built('numerics/dp/index.js');
const { addRdp, encodeRdp } = await built('privacy/rdp-vector.js');

const costs = new Map();

/** Proofs use few different rounds: each is computed once. */
function costOf(
  { noise_multiplier: noiseMultiplier, sample_rate: sampleRate, num_steps: steps },
  ordersVersion,
) {
  const key = [noiseMultiplier, sampleRate, steps, ordersVersion].join();
  const known =
    costs.get(key) ?? rdpVector({ noiseMultiplier, sampleRate, steps }, renyiOrders(ordersVersion));
  costs.set(key, known);
  return known;
}

/** The rows of a federation's ledger as they were at one moment. */
export async function readLedger(database, federationId) {
  const [[ledger], rounds, contributions, audits] = await database.read([
    ['SELECT * FROM privacy_ledgers WHERE federation_id = ?', [federationId]],
    ['SELECT * FROM training_rounds WHERE federation_id = ? ORDER BY round_number', [federationId]],
    ['SELECT round_id FROM round_contributions WHERE federation_id = ?', [federationId]],
    [
      "SELECT action, details FROM audit_entries WHERE resource_id = ? AND action LIKE 'round.%'",
      [federationId],
    ],
  ]);
  return { ledger, rounds, contributions, audits };
}

/**
 * What is wrong in a federation's ledger, in words; empty where nothing is. Recomputed from the rounds in the order of
 * their numbers, bit by bit.
 *
 * @param contributionsOf how many contributions each completed round was sent with.
 */
export function findProblems({ ledger, rounds, contributions, audits }, contributionsOf) {
  const problems = [];
  const expect = (what, found, wanted) => {
    if (found !== wanted) problems.push(`${what}: ${found} instead of ${wanted}`);
  };
  const given = countBy(contributions, (row) => row.round_id);
  const audited = countBy(audits, ({ action, details }) => `${action} ${parseJson(details).round_id}`);
  let sum = new Float64Array(renyiOrders(ledger.orders_version).length);
  let stored = null;
  let [tracked, untracked] = [0, 0];
  for (const [index, round] of rounds.entries()) {
    const name = `round ${round.round_number} (${round.id})`;
    expect(`number of ${name}`, round.round_number, index + 1);
    expect(
      `contributions of ${name}`,
      given.get(round.id) ?? 0,
      round.status === 'completed' ? contributionsOf : 0,
    );
    const wasReserved = round.status !== 'completed' || round.completion_hash !== null;
    const steps = [
      ['record', !wasReserved],
      ['reserve', wasReserved],
      ['complete', wasReserved && round.status === 'completed'],
      ['cancel', round.status === 'cancelled'],
    ];
    for (const [step, isTaken] of steps)
      expect(
        `audit entries of ${name}, ${step}`,
        audited.get(`round.${step} ${round.id}`) ?? 0,
        isTaken ? 1 : 0,
      );
    const isTracked = round.noise_multiplier !== null;
    const isCounted = isTracked && round.status !== 'cancelled';
    expect(`counting of ${name}`, Boolean(round.is_counted), isCounted);
    if (!isTracked) untracked += 1;
    if (!isCounted) {
      expect(`vector before ${name}`, hex(round.previous_rdp), hex(null));
      expect(`vector of ${name}`, hex(round.cumulative_rdp), hex(null));
      continue;
    }
    tracked += 1;
    expect(`vector before ${name}`, hex(round.previous_rdp), hex(stored));
    sum = addRdp(sum, costOf(round, ledger.orders_version));
    stored = encodeRdp(sum);
    expect(`vector of ${name}`, hex(round.cumulative_rdp), hex(stored));
  }
  expect('vector of the ledger', hex(ledger.rdp), hex(stored));
  expect('last number of the ledger', ledger.last_round_number, rounds.length);
  expect('tracked rounds of the ledger', ledger.rounds_tracked, tracked);
  expect('untracked rounds of the ledger', ledger.rounds_untracked, untracked);
  return problems;
}

/** What `gateway verify` finds, in words. */
export async function runVerify(database) {
  const { code, stdout, stderr } = await runCommand(database.url, ['verify', '--json']);
  return code === 0 ? [] : [`gateway verify ended with ${code}: ${stdout}${stderr}`];
}

function countBy(rows, keyOf) {
  const counts = new Map();
  for (const row of rows) counts.set(keyOf(row), (counts.get(keyOf(row)) ?? 0) + 1);
  return counts;
}

const hex = (bytes) => bytes?.toString('hex') ?? 'none';
