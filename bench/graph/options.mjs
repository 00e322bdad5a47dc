/** Fewer give no median worth the name; they serve to try the benchmark itself. */
const USUAL_ROUNDS = 5;
const USUAL_SECONDS = 3;

/** BENCH_ROUNDS, BENCH_SECONDS (of each peer and work item in a round) and `--json`. */
export function readOptions(environment, args) {
  return {
    rounds: positive('BENCH_ROUNDS', environment.BENCH_ROUNDS, USUAL_ROUNDS),
    seconds: positive('BENCH_SECONDS', environment.BENCH_SECONDS, USUAL_SECONDS),
    json: args.includes('--json'),
    node: process.version,
  };
}

function positive(name, text, usual) {
  const value = text === undefined || text === '' ? usual : Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`${name} must be a whole number from 1 up`);
  return value;
}
