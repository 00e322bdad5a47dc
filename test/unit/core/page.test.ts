import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DomainError } from '../../../src/core/errors.js';
import { encodeCursor, parsePage, toPage, type SortKey, type SortKeyShape } from '../../../src/core/page.js';

const SHAPE: SortKeyShape = ['number', 'string'];

function fieldOf(act: () => unknown): string | undefined {
  try {
    act();
  } catch (error) {
    if (error instanceof DomainError && error.code === 'BAD_USER_INPUT') return error.field;
    throw error;
  }
  throw new Error('expected a refusal');
}

describe('a page', () => {
  it.each([{}, { first: null, after: null, offset: null }])(
    'without arguments is the first 25: %j',
    (args) => {
      expect(parsePage(args, 100, SHAPE)).toEqual({ first: 25, after: null, offset: 0 });
    },
  );

  it.each([1, 100])('may have %d items', (first) => {
    expect(parsePage({ first }, 100, SHAPE).first).toBe(first);
  });

  it.each([-1, 0, 101, 2 ** 31 - 1])('may not have %d items', (first) => {
    expect(fieldOf(() => parsePage({ first }, 100, SHAPE))).toBe('first');
  });

  it('is as large as its API allows', () => {
    expect(parsePage({ first: 1_000 }, 1_000, SHAPE).first).toBe(1_000);
    expect(fieldOf(() => parsePage({ first: 1_001 }, 1_000, SHAPE))).toBe('first');
  });

  it('begins at an offset that is not negative, however far', () => {
    for (const offset of [0, 1, 2 ** 31 - 1]) expect(parsePage({ offset }, 100, SHAPE).offset).toBe(offset);
    expect(fieldOf(() => parsePage({ offset: -1 }, 100, SHAPE))).toBe('offset');
  });

  it('is cut from one row more than it holds, which says that more follow', () => {
    expect(toPage([1, 2, 3], 2)).toEqual({ rows: [1, 2], hasNextPage: true });
    expect(toPage([1, 2], 2)).toEqual({ rows: [1, 2], hasNextPage: false });
    expect(toPage([], 2)).toEqual({ rows: [], hasNextPage: false });
  });
});

describe('a cursor', () => {
  const afterOf = (after: string, shape: SortKeyShape) => parsePage({ after }, 100, shape).after;
  const part = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value)),
  );
  const sortKey: fc.Arbitrary<SortKey> = fc.array(part, { maxLength: 5 });
  const shapeOf = (key: SortKey): SortKeyShape =>
    key.map((value) => (typeof value === 'number' ? 'number' : 'string'));

  it('comes back as the sort key that it was made of', () => {
    fc.assert(
      fc.property(sortKey, (key) => {
        expect(afterOf(encodeCursor(key), shapeOf(key))).toEqual(key);
      }),
    );
  });

  it('needs no escaping in an address', () => {
    fc.assert(
      fc.property(sortKey, (key) => {
        expect(encodeCursor(key)).toMatch(/^[\w-]+$/);
      }),
    );
  });

  it('of another list is refused', () => {
    fc.assert(
      fc.property(sortKey, sortKey, (key, other) => {
        fc.pre(JSON.stringify(shapeOf(key)) !== JSON.stringify(shapeOf(other)));
        expect(fieldOf(() => afterOf(encodeCursor(key), shapeOf(other)))).toBe('after');
      }),
    );
  });

  it('of a list with other ids is refused', () => {
    const shape: SortKeyShape = ['number', /^key_/];
    expect(afterOf(encodeCursor([1, 'key_1']), shape)).toEqual([1, 'key_1']);
    expect(fieldOf(() => afterOf(encodeCursor([1, 'shm_1']), shape))).toBe('after');
  });

  it('that is any text is refused and breaks nothing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.base64String()), (text) => {
        expect(fieldOf(() => afterOf(text, SHAPE))).toBe('after');
      }),
    );
  });

  it.each([
    'null',
    '{}',
    '[1]',
    '[1,"a","b"]',
    '[null,"a"]',
    '[true,"a"]',
    '[[1],"a"]',
    '[1e999,"a"]',
    '"x"',
  ])('that says %s is refused', (json) => {
    expect(fieldOf(() => afterOf(Buffer.from(json).toString('base64url'), SHAPE))).toBe('after');
  });
});
