import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { epsilonOfGaussian } from '../../../../src/numerics/dp/gaussian.js';
import { distinctRounds } from '../../../../src/numerics/dp/pld-round.js';
import type { SubsampledGaussianRound } from '../../../../src/numerics/dp/round.js';
import { epsilonByLossDistribution, tightEpsilon } from '../../../../src/numerics/dp/pld.js';
import { gaussianCases, lossReferences, type LossReference } from './loss-references.js';

function round(noiseMultiplier: number, sampleRate: number, steps: number): SubsampledGaussianRound {
  return { noiseMultiplier, sampleRate, steps };
}

function exactGaussian({ noiseMultiplier, steps }: SubsampledGaussianRound, delta: number): number {
  return epsilonOfGaussian(Math.sqrt(steps) / noiseMultiplier, delta);
}

/** Every so-and-so-many case, so that the suite stays short; all of them were run once with the same limits. */
function everyNth<T>(items: readonly T[], n: number): T[] {
  return items.filter((_, i) => i % n === 0);
}

describe('the loss distribution without subsampling', () => {
  it.each(everyNth(gaussianCases(), 29))(
    'at sigma $sigma, T $steps, delta $delta lies between the exact Gaussian and 1.0003 of it',
    ({ sigma, steps, delta, exact }) => {
      const epsilon = epsilonByLossDistribution([round(sigma, 1, steps)], delta);
      expect(epsilon).toBeGreaterThanOrEqual(exact);
      expect(epsilon).toBeLessThanOrEqual(exact * 1.0003);
    },
  );

  it.each([
    [round(0.3, 1, 1e5), 1e-9],
    [round(1, 1, 1e5), 1e-9],
    [round(50, 1, 1e5), 1e-9],
    [round(1, 1, 1e7), 1e-6],
    [round(1e4, 1, 1e9), 1e-5],
    [round(0.05, 1, 1e9), 1e-3],
    [round(0.05, 1, 1), 1e-9],
    [round(1e4, 1, 1), 1e-9],
    [round(1, 1, 1), 1e-14],
    [round(1, 1, 100), 1e-12],
    [round(1, 1 - 1e-9, 1e6), 1e-9],
  ])('does for %j at delta %p', (given, delta) => {
    const exact = exactGaussian(given, delta);
    const epsilon = epsilonByLossDistribution([given], delta);
    expect(epsilon).toBeGreaterThanOrEqual(exact * (1 - 1e-9 * (given.sampleRate < 1 ? 1 : 0)));
    expect(epsilon).toBeLessThanOrEqual(exact * 1.002);
  });

  it('gives up where round-off would decide, and the answer is then the exact Gaussian', () => {
    expect(epsilonByLossDistribution([round(1, 1, 1)], 1e-30)).toBe(Infinity);
    expect(epsilonByLossDistribution([round(1, 1, 1e9)], 1e-12)).toBe(Infinity);
    expect(tightEpsilon([round(1, 0.5, 1)], 1e-30)).toBe(epsilonOfGaussian(1, 1e-30));
  });
});

function expectNear({ rounds, delta, interval, epsilon, renyi }: LossReference): void {
  const own = tightEpsilon(rounds, delta);
  expect(own).toBeLessThanOrEqual(epsilon * 1.001 + interval);
  expect(own).toBeLessThanOrEqual(renyi);
  // The reference is pessimistic too: looser by far where its interval is coarse for the loss, and above 700, where it
  // takes a quantile of the loss.
  if (epsilon > 0.5 && epsilon < 650) expect(own).toBeGreaterThanOrEqual(epsilon * 0.998 - interval);
}

describe('the loss distribution with subsampling', () => {
  it.each(everyNth(lossReferences('single'), 211))('agrees with $name', expectNear);

  it.each(everyNth(lossReferences('composed'), 29))('agrees with $name', expectNear);

  it.each([
    { name: 'DP-SGD of 120 steps', rounds: [round(0.7, 0.01, 120)], delta: 1e-5, published: 2.4612381 },
    {
      name: 'the tutorial',
      rounds: [round(1.1, 256 / 60_000, 14_062)],
      delta: 1e-5,
      published: 2.3816859976,
    },
    { name: 'the accountants test', rounds: [round(1.5, 0.04, 2_250)], delta: 1e-5, published: 6.768787376 },
  ])('agrees with the published value of $name', ({ rounds, delta, published }) => {
    expect(Math.abs(tightEpsilon(rounds, delta) - published)).toBeLessThan(1e-4 * published + 1e-4);
  });

  it('agrees with a published delta at epsilon 1', () => {
    expect(tightEpsilon([round(0.5, 0.2, 3)], 0.15594 - 1e-3)).toBeGreaterThan(1);
    expect(tightEpsilon([round(0.5, 0.2, 3)], 0.15594 + 1e-3)).toBeLessThan(1);
  });
});

describe('tight epsilon', () => {
  it('is 0 where nothing is spent, and infinite without noise', () => {
    expect(tightEpsilon([], 1e-6)).toBe(0);
    expect(tightEpsilon([round(1, 0, 5), round(0, 1, 0), round(0, 0, 3)], 1e-6)).toBe(0);
    expect(tightEpsilon([round(1, 0.1, 5), round(0, 1e-9, 1)], 1e-6)).toBe(Infinity);
  });

  it('is 0 where the total variation allows it, and not where it does not', () => {
    expect(tightEpsilon([round(1, 1e-4, 1)], 3.83e-5)).toBe(0);
    expect(tightEpsilon([round(1, 1e-4, 1)], 3.82e-5)).toBeGreaterThan(0);
  });

  it.each([
    [0.05, 1e-9, 1, 1e-30],
    [0.05, 1e-9, 1e9, 1e-9],
    [0.05, 0.1, 1e6, 1e-6],
    [1e4, 1e-9, 1, 1e-30],
    [1e4, 1e-9, 1e9, 1e-15],
    [1e4, 0.999, 1e9, 1e-6],
    [1, 1e-9, 1e9, 1e-12],
    [1e-5, 0.5, 3, 1e-6],
    [1e-200, 0.5, 3, 1e-6],
    [1e300, 0.5, 3, 1e-6],
    [1, Number.MIN_VALUE, 1, 1e-300],
  ])(
    'at the extreme sigma %p, q %p, T %p, delta %p is a number and at most the exact Gaussian',
    (...given) => {
      const [sigma, q, steps, delta] = given;
      const epsilon = tightEpsilon([round(sigma, q, steps)], delta);
      expect(epsilon).not.toBeNaN();
      expect(epsilon).toBeGreaterThanOrEqual(0);
      expect(epsilon).toBeLessThanOrEqual(epsilonOfGaussian(Math.sqrt(steps) / sigma, delta) * (1 + 1e-14));
    },
  );

  it('is monotone in the noise, the sample rate, the steps and delta', () => {
    const given = fc.record({
      noiseMultiplier: fc.double({ min: 0.4, max: 20, noNaN: true }),
      sampleRate: fc.double({ min: 1e-4, max: 0.7, noNaN: true }),
      steps: fc.integer({ min: 1, max: 2_000 }),
    });
    const power = fc.double({ min: -10, max: -2, noNaN: true });
    fc.assert(
      fc.property(given, power, (one, exponent) => {
        const delta = 10 ** exponent;
        const least = tightEpsilon([one], delta) * (1 - 1e-3) - 1e-6;
        const { noiseMultiplier, sampleRate, steps } = one;
        expect(tightEpsilon([round(noiseMultiplier * 0.9, sampleRate, steps)], delta)).toBeGreaterThanOrEqual(
          least,
        );
        expect(tightEpsilon([round(noiseMultiplier, sampleRate * 1.4, steps)], delta)).toBeGreaterThanOrEqual(
          least,
        );
        expect(tightEpsilon([{ ...one, steps: steps + 1 }], delta)).toBeGreaterThanOrEqual(least);
        expect(tightEpsilon([one], delta / 2)).toBeGreaterThanOrEqual(least);
      }),
      { numRuns: 2, seed: 7 },
    );
  });

  it('does not depend on the order of rounds or on how they are cut', () => {
    const rounds = [round(0.9, 0.01, 100), round(2, 0.2, 30), round(5, 1, 4)];
    const whole = tightEpsilon(rounds, 1e-6);
    const cut = [round(2, 0.2, 10), round(5, 1, 4), round(0.9, 0.01, 100), round(2, 0.2, 20)];
    expect(tightEpsilon(cut, 1e-6)).toBe(whole);
    expect(distinctRounds(cut)).toHaveLength(3);
  });

  it('agrees on coarse and fine grids of a long ledger', () => {
    const rounds = Array.from({ length: 100 }, (_, i) => round(2 + i * 1e-9, 0.05, 20));
    const coarse = tightEpsilon(rounds, 1e-6);
    const fine = tightEpsilon([round(2, 0.05, 2_000)], 1e-6);
    expect(coarse).toBeGreaterThanOrEqual(fine * (1 - 1e-6));
    expect(coarse).toBeLessThanOrEqual(fine * 1.001);
  });

  it('refuses what is outside of its domain and names it', () => {
    for (const delta of [NaN, 0, 1]) expect(() => tightEpsilon([], delta)).toThrow('delta');
    const wrong: [string, SubsampledGaussianRound][] = [
      ['noiseMultiplier', round(NaN, 0.1, 1)],
      ['noiseMultiplier', round(-1, 0.1, 1)],
      ['sampleRate', round(1, NaN, 1)],
      ['sampleRate', round(1, 1.1, 1)],
      ['steps', round(1, 0.1, 1.5)],
      ['steps', round(1, 0.1, NaN)],
      ['steps', round(1, 0.1, -1)],
    ];
    for (const [name, given] of wrong) {
      expect(() => tightEpsilon([given], 1e-6)).toThrow(RangeError);
      expect(() => tightEpsilon([given], 1e-6)).toThrow(name);
    }
  });
});
