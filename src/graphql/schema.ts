import 'reflect-metadata';
import {
  isInterfaceType,
  isObjectType,
  lexicographicSortSchema,
  printSchema,
  type GraphQLSchema,
} from 'graphql';
import { buildSchemaSync, type NonEmptyArray } from 'type-graphql';
import { callDirectly } from '../core/graphql/called-directly.js';
import { setExactTypes } from '../core/graphql/exact-type.js';
import { typeNameOfId } from '../core/graphql/node.types.js';

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
  setExactTypes(schema);
  callDirectly(schema, instances);
  countOnDemand(schema);
  resolveNodesAtOnce(schema);
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

/**
 * `totalCount` of a connection is a method, so that nothing is counted unless it is asked for; TypeGraphQL would copy
 * the connection to call it.
 */
function countOnDemand(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    const field =
      isObjectType(type) && type.name.endsWith('Connection') ? type.getFields()['totalCount'] : undefined;
    if (field !== undefined)
      field.resolve = (connection: { totalCount(): Promise<number> }) => connection.totalCount();
  }
}

/** TypeGraphQL answers the type of a node with a promise, for which a compiled query does not wait. */
function resolveNodesAtOnce(schema: GraphQLSchema): void {
  const node = schema.getType('Node');
  if (isInterfaceType(node)) node.resolveType = ({ id }: { readonly id: string }) => typeNameOfId(id);
}

/** The committed form, sorted so that a diff shows what changed and nothing else. */
export function printSortedSchema(schema: GraphQLSchema): string {
  return `${printSchema(lexicographicSortSchema(schema))}\n`;
}
