import { add, divide, doubleAtanh, doubleDouble } from './double-double.js';

/** The largest Rényi order of any list, and so the largest factorial that is needed. */
export const LARGEST_ORDER = 4_096;

/**
 * log(n!) for n = 0 to 4096 as the sum of two doubles, made once: log Γ in doubles would lose five digits of a binomial.
 * By log n = log(n - 1) + 2 · atanh(1 / (2n - 1)), to about 1e-28 of itself.
 */
export const LOG_FACTORIALS: { readonly high: Float64Array; readonly low: Float64Array } = tabulate();

function tabulate(): { high: Float64Array; low: Float64Array } {
  const high = new Float64Array(LARGEST_ORDER + 1);
  const low = new Float64Array(LARGEST_ORDER + 1);
  let logOfN = doubleDouble(0);
  let logFactorial = doubleDouble(0);
  for (let n = 2; n <= LARGEST_ORDER; n++) {
    logOfN = add(logOfN, doubleAtanh(divide(doubleDouble(1), doubleDouble(2 * n - 1))));
    logFactorial = add(logFactorial, logOfN);
    high[n] = logFactorial.high;
    low[n] = logFactorial.low;
  }
  return { high, low };
}
