import { describe, expect, it } from '@jest/globals';
import { buildSchema, parse } from 'graphql';
import { Executor } from '../../../src/graphql/executor.js';

const schema = buildSchema(`
  input Inner { word: String! = "inner" }
  input Asked { id: ID! flag: Boolean! = false words: [String!]! = [] note: String = "none" inner: Inner }
  type Query { show(asked: Asked!): String show2(n: Int! = 7): String plain(id: ID!, n: Int): String }
`);

/** Answers with the arguments as they come. */
for (const field of Object.values(schema.getQueryType()!.getFields()))
  field.resolve = (_source, args: unknown) => JSON.stringify(args);

const ALL = '{"id":"1","flag":false,"words":[],"note":"none"}';

const cases = [
  {
    name: 'of an input object in a variable',
    query: 'query($a: Asked!) { show(asked: $a) }',
    variables: { a: { id: '1' } },
    answer: { show: `{"asked":${ALL}}` },
  },
  {
    name: 'of an input object further in',
    query: 'query($a: Asked!) { show(asked: $a) }',
    variables: { a: { id: '1', inner: {} } },
    answer: { show: `{"asked":${ALL.replace('}', ',"inner":{"word":"inner"}}')}}` },
  },
  {
    name: 'of a required member whose variable is absent',
    query: 'query($id: ID!, $words: [String!]) { show(asked: { id: $id, words: $words }) }',
    variables: { id: '1' },
    answer: { show: `{"asked":${ALL}}` },
  },
  {
    name: 'of a required argument whose variable is absent',
    query: 'query($n: Int) { show2(n: $n) }',
    variables: {},
    answer: { show2: '{"n":7}' },
  },
  {
    name: 'of a required variable',
    query: 'query($id: ID! = "9") { plain(id: $id) }',
    variables: {},
    answer: { plain: '{"id":"9"}' },
  },
  {
    name: 'of none, with variables for all',
    query: 'query($id: ID!, $n: Int) { plain(id: $id, n: $n) }',
    variables: { id: '1', n: 2 },
    answer: { plain: '{"id":"1","n":2}' },
  },
];

describe('a document that comes again has the defaults of its first time', () => {
  it.each(cases)('$name', async ({ query, variables, answer }) => {
    const executor = new Executor(schema);
    const document = parse(query);
    for (let time = 1; time <= 5; time++) {
      const { data, errors } = await executor.execute({ document, variables, context: {} });
      expect({ time, errors, data: { ...data } }).toEqual({ time, errors: undefined, data: answer });
    }
  });
});
