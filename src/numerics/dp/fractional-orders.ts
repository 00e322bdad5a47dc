import { logOfOnePlusExp } from './double-double.js';
import { COARSEST_STEP, excessOfExp, makeLevel, REACH, type Level } from './quadrature-nodes.js';
import { type SubsampledGaussianStep } from './round.js';

/** The logarithm of the relative error of A at which its largest part stands for it. */
const CLOSED_FORM_LOG_ERROR = -40;

const FINEST_LEVEL = 12;

/** A node whose integrand is estimated below e^-46 of the largest estimate is left out. */
const NEGLIGIBLE_LOG = -46;

/** The logarithm of the relative error of the quadrature at which it stops. */
const QUADRATURE_LOG_ERROR = -37;

/** From here e^y - 1 - y is e^y in doubles, and e^y may leave their range. */
const LARGE_EXPONENT = 40;

/** Which nodes matter for an order, and the logarithm of the unit in which they are summed. */
interface Window {
  readonly lastNode: number;
  readonly largest: number;
  readonly scale: number;
}

/**
 * log A of fractional orders α, where RDP = log A / (α - 1) and, since x has the mean 0,
 *
 *   A - 1 = ∫ φ(u) · ((1 + x)^α - 1 - αx) du,  x = q · expm1(u / σ - 1 / (2σ²))
 *
 * by the trapezoidal rule, which converges exponentially. With L = log(1 + x), β = α - 1 and g(y) = e^y - 1 - y >= 0,
 *
 *   (1 + x)^α - 1 - αx = e^L · (g(βL) + β · g(-L))
 *
 * so that nothing cancels. L and g(-L) are shared by all orders. The step is halved, which keeps the nodes that are
 * there, until the singularity at 1 + x = 0 is far enough for the order at hand.
 *
 * @param step σ in (0, 1e30] and q in [1e-30, 1).
 * @param orders from 1.01 to 4096; integers are allowed, and slower than by their own sum.
 * @returns log A, in the order of `orders`: infinite only where it exceeds the range of doubles.
 * @see Mironov, Talwar, Zhang 2019 (arXiv 1908.10530), section 3: this is the larger of the two directions.
 *   Their series for fractional orders alternates and is not used.
 */
export function logMomentsOfFractionalOrders(
  step: SubsampledGaussianStep,
  orders: readonly number[],
): number[] {
  const closedForms = orders.map((order) => closedForm(step, order));
  const largest = Math.max(2, ...orders.filter((_, index) => closedForms[index] === null));
  const levels: Level[] = [];
  const levelAt = (index: number) => (levels[index] ??= makeLevel(step, largest, index));
  return orders.map((order, index) => closedForms[index] ?? logMoment(step, order, levelAt));
}

/**
 * Where the noise is small, log A = α · log q + α(α - 1) / (2σ²), the moment of q · e^w alone; null where that is not
 * enough. With w = u / σ - 1 / (2σ²), a = 1 - q and b = q · e^w the rest of (a + b)^α is at most α · a · (a + b)^(α - 1),
 * and (a + b)^(α - 1) at most 2^(α - 1) · (1 + b^(α - 1)), which has a closed moment again.
 */
function closedForm({ noiseMultiplier, sampleRate }: SubsampledGaussianStep, order: number): number | null {
  const beta = order - 1;
  const slope = beta / noiseMultiplier / noiseMultiplier;
  const logRate = Math.log(sampleRate);
  const logMoment = order * (slope / 2 + logRate);
  const logRest = Math.log(order) + beta * Math.LN2 - Math.min(logMoment, slope + logRate);
  return logRest <= CLOSED_FORM_LOG_ERROR ? logMoment : null;
}

function logMoment(step: SubsampledGaussianStep, order: number, levelAt: (index: number) => Level): number {
  const lastNode = Math.max(2, order) / step.noiseMultiplier + REACH;
  const largest = largestEstimate(levelAt(0), order, lastNode);
  const scale = Math.max(0, largest);
  let sum = 0;
  let logIntegral = 0;
  for (let index = 0; index <= FINEST_LEVEL; index++) {
    sum += sumOverNodes(levelAt(index), order, { lastNode, largest, scale });
    const spacing = COARSEST_STEP / 2 ** index;
    logIntegral = Math.log((sum * spacing) / Math.sqrt(2 * Math.PI));
    const tolerated = QUADRATURE_LOG_ERROR + scale + logIntegral - Math.log(order - 1);
    if (logErrorOfSingularity(step, spacing) <= tolerated) break;
  }
  return logOfOnePlusExp({ high: scale + logIntegral, low: 0 });
}

/**
 * The integrand has a branch point at 1 + x = 0: u = 1 / (2σ) + σ · log((1 - q) / q) ± iπσ. It lies in the way of the
 * Fourier transform, at the frequency 2π/h, only if it is nearer than the saddle point of the density, 2π/h.
 */
function logErrorOfSingularity(
  { noiseMultiplier, sampleRate }: SubsampledGaussianStep,
  spacing: number,
): number {
  const frequency = (2 * Math.PI) / spacing;
  const height = Math.PI * noiseMultiplier;
  if (height >= frequency) return -Infinity;
  const centre = 0.5 / noiseMultiplier + noiseMultiplier * (Math.log1p(-sampleRate) - Math.log(sampleRate));
  return -frequency * height + (height * height - centre * centre) / 2;
}

function largestEstimate(
  { first, spacing, estimate, logRatio }: Level,
  order: number,
  lastNode: number,
): number {
  const end = Math.min(estimate.length, Math.ceil((lastNode - first) / spacing) + 1);
  let largest = -Infinity;
  for (let node = 0; node < end; node++) {
    const value = (estimate[node] ?? 0) + (order - 2) * Math.max(0, logRatio[node] ?? 0);
    if (value > largest) largest = value;
  }
  return largest;
}

/** The sum of e^-scale · φ(u) · √(2π) · ((1 + x)^α - 1 - αx) over the nodes of a level that matter for the order. */
function sumOverNodes(level: Level, order: number, { lastNode, largest, scale }: Window): number {
  const { first, spacing, logRatio, curvature, logDensity, weight, estimate } = level;
  const end = Math.min(estimate.length, Math.ceil((lastNode - first) / spacing) + 1);
  const beta = order - 1;
  const shrink = Math.exp(-scale);
  let sum = 0;
  for (let node = 0; node < end; node++) {
    const L = logRatio[node] ?? 0;
    if ((estimate[node] ?? 0) + (order - 2) * Math.max(0, L) < largest + NEGLIGIBLE_LOG) continue;
    const y = beta * L;
    if (y < LARGE_EXPONENT)
      sum += (weight[node] ?? 0) * shrink * (excessOfExp(y) + beta * (curvature[node] ?? 0));
    else sum += Math.exp((logDensity[node] ?? 0) - scale + y);
  }
  return sum;
}
