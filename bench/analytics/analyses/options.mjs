import path from 'node:path';

const ROOT = path.join(import.meta.dirname, '../../..');
const USUAL_MILLIONS = '1,5,20';
const USUAL_RUNS = 30;
/** Of SQL, which takes seconds. */
const USUAL_SQL_RUNS = 3;

/** `--millions 1,5,20`, `--fresh` (make the data anew); BENCH_CACHE, BENCH_REPEATS, BENCH_SQL_REPEATS. */
export function readOptions(environment, args) {
  const at = args.indexOf('--millions');
  const millions = (at === -1 ? USUAL_MILLIONS : (args[at + 1] ?? '')).split(',').map(Number);
  if (!millions.every((count) => count >= 0.01 && count <= 1_000))
    throw new Error('--millions must be numbers from 0.01 to 1000 with commas between them');
  return {
    sizes: millions.map((count) => Math.round(count * 1e6)).sort((a, b) => a - b),
    isFresh: args.includes('--fresh'),
    folder: path.resolve(environment.BENCH_CACHE || path.join(ROOT, '.cache/bench-analytics')),
    runs: positive('BENCH_REPEATS', environment.BENCH_REPEATS || USUAL_RUNS),
    sqlRuns: positive('BENCH_SQL_REPEATS', environment.BENCH_SQL_REPEATS || USUAL_SQL_RUNS),
  };
}

function positive(name, text) {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`${name} must be a whole number from 1 up`);
  return value;
}
