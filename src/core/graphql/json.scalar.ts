import { GraphQLScalarType, valueFromASTUntyped } from 'graphql';

/** A value that the schema does not describe further; whoever reads it checks it. */
export const JsonScalar = new GraphQLScalarType<unknown, unknown>({
  name: 'JSON',
  description: 'Any JSON value.',
  serialize: (value) => value,
  parseValue: (value) => value,
  parseLiteral: (node, variables) => valueFromASTUntyped(node, variables),
});
