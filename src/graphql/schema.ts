import 'reflect-metadata';
import { lexicographicSortSchema, printSchema, type GraphQLSchema } from 'graphql';
import { buildSchemaSync, type NonEmptyArray } from 'type-graphql';

type ResolverClass = new (...dependencies: never[]) => object;

/** Builds the schema over ready-made resolvers. There is no global middleware: it would cost on every field. */
export function createSchema(resolvers: NonEmptyArray<object>): GraphQLSchema {
  const instances = new Map<unknown, object>(resolvers.map((resolver) => [classOf(resolver), resolver]));
  const [first, ...rest] = resolvers.map(classOf);
  if (first === undefined) throw new Error('a schema needs resolvers');
  const schema = buildSchemaSync({
    resolvers: [first, ...rest],
    container: { get: (resolverClass) => instances.get(resolverClass) },
    validate: false,
    emitSchemaFile: false,
  });
  // TypeGraphQL puts the root types together from the resolvers and has no place for what they are.
  const [query, mutation] = [schema.getQueryType(), schema.getMutationType()];
  if (query) query.description = 'What can be asked.';
  if (mutation) mutation.description = 'What can be changed.';
  return schema;
}

function classOf(instance: object): ResolverClass {
  const { constructor } = instance;
  if (!isResolverClass(constructor)) throw new Error('a resolver is an instance of its class');
  return constructor;
}

function isResolverClass(value: unknown): value is ResolverClass {
  return typeof value === 'function';
}

/** The committed form, sorted so that a diff shows what changed and nothing else. */
export function printSortedSchema(schema: GraphQLSchema): string {
  return `${printSchema(lexicographicSortSchema(schema))}\n`;
}
