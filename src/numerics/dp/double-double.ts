/**
 * A number as the unevaluated sum of two doubles, |low| at most half a unit in the last place of high: about 32 digits.
 * Where terms of size 1e5 cancel to a result of size 1, plain doubles would keep eleven digits of it.
 *
 * Sources: Dekker 1971 (splitting and product), Knuth 1969 (sum). Valid while no intermediate over- or underflows:
 * magnitudes from 1e-250 to 1e290.
 */
export interface DoubleDouble {
  readonly high: number;
  readonly low: number;
}

/** 2^27 + 1, which cuts 53 bits into 26 and 26 (Veltkamp). */
const SPLITTER = 134_217_729;

const LOG_2: DoubleDouble = { high: 0.6931471805599453, low: 2.3190468138462996e-17 };

/** Relative to the first one; the terms fall at least ninefold. */
const SMALLEST_TERM = 1e-33;

/** Cuts a double into two of at most 26 bits, whose products with integers below 2^26 are exact. */
export function split(value: number): DoubleDouble {
  const scaled = SPLITTER * value;
  const high = scaled - (scaled - value);
  return { high, low: value - high };
}

/** a + b without error. */
export function twoSum(a: number, b: number): DoubleDouble {
  const high = a + b;
  const rest = high - a;
  return { high, low: a - (high - rest) + (b - rest) };
}

/** a · b without error. */
export function twoProduct(a: number, b: number): DoubleDouble {
  const high = a * b;
  const x = split(a);
  const y = split(b);
  const low = x.low * y.low - (high - x.high * y.high - x.low * y.high - x.high * y.low);
  return { high, low };
}

/** a + b, to about 2^-104 of |a| + |b|. */
export function add(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  const high = twoSum(a.high, b.high);
  return twoSum(high.high, high.low + (a.low + b.low));
}

/** a · b, to about 2^-102 of itself. */
export function multiply(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  const product = twoProduct(a.high, b.high);
  return twoSum(product.high, product.low + (a.high * b.low + a.low * b.high));
}

/** a / b, to about 2^-101 of itself. */
export function divide(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  const first = a.high / b.high;
  const rest = add(a, negate(multiply(b, doubleDouble(first))));
  const second = rest.high / b.high;
  const last = add(rest, negate(multiply(b, doubleDouble(second))));
  return add(twoSum(first, second), doubleDouble(last.high / b.high));
}

export function negate(value: DoubleDouble): DoubleDouble {
  return { high: -value.high, low: -value.low };
}

export function doubleDouble(value: number): DoubleDouble {
  return { high: value, low: 0 };
}

/**
 * Natural logarithm of a positive number, to about 1e-31 of itself:
 *
 *   log(2^e · m) = e · log 2 + 2 · atanh((m - 1) / (m + 1)),  m in [0.70, 1.42]
 */
export function log(value: DoubleDouble): DoubleDouble {
  const exponent = Math.round(Math.log2(value.high));
  const scale = 2 ** -exponent;
  const mantissa = { high: value.high * scale, low: value.low * scale };
  const t = divide(add(mantissa, doubleDouble(-1)), add(mantissa, doubleDouble(1)));
  return add(multiply(LOG_2, doubleDouble(exponent)), doubleAtanh(t));
}

/** 2 · atanh(t) = 2 · (t + t^3 / 3 + t^5 / 5 + …) for |t| <= 1/3, to about 1e-31 of itself. */
export function doubleAtanh(t: DoubleDouble): DoubleDouble {
  const square = multiply(t, t);
  let power = t;
  let sum = t;
  for (let n = 3; Math.abs(power.high) > SMALLEST_TERM * Math.abs(t.high); n += 2) {
    power = multiply(power, square);
    sum = add(sum, divide(power, doubleDouble(n)));
  }
  return { high: 2 * sum.high, low: 2 * sum.low };
}

/** log(1 + e^x) for an x of two doubles, whose low one matters only where e^x is the answer. */
export function logOfOnePlusExp({ high, low }: DoubleDouble): number {
  if (high <= 0) return Math.log1p(Math.exp(high) * (1 + low));
  return high + (low + Math.log1p(Math.exp(-high)));
}
