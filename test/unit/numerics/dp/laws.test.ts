import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  epsilonFromRdp,
  rdpVector,
  renyiOrders,
  type SubsampledGaussianRound,
} from '../../../../src/numerics/dp/index.js';
import { composed } from './reference.js';

const orders = renyiOrders(1);
const SLACK = 1 + 1e-13;

const powerOfTen = (low: number, high: number) =>
  fc.double({ min: low, max: high, noNaN: true }).map((exponent) => 10 ** exponent);
const sampleRate = fc.oneof(
  powerOfTen(-9, 0),
  powerOfTen(-9, -1).map((gap) => 1 - gap),
  fc.constantFrom(0, 1),
);
const steps = fc.integer({ min: 0, max: 100_000 });
const delta = powerOfTen(-30, -0.01);
const factor = fc.double({ min: 1, max: 3, noNaN: true });
const round: fc.Arbitrary<SubsampledGaussianRound> = fc.record({
  noiseMultiplier: powerOfTen(-1.5, 4),
  sampleRate,
  steps,
});

function isNowhereAbove(smaller: SubsampledGaussianRound, larger: SubsampledGaussianRound): boolean {
  const bound = rdpVector(larger, orders);
  return rdpVector(smaller, orders).every((cost, index) => cost <= bound[index]! * SLACK);
}

describe('the cost of a round', () => {
  it('is monotone: more steps never cost less', () => {
    fc.assert(
      fc.property(round, steps, (one, more) => isNowhereAbove(one, { ...one, steps: one.steps + more })),
    );
  });

  it('is monotone: a higher sample rate never costs less', () => {
    fc.assert(
      fc.property(round, factor, (one, k) =>
        isNowhereAbove(one, { ...one, sampleRate: Math.min(1, one.sampleRate * k) }),
      ),
    );
  });

  it('is monotone: more noise never costs more', () => {
    fc.assert(
      fc.property(round, factor, (one, k) =>
        isNowhereAbove({ ...one, noiseMultiplier: one.noiseMultiplier * k }, one),
      ),
    );
  });

  it('is never above that without sampling', () => {
    fc.assert(fc.property(round, (one) => isNowhereAbove(one, { ...one, sampleRate: 1 })));
  });

  it('of n equal rounds is that of one with n times the steps', () => {
    fc.assert(
      fc.property(round, fc.integer({ min: 1, max: 20 }), (one, n) => {
        const many = composed(new Array<SubsampledGaussianRound>(n).fill(one), orders);
        const single = rdpVector({ ...one, steps: one.steps * n }, orders);
        for (const [index, cost] of many.entries())
          expect(Math.abs(cost - single[index]!)).toBeLessThanOrEqual(single[index]! * 1e-14);
      }),
      { numRuns: 40 },
    );
  });

  it('composes in any order', () => {
    fc.assert(
      fc.property(fc.array(round, { maxLength: 8 }), (rounds) => {
        const forth = composed(rounds, orders);
        const back = composed([...rounds].reverse(), orders);
        for (const [index, cost] of forth.entries())
          expect(Math.abs(cost - back[index]!)).toBeLessThanOrEqual(cost * 1e-14);
      }),
      { numRuns: 40 },
    );
  });
});

describe('epsilon', () => {
  it('is monotone: a smaller delta never gives less', () => {
    fc.assert(
      fc.property(round, delta, powerOfTen(-10, 0), (one, larger, part) => {
        const vector = rdpVector(one, orders);
        const atLarger = epsilonFromRdp(vector, orders, larger).epsilon;
        expect(atLarger).toBeLessThanOrEqual(epsilonFromRdp(vector, orders, larger * part).epsilon * SLACK);
      }),
    );
  });

  it('is monotone: a further round never lowers it', () => {
    fc.assert(
      fc.property(round, round, delta, (first, second, at) => {
        const before = epsilonFromRdp(rdpVector(first, orders), orders, at).epsilon;
        const after = epsilonFromRdp(composed([first, second], orders), orders, at).epsilon;
        expect(after).toBeGreaterThanOrEqual(before);
      }),
    );
  });

  it('is never negative and never NaN', () => {
    fc.assert(
      fc.property(round, delta, (one, at) => {
        expect(epsilonFromRdp(rdpVector(one, orders), orders, at).epsilon).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
