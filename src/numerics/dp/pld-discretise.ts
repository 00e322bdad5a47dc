import { normalInterval, normalUpperTail } from '../special/normal.js';
import { addMass, centred, type LossPair } from './pld-masses.js';
import { lossAt, outcomeAt } from './pld-round.js';
import type { SubsampledGaussianRound } from './round.js';

/** Looked up once: a lookup of `Math` in each turn of the loops costs ten times as much where globals are virtual (jest). */
const { abs, ceil, exp, expm1, floor, max, min } = Math;

/** The masses at the ends of the bins while they are filled: of P and of Q, one entry for each grid point. */
interface Ends {
  readonly p: Float64Array;
  readonly q: Float64Array;
}

/**
 * Splits the masses that one bin of losses [l, l + h] has under P and Q between its two ends, so that both are kept.
 * P's share of the upper end is (p - q e^l) / (1 - e^-h), where the excess p - q e^l is written in the sample rate and
 * the masses d0, d1 of the two normal distributions, so that it keeps its digits for tiny rates and for low losses. Where that is lost (the mass of Q
 * underflows) all goes to the end that is worse for the client.
 */
function fillBin(ends: Ends, bin: number, loss: number, given: BinMasses): void {
  const { withoutClient, withClient, sampleRate, interval } = given;
  const pMass = (1 - sampleRate) * withoutClient + sampleRate * withClient;
  if (!(withoutClient > 1e-280 && pMass > 1e-280 && abs(loss) < 600)) {
    addMass(ends.p, bin + 1, pMass);
    addMass(ends.q, bin, withoutClient);
    return;
  }
  const excess =
    loss > -0.5
      ? sampleRate * (withClient - withoutClient) - withoutClient * expm1(loss)
      : sampleRate * withClient - withoutClient * (exp(loss) - (1 - sampleRate));
  const share = excess / -expm1(-interval);
  const upper = min(pMass, max(0, share));
  addMass(ends.p, bin + 1, upper);
  addMass(ends.p, bin, pMass - upper);
  const upperOfQ = min(withoutClient, upper * exp(-loss - interval));
  addMass(ends.q, bin + 1, upperOfQ);
  addMass(ends.q, bin, withoutClient - upperOfQ);
}

interface BinMasses {
  readonly withoutClient: number;
  readonly withClient: number;
  readonly sampleRate: number;
  readonly interval: number;
}

/** What lies beyond the outcomes that are kept: as much as both distributions share stays at the last grid point. */
interface Tails {
  readonly pBelow: number;
  readonly qBelow: number;
  readonly pAbove: number;
  readonly qAbove: number;
}

function tailsOf(
  { noiseMultiplier: sigma, sampleRate }: SubsampledGaussianRound,
  lowest: number,
  highest: number,
): Tails {
  const mix = (without: number, withClient: number): number =>
    (1 - sampleRate) * without + sampleRate * withClient;
  const qBelow = normalUpperTail(-lowest / sigma);
  const qAbove = normalUpperTail(highest / sigma);
  return {
    qBelow,
    qAbove,
    pBelow: mix(qBelow, normalUpperTail((1 - lowest) / sigma)),
    pAbove: mix(qAbove, normalUpperTail((highest - 1) / sigma)),
  };
}

/**
 * Adds the tails to the grid points next to the last ones and returns what is left for infinity, in either adjacency.
 * The points next to the last are inside the outcomes that are kept, hence on the right side of all losses beyond.
 */
function addTails(
  ends: Ends,
  tails: Tails,
  lossBelow: number,
  lossAbove: number,
): { remove: number; add: number } {
  const last = ends.p.length - 1;
  const keptAbove = min(tails.pAbove, exp(min(700, lossAbove)) * tails.qAbove);
  const keptBelow = min(tails.qBelow, exp(min(700, -lossBelow)) * tails.pBelow);
  addMass(ends.p, 1, tails.pBelow);
  addMass(ends.p, last - 1, keptAbove);
  addMass(ends.q, last - 1, tails.qAbove);
  addMass(ends.q, 1, keptBelow);
  return { remove: tails.pAbove - keptAbove, add: tails.qBelow - keptBelow };
}

/**
 * The privacy loss of one step on a grid of the given interval, pessimistic in both adjacencies ("connect the dots"):
 * the mass of P and that of Q in each bin are kept by placing them at the two ends of the bin.
 *
 * @param round sigma > 0, q in (0, 1].
 * @param interval distance of the grid points, > 0.
 * @param deviations outcomes further than this many sigma beyond both means go to the last points and to infinity.
 * @param mostPoints the grid ends this many points above and below the middle.
 * @returns masses with relative errors of about 1e-15 for each bin, from one-sided differences of the normal
 * distribution function (`normalInterval`), whose sum with the infinity mass is 1 up to 1e-14.
 * @see Doroshenko, Ghazi, Kamath, Kumar, Manurangsi 2022 (arXiv 2207.04380), Algorithm 1.
 */
export function discretiseRound(
  round: SubsampledGaussianRound,
  interval: number,
  deviations: number,
  mostPoints: number,
): LossPair {
  const { noiseMultiplier: sigma, sampleRate } = round;
  const origin = lossAt(round, sampleRate / 2);
  const reach = mostPoints * interval;
  const lowest = max(-deviations * sigma, outcomeAt(round, origin - reach));
  const highest = min(1 + deviations * sigma, outcomeAt(round, origin + reach));
  const first = floor((lossAt(round, lowest) - origin) / interval);
  const last = max(first + 1, ceil((lossAt(round, highest) - origin) / interval));
  const ends = { p: new Float64Array(last - first + 1), q: new Float64Array(last - first + 1) };
  let left = lowest;
  for (let bin = 0; bin < last - first; bin++) {
    const lossOfRight = origin + (first + bin + 1) * interval;
    const right = bin === last - first - 1 ? highest : clamp(outcomeAt(round, lossOfRight), left, highest);
    fillBin(ends, bin, origin + (first + bin) * interval, {
      withoutClient: normalInterval(left / sigma, right / sigma),
      withClient: normalInterval((left - 1) / sigma, (right - 1) / sigma),
      sampleRate,
      interval,
    });
    left = right;
  }
  const atInfinity = addTails(
    ends,
    tailsOf(round, lowest, highest),
    origin + (first + 1) * interval,
    origin + (last - 1) * interval,
  );
  return {
    remove: centred({ origin, interval, offset: first, masses: ends.p, infinityMass: atInfinity.remove }),
    add: centred({
      origin: -origin,
      interval,
      offset: -last,
      masses: ends.q.reverse(),
      infinityMass: atInfinity.add,
    }),
  };
}

function clamp(value: number, low: number, high: number): number {
  return min(high, max(low, value));
}
