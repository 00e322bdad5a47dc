import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  erfc,
  erfcx,
  logNormalCdf,
  normalDensity,
  normalInterval,
  normalUpperTail,
} from '../../../../src/numerics/special/normal.js';
import { erfcValues, intervalValues, normalValues } from '../../../reference/normal.js';

const SMALLEST_NORMAL = 2.3e-308;

function relativeError(value: number, exact: string): number {
  return Number(exact) === 0 ? Math.abs(value) : Math.abs(value / Number(exact) - 1);
}

describe('the complementary error function', () => {
  it.each(erfcValues)('at %p keeps its digits', (x, exact, exactScaled) => {
    expect(relativeError(erfc(x), exact)).toBeLessThan(1e-15);
    expect(relativeError(erfcx(x), exactScaled)).toBeLessThan(1e-15);
  });

  it('ends where its values end', () => {
    expect([erfc(-Infinity), erfc(0), erfc(Infinity), erfc(30)]).toEqual([2, 1, 0, 0]);
    expect([erfcx(-Infinity), erfcx(-30), erfcx(Infinity)]).toEqual([Infinity, Infinity, 0]);
    expect(erfcx(1e200) * 1e200).toBeCloseTo(1 / Math.sqrt(Math.PI), 15);
  });
});

describe('the normal distribution', () => {
  it.each(normalValues)('at %p keeps the digits of both tails', (x, exact, exactLog) => {
    if (Number(exact) > SMALLEST_NORMAL) expect(relativeError(normalUpperTail(x), exact)).toBeLessThan(1e-15);
    else expect(normalUpperTail(x)).toBeLessThan(SMALLEST_NORMAL);
    expect(relativeError(logNormalCdf(x), exactLog)).toBeLessThan(1e-15);
  });

  it.each(intervalValues)('gives the interval from %p to %p its mass', (lower, upper, exact) => {
    if (Number(exact) > SMALLEST_NORMAL)
      expect(relativeError(normalInterval(lower, upper), exact)).toBeLessThan(4e-15);
    expect(normalInterval(-upper, -lower)).toBeCloseTo(normalInterval(lower, upper), 15);
  });

  it('ends where its values end', () => {
    expect([normalUpperTail(-Infinity), normalUpperTail(Infinity)]).toEqual([1, 0]);
    expect([logNormalCdf(-Infinity), logNormalCdf(Infinity), logNormalCdf(-1e200)]).toEqual([
      -Infinity,
      -0,
      -Infinity,
    ]);
    expect([normalInterval(-Infinity, Infinity), normalInterval(3, 3), normalInterval(50, Infinity)]).toEqual(
      [1, 0, 0],
    );
    expect(normalDensity(0)).toBe(1 / Math.sqrt(2 * Math.PI));
  });

  it('adds up over intervals', () => {
    const point = fc.double({ min: -37, max: 37, noNaN: true });
    fc.assert(
      fc.property(point, point, point, (a, b, c) => {
        const [low = 0, middle = 0, high = 0] = [a, b, c].sort((x, y) => x - y);
        const whole = normalInterval(low, high);
        const parts = normalInterval(low, middle) + normalInterval(middle, high);
        expect(Math.abs(parts - whole)).toBeLessThanOrEqual(1e-14 * whole + 1e-300);
      }),
    );
  });

  it('refuses what is not a number and an interval that is reversed', () => {
    for (const ask of [erfc, erfcx, normalUpperTail, logNormalCdf])
      expect(() => ask(NaN)).toThrow(RangeError);
    expect(() => normalInterval(NaN, 1)).toThrow('lower');
    expect(() => normalInterval(0, NaN)).toThrow('upper');
    expect(() => normalInterval(2, 1)).toThrow('upper must be at least lower');
  });
});
