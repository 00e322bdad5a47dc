import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { NOTHING_TOLD, type Told } from '../../../src/analytics/analyses/analysis.js';
import {
  mayShowAnswer,
  readBasis,
  sourcesOf,
  writeBasis,
  type QueryBasis,
} from '../../../src/analytics/queries/query-basis.js';

const five = { minGroupSize: 5, allowExtremes: false };

function basis(
  shown: Readonly<Record<string, number>>,
  { leftOut = {}, told = {} }: { leftOut?: Readonly<Record<string, number>>; told?: Partial<Told> } = {},
): QueryBasis {
  return {
    groups: [{ shown: new Map(Object.entries(shown)), leftOut: new Map(Object.entries(leftOut)) }],
    told: { ...NOTHING_TOLD, ...told },
  };
}

describe('a kept answer is shown', () => {
  it('while its groups have at least T observations', () => {
    expect(mayShowAnswer(basis({ a: 5 }), null, five)).toBe(true);
    expect(mayShowAnswer(basis({ a: 5 }), null, { ...five, minGroupSize: 6 })).toBe(false);
  });

  it('to nobody who would be left with few of somebody else, whoever asked', () => {
    const answer = basis({ north: 6, south: 3 });
    expect(mayShowAnswer(answer, 'west', five)).toBe(true);
    expect(mayShowAnswer(answer, 'south', five)).toBe(true);
    expect(mayShowAnswer(answer, 'north', five)).toBe(false);
  });

  it('to nobody for whom its filters left out a few of somebody else', () => {
    const answer = basis({ north: 50, south: 50 }, { leftOut: { north: 10, south: 2 } });
    expect(mayShowAnswer(answer, 'west', five)).toBe(true);
    expect(mayShowAnswer(answer, 'north', five)).toBe(false);
  });

  it.each([
    ['a median', { median: 8 }, 5, 6],
    ['quartiles', { quartiles: 16 }, 5, 6],
    ['a cell', { cell: 7 }, 7, 8],
  ])('with %s only while it may be told', (_, told, enough, tooMany) => {
    const answer = basis({ a: 100 }, { told });
    expect(mayShowAnswer(answer, null, { ...five, minGroupSize: enough })).toBe(true);
    expect(mayShowAnswer(answer, null, { ...five, minGroupSize: tooMany })).toBe(false);
  });

  it('with extremes only while the owner allows them', () => {
    const answer = basis({ a: 100 }, { told: { extremes: true } });
    expect(mayShowAnswer(answer, null, { ...five, allowExtremes: true })).toBe(true);
    expect(mayShowAnswer(answer, null, five)).toBe(false);
  });
});

const contributions = fc
  .dictionary(fc.stringMatching(/^[A-Za-z0-9._:-]{1,12}$/), fc.integer({ min: 1, max: 2 ** 50 }))
  .map((counts) => new Map(Object.entries(counts)));
const anyBasis = fc.record({
  groups: fc.array(fc.record({ shown: contributions, leftOut: contributions }), { maxLength: 5 }),
  told: fc.record({
    median: fc.option(fc.nat()),
    quartiles: fc.option(fc.nat()),
    extremes: fc.boolean(),
    cell: fc.option(fc.nat()),
  }),
});

it('comes back from its stored form as it was', () => {
  fc.assert(
    fc.property(anyBasis, (kept) => {
      expect(readBasis(writeBasis(kept))).toEqual(kept);
    }),
  );
});

it('names as sources exactly who has observations in a shown group', () => {
  const kept = basis({ b: 3, a: 1, none: 0 }, { leftOut: { other: 9 } });
  expect(sourcesOf(kept)).toEqual(['a', 'b']);
});

it.each([
  '{}',
  '[]',
  '{"groups":[[1]],"told":{}}',
  '{"groups":[],"told":{"median":"x","extremes":true}}',
  'null',
])('shows nothing by a damaged one: %s', (json) => {
  expect(() => readBasis(json)).toThrow(TypeError);
});
