import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { deltaOfGaussian, epsilonOfGaussian } from '../../../../src/numerics/dp/gaussian.js';
import { gaussianValues } from '../../../reference/normal.js';
import { gaussianCases } from './loss-references.js';

describe('the exact Gaussian mechanism', () => {
  it.each(gaussianCases())('costs sigma $sigma, T $steps, delta $delta its exact epsilon', (given) => {
    const epsilon = epsilonOfGaussian(Math.sqrt(given.steps) / given.sigma, given.delta);
    expect(epsilon).toBeGreaterThanOrEqual(given.exact);
    expect(epsilon).toBeLessThanOrEqual(given.exact * (1 + 1e-12));
  });

  it.each(gaussianValues)('has at mu %p and epsilon %p the delta of 25 digits', (mu, epsilon, exact) => {
    expect(Math.abs(deltaOfGaussian(mu, epsilon) / Number(exact) - 1)).toBeLessThan(1e-12);
    const inverse = epsilonOfGaussian(mu, Number(exact));
    expect(inverse).toBeGreaterThanOrEqual(epsilon);
    expect(inverse).toBeLessThanOrEqual(epsilon * (1 + 1e-9));
  });

  it('agrees with the published value of three rounds at sigma = sqrt(3)', () => {
    expect(deltaOfGaussian(1, 1)).toBeCloseTo(0.126936, 5);
  });

  it('costs nothing only where delta allows it', () => {
    expect(epsilonOfGaussian(0, 1e-9)).toBe(0);
    expect(epsilonOfGaussian(1e-4, 1e-3)).toBe(0);
    expect(epsilonOfGaussian(1e-4, 3.9e-5)).toBeGreaterThan(0);
    expect(epsilonOfGaussian(1e-4, 4e-5)).toBe(0);
  });

  it('does not overflow', () => {
    expect(epsilonOfGaussian(1e6, 1e-30)).toBeCloseTo(5.000115e11, -7);
    expect(epsilonOfGaussian(1e200, 0.5)).toBe(Infinity);
    expect(epsilonOfGaussian(Infinity, 0.5)).toBe(Infinity);
    expect([deltaOfGaussian(Infinity, 1), deltaOfGaussian(0, 1), deltaOfGaussian(1, 1e300)]).toEqual([
      1, 0, 0,
    ]);
  });

  it('is monotone in mu and in delta, and its inverse is private enough', () => {
    const mu = fc.double({ min: 1e-6, max: 1e3, noNaN: true });
    const exponent = fc.double({ min: -30, max: -0.1, noNaN: true });
    const factor = fc.double({ min: 1.0001, max: 3, noNaN: true });
    fc.assert(
      fc.property(mu, exponent, factor, (m, power, k) => {
        const delta = 10 ** power;
        const epsilon = epsilonOfGaussian(m, delta);
        expect(deltaOfGaussian(m, epsilon)).toBeLessThanOrEqual(delta);
        expect(epsilonOfGaussian(m * k, delta)).toBeGreaterThanOrEqual(epsilon);
        expect(epsilonOfGaussian(m, delta / k)).toBeGreaterThanOrEqual(epsilon);
      }),
    );
  });

  it('refuses what is outside of its domain', () => {
    expect(() => epsilonOfGaussian(NaN, 0.1)).toThrow('mu');
    expect(() => epsilonOfGaussian(-1, 0.1)).toThrow('mu');
    for (const delta of [NaN, 0, 1, -0.1]) expect(() => epsilonOfGaussian(1, delta)).toThrow('delta');
    for (const epsilon of [NaN, -1, Infinity]) expect(() => deltaOfGaussian(1, epsilon)).toThrow('epsilon');
  });
});
