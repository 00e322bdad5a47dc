import { describe, expect, it } from '@jest/globals';
import { getIntrospectionQuery } from 'graphql';
import { DomainError } from '../../../src/core/errors.js';
import { MAX_TOKENS, ShapeLimit } from '../../../src/graphql/limits/shape.limit.js';

const times = (n: number, part: (i: number) => string) =>
  Array.from({ length: n }, (_, i) => part(i)).join(' ');
const deep = (levels: number) => `${'{ a '.repeat(levels)}${'}'.repeat(levels)}`;

/** The measure that a document is refused by; null where it passes. */
function refusalOf(source: string, limit = new ShapeLimit()): unknown {
  try {
    limit.check(source);
    return null;
  } catch (error) {
    if (error instanceof DomainError && error.code === 'QUERY_TOO_COMPLEX') return error.facts['measure'];
    throw error;
  }
}

interface Bound {
  readonly measure: string;
  readonly of: string;
  readonly limit: number;
  readonly source: (n: number) => string;
}

const bounds: readonly Bound[] = [
  { measure: 'aliases', of: 'one field set', limit: 30, source: (n) => `{ ${times(n, (i) => `a${i}: b`)} }` },
  {
    measure: 'aliases',
    of: 'all levels together',
    limit: 30,
    source: (n) => `{ ${times(10, (i) => `a${i}: b`)} c { ${times(n - 10, (i) => `a${i}: b`)} } }`,
  },
  {
    measure: 'aliases',
    of: 'a fragment, as often as it is spread',
    limit: 30,
    source: (n) =>
      `{ ...F ...F ${times(n - 20, (i) => `a${i}: b`)} } fragment F on Q { ${times(10, (i) => `f${i}: b`)} }`,
  },
  {
    measure: 'directives',
    of: 'fields',
    limit: 30,
    source: (n) => `{ ${times(n, () => 'a @skip(if: false)')} }`,
  },
  { measure: 'directives', of: 'one field', limit: 30, source: (n) => `{ a ${times(n, () => '@d')} }` },
  {
    measure: 'directives',
    of: 'fragments, inline and spread',
    limit: 30,
    source: (n) => `{ ...F @d ${times(n - 1, () => '... @d { a }')} } fragment F on Q { a }`,
  },
  {
    measure: 'directives',
    of: 'the operation',
    limit: 30,
    source: (n) => `query ${times(n, () => '@d')} { a }`,
  },
  {
    measure: 'directives',
    of: 'variables',
    limit: 30,
    source: (n) => `query(${times(n, (i) => `$v${i}: Int @d`)}) { a }`,
  },
  { measure: 'depth', of: 'fields', limit: 15, source: deep },
  {
    measure: 'depth',
    of: 'fields, to which inline fragments add nothing',
    limit: 15,
    source: (n) => `{ ... { ... on Q ${deep(n)} } }`,
  },
  {
    measure: 'depth',
    of: 'fields through fragments',
    limit: 15,
    source: (n) => `{ a { ...F } } fragment F on Q ${deep(n - 1)}`,
  },
  {
    measure: 'definitions',
    of: 'operations',
    limit: 30,
    source: (n) => times(n, (i) => `query Q${i} { a }`),
  },
  {
    measure: 'definitions',
    of: 'operations and fragments',
    limit: 30,
    source: (n) => `{ a } ${times(n - 1, (i) => `fragment F${i} on Q { a }`)}`,
  },
  {
    measure: 'variables',
    of: 'an operation',
    limit: 100,
    source: (n) => `query(${times(n, (i) => `$v${i}: Int`)}) { a }`,
  },
  {
    measure: 'fields',
    of: 'fragments that are spread often',
    limit: 5_000,
    source: (n) =>
      `{ ${times(Math.floor(n / 100), () => '...F')} ${times(n % 100, () => 'a')} } fragment F on Q { ${times(100, () => 'a')} }`,
  },
];

describe('a document may have', () => {
  it.each(bounds)('$limit $measure of $of, and no more', ({ measure, limit, source }) => {
    expect(refusalOf(source(limit))).toBeNull();
    expect(refusalOf(source(limit + 1))).toBe(measure);
  });

  it('each of its operations within the bounds, not the first alone', () => {
    expect(refusalOf(`query A { a } query B { ${times(31, (i) => `a${i}: b`)} }`)).toBe('aliases');
  });

  it('nothing more in a fragment that nothing spreads, which validation walks as well', () => {
    expect(refusalOf(`{ a } fragment F on Q { ${times(31, (i) => `a${i}: b`)} }`)).toBe('aliases');
  });

  it('the whole of the standard introspection', () => {
    expect(refusalOf(getIntrospectionQuery({ descriptions: true, inputValueDeprecation: true }))).toBeNull();
  });
});

describe('a document that grows without end', () => {
  const doubling = (n: number) =>
    `{ ...F0 } ${times(n, (i) => `fragment F${i} on Q { ...F${i + 1} ...F${i + 1} }`)} fragment F${n} on Q { a }`;
  const circle = `{ ...F0 } ${times(20, (i) => `fragment F${i} on Q { a ${times(20, (j) => `...F${(i + j + 1) % 20}`)} }`)}`;

  it.each([
    ['fragments that double', doubling(28)],
    ['fragments that spread each other in every order', circle],
    ['a fragment that spreads itself', '{ ...F } fragment F on Q { a ...F ...F }'],
  ])('is judged at once: %s', (name, source) => {
    const started = performance.now();
    const refusal = refusalOf(source);
    expect(performance.now() - started).toBeLessThan(250);
    // A circle has no size; what refuses it, this limit or validation, is not fixed here.
    if (name === 'fragments that double') expect(refusal).toBe('fields');
  });
});

describe('what does not parse is left to the parser', () => {
  it.each(['', '{', 'query', '{ a(b: ) }', '\u0000', '{ a } }', `{ ${times(MAX_TOKENS, () => 'a')} }`])(
    'such as %.20j',
    (source) => {
      expect(refusalOf(source)).toBeNull();
    },
  );
});

it('judges the same text the same way again', () => {
  const limit = new ShapeLimit();
  for (const _ of [1, 2, 3]) {
    expect(refusalOf(deep(16), limit)).toBe('depth');
    expect(refusalOf(deep(15), limit)).toBeNull();
  }
});

it('says what is too much, how much there is and how much may be', () => {
  expect(() => new ShapeLimit().check(deep(17))).toThrow('the query has 17 levels; at most 15 are allowed');
});
