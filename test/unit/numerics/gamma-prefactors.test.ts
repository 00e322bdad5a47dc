import { describe, expect, it } from '@jest/globals';
import { deviance, log1pMinus, stirlingError } from '../../../src/numerics/special/gamma-prefactors.js';
import { hedgesCorrection } from '../../../src/numerics/inference/effect-size.js';

/** All expected values: mpmath, 50 digits, rounded to a double. */
const relative = (actual: number, expected: number): number => Math.abs(actual / expected - 1);

describe("the error of Stirling's formula", () => {
  it.each([
    [0.001, 2.5422704679670947],
    [0.5, 0.15342640972002736],
    [0.504, 0.15235238560251538],
    [1, 0.08106146679532726],
    [1.85, 0.04463704100385482],
    [3, 0.02767792568499834],
    [7.5, 0.011104559758206917],
    [9.99, 0.00833889679773433],
    [10, 0.00833056343336287],
    [15, 0.005554733551962801],
    [123.4, 0.0006753091646594012],
    [1e6, 8.333333333333056e-8],
    [1e12, 8.333333333333334e-14],
  ])('at %d is within 2e-15', (a, expected) => {
    expect(Math.abs(stirlingError(a) - expected)).toBeLessThan(2e-15);
  });

  it.each([0, -1, Number.NaN])('has no value at %d', (a) => {
    expect(() => stirlingError(a)).toThrow(RangeError);
  });
});

describe('ln(1 + z) - z', () => {
  it.each([
    [-0.5, -0.19314718055994531],
    [-0.1, -0.005360515657826302],
    [-0.001, -5.003335835335002e-7],
    [-1e-9, -5.000000003333334e-19],
    [1e-12, -4.999999999996667e-25],
    [1e-5, -4.9999666669166655e-11],
    [0.02, -0.00019737270382028698],
    [0.3, -0.03763573553250894],
    [1, -0.3068528194400547],
  ])('at %d is within 1e-15 of itself', (z, expected) => {
    expect(relative(log1pMinus(z), expected)).toBeLessThan(1e-15);
  });

  it('is 0 at 0', () => expect(Math.abs(log1pMinus(0))).toBe(0));
});

describe('the deviance', () => {
  it.each([
    [1, 1.5, 0.09453489189183562],
    [3, 3.0000001, 1.6666666241743679e-15],
    [100, 1, 361.51701859880916],
    [1e6, 1_000_500, 0.12495834895208593],
    [5e8, 1e9, 153426409.72002736],
    [2.5, 1e-200, 1151.0832733267082],
  ])('of %d from %d', (x, mu, expected) => {
    // The difference of 3 and 3.0000001 as a double is known to 1e-16 of itself, and enters squared.
    expect(relative(deviance(x, mu, mu - x), expected)).toBeLessThan(1e-15);
  });
});

describe("Hedges' correction", () => {
  it.each([
    [2, 0.5641895835477563],
    [3, 0.7236012545582676],
    [5, 0.8407486824596893],
    [10, 0.9227456080530871],
    [51, 0.9852094897494297],
    [400, 0.9981236317149983],
    [1000, 0.9992497811797164],
    [1e6, 0.9999992499997813],
    [1e9, 0.99999999925],
    [1e12, 0.99999999999925],
  ])('of %d degrees of freedom is within 1e-14', (degreesOfFreedom, expected) => {
    expect(relative(hedgesCorrection(degreesOfFreedom), expected)).toBeLessThan(1e-14);
  });

  it('has no value for one degree of freedom', () => {
    expect(() => hedgesCorrection(1)).toThrow(RangeError);
  });
});
