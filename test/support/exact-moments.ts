/** Exact arithmetic on doubles, as integers in units of 2^-1074, for tests. */
const UNIT_EXPONENT = 1074n;

/** value · 2^1074, an integer for each finite double. */
export function toUnits(value: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const exponent = (bits >> 52n) & 0x7ffn;
  const fraction = bits & 0xfffffffffffffn;
  const magnitude = exponent === 0n ? fraction : (fraction | (1n << 52n)) << (exponent - 1n);
  return bits >> 63n === 1n ? -magnitude : magnitude;
}

export interface ExactMoments {
  /** n · mean, in units of 2^-1074. */
  readonly sum: bigint;
  /** n · M2, in units of 2^-2148. */
  readonly scaledSquares: bigint;
  readonly count: bigint;
}

export function exactMoments(values: readonly number[]): ExactMoments {
  const units = values.map(toUnits);
  const count = BigInt(values.length);
  const sum = units.reduce((total, unit) => total + unit, 0n);
  const squares = units.reduce((total, unit) => total + unit * unit, 0n);
  return { sum, scaledSquares: count * squares - sum * sum, count };
}

/** |high + low - mean|, and that of M2, as doubles; M2 relative to itself. */
export function errorsOf(
  exact: ExactMoments,
  mean: { high: number; low: number },
  squaredDeviations: { high: number; low: number },
): { mean: number; squaredDeviations: number } {
  const meanError = exact.count * (toUnits(mean.high) + toUnits(mean.low)) - exact.sum;
  const squares = (toUnits(squaredDeviations.high) + toUnits(squaredDeviations.low)) << UNIT_EXPONENT;
  const squaresError = exact.count * squares - exact.scaledSquares;
  return {
    mean: ratio(meanError, exact.count << UNIT_EXPONENT),
    squaredDeviations: squaresError === 0n ? 0 : ratio(squaresError, exact.scaledSquares),
  };
}

/** |numerator / denominator|, to about 30 bits. */
function ratio(numerator: bigint, denominator: bigint): number {
  const top = numerator < 0n ? -numerator : numerator;
  const shift = denominator.toString(2).length - top.toString(2).length + 32;
  const quotient = shift >= 0 ? (top << BigInt(shift)) / denominator : (top >> BigInt(-shift)) / denominator;
  return Number(quotient) * 2 ** -shift;
}
