import { describe, expect, it } from '@jest/globals';
import { logMomentsOfFractionalOrders } from '../../../../src/numerics/dp/fractional-orders.js';
import { rdpOfSubsampledGaussian, rdpVector, renyiOrders } from '../../../../src/numerics/dp/index.js';
import { logMomentsOfIntegerOrders } from '../../../../src/numerics/dp/integer-orders.js';
import { aRound, extremes, referenceCases, relativeError } from './reference.js';

const orders = renyiOrders(1);

/** The largest and the smallest relative error, each with where it is. */
function worstOf(cases: readonly (readonly [number, number, number, string])[]) {
  const errors = cases.map(([sigma, q, alpha, exact]) => ({
    error: relativeError(rdpOfSubsampledGaussian(aRound(sigma, q, 1), alpha), exact),
    sigma,
    q,
    alpha,
  }));
  errors.sort((a, b) => a.error - b.error);
  return { above: errors.at(-1)!, below: errors[0]!, count: errors.length };
}

describe('subsampled Gaussian RDP', () => {
  it('is within 4e-15 of the 40-digit values', () => {
    const cases = referenceCases.filter((one) => one.kind === 'rdp_exact');
    const worst = worstOf(cases.map(({ sigma, q, alpha, rdp }) => [sigma, q, alpha, rdp] as const));
    expect(worst.count).toBe(274);
    // Measured: 3.5e-15 and -1.5e-15.
    expect(worst.above).toMatchObject({ sigma: 0.3, q: 0.0001, alpha: 2.5 });
    expect(worst.below).toMatchObject({ sigma: 1.1, q: 0.001, alpha: 16 });
    expect(Math.max(worst.above.error, -worst.below.error)).toBeLessThan(4e-15);
  });

  it('is within 3e-14 of the 60-digit values at extremes and where its terms cancel', () => {
    const worst = worstOf(extremes);
    expect(worst.count).toBe(307);
    // Measured: 1.7e-14 at σ = 0.489, and -1.6e-14.
    expect(worst.above).toMatchObject({ q: 1e-9, alpha: 10.9 });
    expect(worst.below).toMatchObject({ sigma: 0.03, q: 1e-9, alpha: 1.03 });
    expect(Math.max(worst.above.error, -worst.below.error)).toBeLessThan(3e-14);
  });

  it.each([
    [0.08, 0.3],
    [0.3, 1e-4],
    [0.7, 1e-9],
    [1, 0.5],
    [1.1, 0.01],
    [5, 0.999_999],
    [300, 0.2],
  ])('by quadrature is that by the binomial sum at integer orders: σ = %s, q = %s', (sigma, q) => {
    const step = { noiseMultiplier: sigma, sampleRate: q };
    const integers = [2, 3, 4, 7, 10, 33, 64];
    const sums = logMomentsOfIntegerOrders(step, integers);
    logMomentsOfFractionalOrders(step, integers).forEach((moment, index) =>
      expect(Math.abs(moment / sums[index]! - 1)).toBeLessThan(5e-14),
    );
  });

  it.each([
    [0.01, 1.02],
    [0.5, 2],
    [1, 3.3],
    [1e4, 4_096],
  ])('is α / (2σ²) per step without sampling: σ = %s, α = %s', (sigma, alpha) => {
    const expected = (alpha / (2 * sigma * sigma)) * 7;
    expect(rdpOfSubsampledGaussian(aRound(sigma, 1, 7), alpha) / expected).toBeCloseTo(1, 14);
  });

  it('approaches the closed form as the sample rate approaches 1', () => {
    const almost = rdpVector(aRound(0.8, 1 - 2 ** -53, 1), orders);
    rdpVector(aRound(0.8, 1, 1), orders).forEach((cost, index) =>
      expect(almost[index]! / cost).toBeCloseTo(1, 12),
    );
  });

  it.each([
    ['no client is sampled', aRound(1, 0, 10)],
    ['there is no step', aRound(1, 0.5, 0)],
    ['there is neither noise nor a sample', aRound(0, 0, 10)],
    ['there is neither noise nor a step', aRound(0, 1, 0)],
  ])('is 0 where %s', (_, round) => {
    expect([...rdpVector(round, orders)].every((cost) => Object.is(cost, 0))).toBe(true);
  });

  it.each([1e-9, 0.5, 1])('is infinite without noise: q = %s', (q) => {
    expect([...rdpVector(aRound(0, q, 1), orders)].every((cost) => cost === Infinity)).toBe(true);
  });

  it.each([
    ['noiseMultiplier', aRound(Number.NaN, 0.1, 1)],
    ['noiseMultiplier', aRound(-1, 0.1, 1)],
    ['sampleRate', aRound(1, Number.NaN, 1)],
    ['sampleRate', aRound(1, -0.1, 1)],
    ['sampleRate', aRound(1, 1.1, 1)],
    ['steps', aRound(1, 0.1, Number.NaN)],
    ['steps', aRound(1, 0.1, 1.5)],
    ['steps', aRound(1, 0.1, -1)],
    ['steps', aRound(1, 0.1, 2 ** 53)],
    ['steps', aRound(1, 0.1, Infinity)],
  ])('names %s when it refuses %p', (field, round) => {
    expect(() => rdpVector(round, orders)).toThrow(RangeError);
    expect(() => rdpVector(round, orders)).toThrow(field);
  });

  it.each([1, 1.009, 0, -2, Number.NaN, 4_097, Infinity])('refuses the order %s', (order) => {
    expect(() => rdpOfSubsampledGaussian(aRound(1, 0.1, 1), order)).toThrow(RangeError);
  });

  it('is positive, never NaN, and rises with the order over all extremes', () => {
    const sigmas = [1e-200, 1e-3, 0.01, 0.05, 0.3, 1, 30, 1e4, 1e40, Infinity];
    const rates = [Number.MIN_VALUE, 1e-40, 1e-9, 1e-4, 0.01, 0.5, 1 - 2 ** -53, 1];
    for (const sigma of sigmas)
      for (const q of rates) {
        const costs = rdpVector(aRound(sigma, q, 1), orders);
        costs.forEach((cost, index) => {
          expect(cost).toBeGreaterThan(0);
          expect(cost * (1 + 1e-13)).toBeGreaterThanOrEqual(costs[index - 1] ?? 0);
        });
        if (sigma > 1e-120) expect(costs.every(Number.isFinite)).toBe(true);
      }
  });

  it('keeps digits that exp and log in doubles would lose', () => {
    // exp(k(k - 1) / (2σ²)) is e^5819840 here, and log(1 + 2e-28) is 0.
    expect(rdpOfSubsampledGaussian(aRound(0.3, 0.01, 1), 1_024)).toBeCloseTo(5_684.279_217_070_266, 9);
    expect(rdpOfSubsampledGaussian(aRound(1e4, 1e-9, 1), 2) / 1e-26).toBeCloseTo(1, 8);
  });

  it('of many steps takes no longer than that of one', () => {
    const one = rdpVector(aRound(1.1, 0.01, 1), orders);
    const many = rdpVector(aRound(1.1, 0.01, 2 ** 53 - 1), orders);
    many.forEach((cost, index) => expect(cost).toBe(one[index]! * (2 ** 53 - 1)));
  });
});
