import {
  add,
  divide,
  doubleDouble,
  log,
  logOfOnePlusExp,
  multiply,
  negate,
  split,
  twoSum,
  type DoubleDouble,
} from './double-double.js';
import { LOG_FACTORIALS } from './log-factorials.js';
import { type SubsampledGaussianStep } from './round.js';

/** A term below e^-45 of the largest one is nothing beside it, even 4096 times. */
const NEGLIGIBLE_LOG = -45;

/** From here expm1(y) is e^y in doubles. */
const LARGE_EXPONENT = 40;

/** For each k, the part of log(term k) that does not depend on the order, as the sum of two doubles. */
interface SharedTerms {
  readonly logRest: DoubleDouble;
  readonly high: Float64Array;
  readonly low: Float64Array;
}

/**
 * log(A - 1) and log A of the integer orders α >= 2, where RDP = log A / (α - 1) and
 *
 *   A - 1 = Σ_{k=2..α} C(α, k) · q^k · (1 - q)^(α - k) · expm1(k(k - 1) / (2σ²))
 *
 * Every term is positive. Their logarithms are summed as pairs of doubles, because up to 1e5 cancels in them.
 *
 * @param step σ in [1e-120, 1e30] and q in [1e-30, 1).
 * @param orders integers from 2 to 4096.
 * @returns log A, in the order of `orders`: infinite only where it exceeds the range of doubles.
 * @see Mironov, Talwar, Zhang 2019 (arXiv 1908.10530), section 3.3; the terms with k = 0 and 1 sum, with the ones that
 *   the -1 in expm1 takes away, to 1, and are left out.
 */
export function logMomentsOfIntegerOrders(step: SubsampledGaussianStep, orders: readonly number[]): number[] {
  const terms = shareTerms(step, Math.max(1, ...orders));
  return orders.map((order) => logMoment(terms, order));
}

function shareTerms({ noiseMultiplier, sampleRate }: SubsampledGaussianStep, largest: number): SharedTerms {
  const logRest = log(twoSum(1, -sampleRate));
  const logOdds = add(log(doubleDouble(sampleRate)), negate(logRest));
  const curvature = divide(
    doubleDouble(0.5),
    multiply(doubleDouble(noiseMultiplier), doubleDouble(noiseMultiplier)),
  );
  const odds = split(logOdds.high);
  const halves = split(curvature.high);
  const high = new Float64Array(largest + 1);
  const low = new Float64Array(largest + 1);
  for (let k = 2; k <= largest; k++) {
    // The products of an integer and half of a double are exact.
    const pairs = k * (k - 1);
    const exponent = twoSum(pairs * halves.high, pairs * halves.low);
    const exponentLow = exponent.low + pairs * curvature.low;
    const weight = twoSum(k * odds.high, k * odds.low);
    const weightLow = weight.low + k * logOdds.low;
    const y = exponent.high;
    // log(expm1(y)) is y + log(1 - e^-y), but for a small y the logarithm of a small number.
    const isSmall = y < 1;
    const linear = isSmall ? 0 : y;
    const correction = isSmall
      ? Math.log(Math.expm1(y)) + exponentLow / y
      : exponentLow + (y < LARGE_EXPONENT ? Math.log1p(-Math.exp(-y)) : 0);
    const first = twoSum(linear, weight.high);
    const second = twoSum(first.high, -(LOG_FACTORIALS.high[k] ?? 0));
    high[k] = second.high;
    low[k] = second.low + first.low + weightLow + correction - (LOG_FACTORIALS.low[k] ?? 0);
  }
  return { logRest, high, low };
}

function logMoment({ logRest, high, low }: SharedTerms, order: number): number {
  const factorials = LOG_FACTORIALS;
  let largest = -Infinity;
  for (let k = 2; k <= order; k++) {
    const term = (high[k] ?? 0) + (low[k] ?? 0) - (factorials.high[order - k] ?? 0);
    if (term > largest) largest = term;
  }
  let sum = 0;
  for (let k = 2; k <= order; k++) {
    const a = high[k] ?? 0;
    const b = -(factorials.high[order - k] ?? 0);
    const term = a + b;
    const distance = term - largest + (low[k] ?? 0);
    if (distance < NEGLIGIBLE_LOG) continue;
    const rest = term - a;
    const error = a - (term - rest) + (b - rest);
    sum += Math.exp(distance + (error - (factorials.low[order - k] ?? 0)));
  }
  const product = multiply(doubleDouble(order), logRest);
  const factorial = { high: factorials.high[order] ?? 0, low: factorials.low[order] ?? 0 };
  const common = add(add(product, factorial), doubleDouble(largest));
  return logOfOnePlusExp(add(common, doubleDouble(Math.log(sum))));
}
