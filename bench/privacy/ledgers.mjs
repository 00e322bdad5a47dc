import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { costOf, ORDER_COUNT } = require('../../dist/src/privacy/accountant.js');
const { addRdp, encodeRdp } = require('../../dist/src/privacy/rdp-vector.js');

const ROWS_AT_ONCE = 200;
const AT = Date.UTC(2026, 0, 1);

/** Parameters that recur, as those of a real training do, with a total that stays far below the budget. */
const PARAMETERS = Array.from({ length: 20 }, (_, i) => ({
  noiseMultiplier: 20 + i,
  sampleRate: 0.001,
  steps: 10,
}));

/** Makes a federation whose ledger has so many rounds, by the rows that recording them would have left. */
export async function makeLedger(core, ctx, rounds) {
  const federation = await core.federations.create(ctx, {
    name: `With ${rounds} rounds`,
    orgId: 'bench-owner',
  });
  const costs = PARAMETERS.map(costOf);
  let sum = new Float64Array(ORDER_COUNT);
  await core.db.transaction(async (tx) => {
    for (let first = 1; first <= rounds; first += ROWS_AT_ONCE) {
      const rows = [];
      for (let number = first; number < first + ROWS_AT_ONCE && number <= rounds; number++) {
        const { noiseMultiplier, sampleRate, steps } = PARAMETERS[number % PARAMETERS.length];
        const previous = number === 1 ? null : encodeRdp(sum);
        sum = addRdp(sum, costs[number % PARAMETERS.length]);
        const id = `rnd_${federation.id.slice(-12)}${String(number).padStart(8, '0')}`;
        rows.push([
          id,
          federation.id,
          number,
          noiseMultiplier,
          sampleRate,
          steps,
          previous,
          encodeRdp(sum),
          'f'.repeat(64),
          AT,
          AT,
        ]);
      }
      await tx.query(
        `INSERT INTO training_rounds (id, federation_id, round_number, status, noise_multiplier, sample_rate, num_steps,
          overdrawn, is_counted, previous_rdp, cumulative_rdp, content_hash, recorded_at, completed_at)
          VALUES ${rows.map(() => `(?, ?, ?, 'completed', ?, ?, ?, 0, 1, ?, ?, ?, ?, ?)`).join(', ')}`,
        rows.flat(),
      );
    }
    await tx.query(
      'UPDATE privacy_ledgers SET rdp = ?, rounds_tracked = ?, last_round_number = ?, version = ? WHERE federation_id = ?',
      [encodeRdp(sum), rounds, rounds, rounds, federation.id],
    );
  });
  return federation.id;
}
