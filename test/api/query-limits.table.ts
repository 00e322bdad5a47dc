/** Queries that cost much before anything of them is executed, and those that lie just within a limit or beyond it. */

export const times = (n: number, part: (i: number) => string, separator = ' ') =>
  Array.from({ length: n }, (_, i) => part(i)).join(separator);

/** Inside a federation, as deep as asked: its members, their federation, and so on. */
function insideFederation(levels: number): string {
  const cycle = ['members(first: 1)', 'nodes', 'federation'];
  return `${times(levels - 1, (i) => `${cycle[i % 3]!} {`)} __typename ${'}'.repeat(levels - 1)}`;
}

const FEDERATION = 'federation(id: "fed_000000000000")';

/** Fragments of 100 fields, spread often: few tokens, many fields. */
function expanded(fields: number): string {
  const field = () => '__typename';
  const spreads = times(Math.floor(fields / 100), () => '...F');
  return `{ ${spreads} ${times(fields % 100, field)} } fragment F on Query { ${times(100, field)} }`;
}

/** 1 + 100 × (a federation + its members + 17 × 1) = 1,901 points, 1 for another list, and as many as still lack. */
function costing(points: number): string {
  const [large, rest] = [
    'federations(first: 100) { nodes { members(first: 17) { nodes { id } } } }',
    points - 1_902,
  ];
  return `{ ${large} rest: federations(first: ${rest}) { nodes { id } } }`;
}

function withVariables(n: number): string {
  const declared = times(n, (i) => `$v${i}: MemberStatus!`);
  return `query(${declared}) { ${FEDERATION} { members(status: [${times(n, (i) => `$v${i}`)}]) { totalCount } } }`;
}

export interface Limit {
  readonly name: string;
  /** Inclusive. */
  readonly limit: number;
  readonly query: (n: number) => string;
  readonly others?: (n: number) => object;
}

export const limits: readonly Limit[] = [
  { name: 'levels', limit: 15, query: (n) => `{ ${FEDERATION} { ${insideFederation(n - 1)} } }` },
  {
    name: 'levels through a fragment',
    limit: 15,
    query: (n) => `{ ${FEDERATION} { ...F } } fragment F on Federation { ${insideFederation(n - 1)} }`,
  },
  {
    name: 'levels through inline fragments',
    limit: 15,
    query: (n) => `{ ... { ${FEDERATION} { ... on Federation { ${insideFederation(n - 1)} } } } }`,
  },
  {
    name: 'levels of introspection',
    limit: 15,
    query: (n) =>
      `{ __schema { queryType { ${times(n - 3, () => 'ofType {')} name ${'}'.repeat(n - 1)} }`.replace(
        /\} \}$/,
        '} }',
      ),
  },
  { name: 'aliases', limit: 30, query: (n) => `{ ${times(n, (i) => `a${i}: __typename`)} }` },
  {
    name: 'aliases through a fragment that is spread twice',
    limit: 30,
    query: (n) =>
      `{ ${times(n - 20, (i) => `a${i}: __typename`)} ...F viewer { __typename } ...F } fragment F on Query { ${times(10, (i) => `b${i}: __typename`)} }`,
  },
  { name: 'directives', limit: 30, query: (n) => `{ ${times(n, () => '__typename @include(if: true)')} }` },
  {
    name: 'directives on fragments',
    limit: 30,
    query: (n) => `{ ${times(n, () => '... @skip(if: false) { __typename }')} }`,
  },
  {
    name: 'definitions',
    limit: 30,
    query: (n) => times(n, (i) => `query Q${i} { __typename }`),
    others: () => ({ operationName: 'Q0' }),
  },
  {
    name: 'variables',
    limit: 100,
    query: withVariables,
    others: (n) => ({
      variables: Object.fromEntries(Array.from({ length: n }, (_, i) => [`v${i}`, 'ACTIVE'])),
    }),
  },
  { name: 'fields with every fragment written out', limit: 5_000, query: expanded },
  { name: 'cost points', limit: 2_000, query: costing },
];

const fragments = (n: number, body: (i: number) => string) =>
  times(n, (i) => `fragment F${i} on Query { ${body(i)} }`);

/** Each must be answered within a second; what the answer is follows from the rules above and from GraphQL's own. */
export const bombs: readonly { name: string; query: string }[] = [
  {
    name: 'fragments that double 28 times',
    query: `{ ...F0 } ${fragments(28, (i) => `...F${i + 1} ...F${i + 1}`)} fragment F28 on Query { __typename }`,
  },
  {
    name: 'fragments that grow tenfold, seven times',
    query: `{ ...F0 } ${fragments(7, (i) => times(10, () => `...F${i + 1}`))} fragment F7 on Query { __typename }`,
  },
  {
    name: 'a fragment that spreads itself',
    query: '{ ...F0 } fragment F0 on Query { __typename ...F0 ...F0 }',
  },
  {
    name: 'a circle of fragments',
    query: `{ ...F0 } ${fragments(28, (i) => `__typename ...F${(i + 1) % 28}`)}`,
  },
  {
    name: 'fragments that spread all of each other',
    query: `{ ...F0 } ${fragments(24, () => times(24, (j) => `...F${j}`))}`,
  },
  {
    name: 'a circle through fields',
    query: `{ ${FEDERATION} { ...A } } fragment A on Federation { members { nodes { federation { ...A ...B } } } } fragment B on Federation { members { nodes { federation { ...B ...A } } } }`,
  },
  {
    name: 'inline fragments inside of fragments',
    query: `{ ${times(40, () => '...A')} } fragment A on Query { ${times(40, () => '...B')} } fragment B on Query { ${'... { '.repeat(60)} __typename ${'} '.repeat(60)} }`,
  },
  { name: 'one field 1,490 times', query: `{ ${times(1_490, () => '__typename')} }` },
  {
    name: 'fields that contradict each other',
    query: `{ ${times(130, (i) => `federation(id: "${i}") { id }`)} }`,
  },
  {
    name: 'equal fields that must be merged, level by level',
    query: `{ ${times(20, () => `${FEDERATION} { ${times(4, () => 'members(first: 1) { nodes { federation { id } } }')} }`)} }`,
  },
  { name: '600 unknown fields', query: `{ ${times(600, (i) => `viewer${i}`)} }` },
  { name: '700 unknown directives', query: `query ${times(700, (i) => `@d${i}`)} { __typename }` },
  { name: '700 levels', query: `{ ${'viewer { '.repeat(700)} __typename ${'} '.repeat(701)}` },
  { name: '100,000 levels', query: '{ a '.repeat(50_000) },
  {
    name: 'a list that is 1,400 deep',
    query: `{ federation(id: ${'['.repeat(700)}${']'.repeat(700)}) { id } }`,
  },
  { name: 'an object that is 100,000 deep', query: `{ federation(id: ${'{a:'.repeat(70_000)} }` },
  { name: 'a string of 200,000 characters', query: `{ federation(id: "${'x'.repeat(200_000)}") { id } }` },
  { name: '200,000 commas', query: `{ __typename ${','.repeat(200_000)} }` },
  { name: '200,000 comments', query: `{ __typename ${'#\n'.repeat(100_000)} }` },
];
