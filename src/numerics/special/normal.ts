/**
 * The normal distribution and the complementary error function, with full relative accuracy in the tails.
 *
 * Coefficients: W. J. Cody, "Rational Chebyshev approximations for the error function", Mathematics of
 * Computation 23 (1969), 631-637, in the digits of his program CALERF (netlib.org/specfun/erf).
 */

/** Looked up once: a lookup of `Math` in each turn of the loops costs ten times as much where globals are virtual (jest). */
const { abs, exp, log, log1p, max, trunc } = Math;

const ERF_P = [
  1.85777706184603153e-1, 3.1611237438705656, 113.864154151050156, 377.485237685302021, 3209.37758913846947,
];
const ERF_Q = [1, 23.6012909523441209, 244.024637934444173, 1282.61652607737228, 2844.23683343917062];
const MIDDLE_P = [
  2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594, 66.1191906371416295,
  298.635138197400131, 881.95222124176909, 1712.04761263407058, 2051.07837782607147, 1230.33935479799725,
];
const MIDDLE_Q = [
  1, 15.7449261107098347, 117.693950891312499, 537.181101862009858, 1621.38957456669019, 3290.79923573345963,
  4362.61909014324716, 3439.36767414372164, 1230.33935480374942,
];
const TAIL_P = [
  1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1, 1.25781726111229246e-1,
  1.60837851487422766e-2, 6.58749161529837803e-4,
];
const TAIL_Q = [
  1, 2.56852019228982242, 1.87295284992346725, 5.27905102951428412e-1, 6.05183413124413191e-2,
  2.33520497626869185e-3,
];

const INVERSE_SQRT_PI = 0.5641895835477563;
const INVERSE_SQRT_2PI = 0.3989422804014327;
const LN_2 = Math.LN2;
/** Up to here Cody approximates erf itself. */
const ERF_LIMIT = 0.46875;

function polynomial(coefficients: readonly number[], x: number): number {
  let value = 0;
  for (const coefficient of coefficients) value = value * x + coefficient;
  return value;
}

function erfNearZero(x: number): number {
  const square = x * x;
  return (x * polynomial(ERF_P, square)) / polynomial(ERF_Q, square);
}

function erfcxAwayFromZero(x: number): number {
  if (x <= 4) return polynomial(MIDDLE_P, x) / polynomial(MIDDLE_Q, x);
  const inverseSquare = 1 / (x * x);
  const correction = (inverseSquare * polynomial(TAIL_P, inverseSquare)) / polynomial(TAIL_Q, inverseSquare);
  return (INVERSE_SQRT_PI - correction) / x;
}

/** exp(sign * scale * x^2) without the loss from rounding x^2: x is split at a sixteenth, whose square is exact. */
function expOfSquare(x: number, factor: number): number {
  if (abs(x) > 1e8) return factor < 0 ? 0 : Infinity;
  const head = trunc(x * 16) / 16;
  return exp(factor * head * head) * exp(factor * (x - head) * (x + head));
}

function requireNumber(name: string, x: number): void {
  if (Number.isNaN(x)) throw new RangeError(`${name} must be a number, not NaN`);
}

/**
 * The complementary error function: erfc(x) = 2 / sqrt(pi) * integral from x to infinity of exp(-t^2) dt.
 *
 * @param x any number, infinities included.
 * @returns a value in [0, 2]; relative error below 1e-15 as far as the result is a normal number (x < 26.5),
 * measured in `normal.test.ts` against values of 40 digits.
 * @throws RangeError when x is NaN.
 * @see Cody 1969, equations (1) to (3).
 */
export function erfc(x: number): number {
  requireNumber('x', x);
  if (abs(x) <= ERF_LIMIT) return 1 - erfNearZero(x);
  const upper = expOfSquare(x, -1) * erfcxAwayFromZero(abs(x));
  return x > 0 ? upper : 2 - upper;
}

/**
 * The scaled complementary error function: erfcx(x) = exp(x^2) * erfc(x).
 *
 * @param x any number; below about -26.6 the result is Infinity.
 * @returns a value in [0, Infinity]; relative error below 1e-15, measured in `normal.test.ts`.
 * @throws RangeError when x is NaN.
 * @see Cody 1969.
 */
export function erfcx(x: number): number {
  requireNumber('x', x);
  if (abs(x) <= ERF_LIMIT) return exp(x * x) * (1 - erfNearZero(x));
  if (x > 0) return erfcxAwayFromZero(x);
  return 2 * expOfSquare(x, 1) - erfcxAwayFromZero(-x);
}

/**
 * The standard normal density, exp(-x^2 / 2) / sqrt(2 pi).
 *
 * @param x any number.
 * @returns relative error below 1e-15 where the result is a normal number (|x| < 37), measured in `normal.test.ts`.
 */
export function normalDensity(x: number): number {
  return INVERSE_SQRT_2PI * expOfSquare(x, -0.5);
}

/**
 * The upper tail of the standard normal distribution, 1 - Phi(x) = erfc(x / sqrt(2)) / 2.
 *
 * @param x any number, infinities included.
 * @returns a probability in [0, 1]; relative error below 1e-15 where the result is a normal number (x < 37.5),
 * measured in `normal.test.ts`.
 * @throws RangeError when x is NaN.
 */
export function normalUpperTail(x: number): number {
  requireNumber('x', x);
  const scaled = abs(x) * Math.SQRT1_2;
  if (scaled <= ERF_LIMIT) return 0.5 - 0.5 * erfNearZero(x * Math.SQRT1_2);
  const tail = 0.5 * expOfSquare(x, -0.5) * erfcxAwayFromZero(scaled);
  return x > 0 ? tail : 1 - tail;
}

/**
 * The natural logarithm of the standard normal distribution function, ln Phi(x), without underflow.
 *
 * @param x any number, infinities included.
 * @returns a value in [-Infinity, 0]; relative error below 1e-15 for |x| <= 40, measured in `normal.test.ts`.
 * @throws RangeError when x is NaN.
 */
export function logNormalCdf(x: number): number {
  requireNumber('x', x);
  if (x > -1) return log1p(-normalUpperTail(x));
  if (x === -Infinity) return -Infinity;
  return -0.5 * x * x + log(erfcxAwayFromZero(-x * Math.SQRT1_2)) - LN_2;
}

/**
 * Taylor series of the interval's mass about its middle m, of width w: the odd derivatives drop out, and
 *
 *   Phi(m + w/2) - Phi(m - w/2) = density(m) * w * sum over k of He_2k(m) * (w/2)^(2k) / (2k + 1)!
 *
 * with the Hermite polynomials He of the probabilists. Used for w * max(1, |m|) <= 1/2, where the eighth term
 * is below 1e-17.
 */
function narrowInterval(middle: number, width: number): number {
  const square = (width * width) / 4;
  let hermite = 1;
  let previous = 0;
  let scale = 1;
  let sum = 1;
  for (let order = 0; order < 14; order += 2) {
    const odd = middle * hermite - order * previous;
    const even = middle * odd - (order + 1) * hermite;
    scale *= square / ((order + 2) * (order + 3));
    const term = scale * even;
    sum += term;
    if (scale * (1 + abs(even)) < 1e-18) break;
    previous = odd;
    hermite = even;
  }
  return normalDensity(middle) * width * sum;
}

/**
 * The mass that the standard normal distribution gives to an interval: Phi(upper) - Phi(lower). Neither a tail
 * nor a narrow interval cancels.
 *
 * @param lower any number, infinities included.
 * @param upper at least `lower`.
 * @returns a probability in [0, 1]; relative error below 4e-15 for the arguments as given, where the result is a
 * normal number, measured in `normal.test.ts`.
 * @throws RangeError when an argument is NaN or the interval is reversed.
 */
export function normalInterval(lower: number, upper: number): number {
  requireNumber('lower', lower);
  requireNumber('upper', upper);
  if (lower > upper) throw new RangeError('upper must be at least lower');
  const width = upper - lower;
  const middle = lower + width / 2;
  if (width * max(1, abs(middle)) <= 0.5) return narrowInterval(middle, width);
  if (lower >= 0) return normalUpperTail(lower) - normalUpperTail(upper);
  if (upper <= 0) return normalUpperTail(-upper) - normalUpperTail(-lower);
  return 1 - normalUpperTail(-lower) - normalUpperTail(upper);
}
