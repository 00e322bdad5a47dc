import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  mayShowGroup,
  mayShowPart,
  mayTellExtremes,
  mayTellMedian,
  mayTellQuartiles,
  suppressionOf,
  type GroupSize,
} from '../../../src/analytics/disclosure.policy.js';

const five = { minGroupSize: 5, allowExtremes: false };
const none: GroupSize = { count: 0, own: 0 };

const size = fc
  .tuple(fc.nat(40), fc.nat(40))
  .map(([others, own]): GroupSize => ({ count: others + own, own }));
const policy = fc.record({ minGroupSize: fc.integer({ min: 1, max: 20 }), allowExtremes: fc.boolean() });

describe('a group', () => {
  it.each([
    [4, 0, false],
    [5, 0, true],
    [5, 5, true],
    [4, 4, false],
    [9, 5, false],
    [10, 5, true],
    [100, 99, false],
    [100, 96, false],
    [100, 95, true],
  ])('of %d observations, %d of them the caller’s, is shown at T = 5: %s', (count, own, isShown) => {
    expect(mayShowGroup({ count, own }, five)).toBe(isShown);
  });

  it('is shown to nobody below T, and never with 1 to T - 1 observations of others', () => {
    fc.assert(
      fc.property(size, policy, (group, disclosure) => {
        if (!mayShowGroup(group, disclosure)) return;
        const others = group.count - group.own;
        expect(group.count).toBeGreaterThanOrEqual(disclosure.minGroupSize);
        expect(others > 0 && others < disclosure.minGroupSize).toBe(false);
      }),
    );
  });

  it('that a stricter policy shows is shown by a looser one, but for the padding by own observations', () => {
    fc.assert(
      fc.property(size, policy, fc.nat(10), (group, disclosure, more) => {
        const stricter = { ...disclosure, minGroupSize: disclosure.minGroupSize + more };
        if (mayShowGroup(group, stricter)) expect(mayShowGroup(group, disclosure)).toBe(true);
      }),
    );
  });

  it('is withheld from nobody at T = 1, unless it is empty', () => {
    fc.assert(
      fc.property(size, size, fc.boolean(), (group, leftOut, allowExtremes) => {
        const disclosure = { minGroupSize: 1, allowExtremes };
        const reason = suppressionOf(group, leftOut, { disclosure, minSampleCount: 1 });
        expect(reason).toBe(group.count === 0 ? 'below_disclosure_threshold' : null);
      }),
    );
  });
});

describe('what filters leave out of a group', () => {
  it.each([
    [0, 0, true],
    [1, 0, false],
    [4, 0, false],
    [5, 0, true],
    // The caller takes its own rows away and is left with one of somebody else.
    [11, 10, false],
    [15, 10, true],
    [10, 10, true],
    [3, 3, false],
  ])('as %d observations, %d of them the caller’s, is no difference of a few: %s', (count, own, isShown) => {
    expect(mayShowPart({ count, own }, five)).toBe(isShown);
  });

  it('leaves no two questions that differ by 1 to T - 1 observations of others', () => {
    fc.assert(
      fc.property(size, size, policy, (part, leftOut, disclosure) => {
        const reason = suppressionOf(part, leftOut, { disclosure, minSampleCount: 1 });
        if (reason !== null) return;
        const difference = leftOut.count - leftOut.own;
        expect(difference > 0 && difference < disclosure.minGroupSize).toBe(false);
      }),
    );
  });
});

it('tells the size of no hidden group by the least size that a caller demands', () => {
  fc.assert(
    fc.property(size, size, policy, fc.integer({ min: 1, max: 100 }), (group, leftOut, disclosure, least) => {
      const plain = suppressionOf(group, leftOut, { disclosure, minSampleCount: 1 });
      const demanding = suppressionOf(group, leftOut, { disclosure, minSampleCount: least });
      if (plain !== null) expect(demanding).toBe(plain);
      else expect(demanding).toBe(group.count < least ? 'below_min_sample_count' : null);
    }),
  );
});

describe('order statistics', () => {
  it.each([
    [7, false, false],
    [8, true, false],
    [15, true, false],
    [16, true, true],
  ])('of %d observations at T = 5: the median %s, quartiles %s', (count, median, quartiles) => {
    expect([mayTellMedian(count, five), mayTellQuartiles(count, five)]).toEqual([median, quartiles]);
  });

  it('and extremes are told where nothing is withheld; extremes else only where the owner allows them', () => {
    const nothing = { minGroupSize: 1, allowExtremes: false };
    expect([mayTellMedian(1, nothing), mayTellQuartiles(1, nothing)]).toEqual([true, true]);
    expect(mayTellExtremes(nothing)).toBe(true);
    expect(mayTellExtremes(five)).toBe(false);
    expect(mayTellExtremes({ ...five, allowExtremes: true })).toBe(true);
  });
});

it('takes no observation of nobody for a group', () => {
  expect(mayShowGroup(none, five)).toBe(false);
  expect(mayShowPart(none, five)).toBe(true);
});
