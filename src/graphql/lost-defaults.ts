import {
  getNamedType,
  isInputObjectType,
  isNonNullType,
  Kind,
  TypeInfo,
  typeFromAST,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type GraphQLInputObjectType,
  type GraphQLSchema,
  type VariableDefinitionNode,
} from 'graphql';

/**
 * Whether a document relies on defaults that the compiler forgets: of a required variable (`$id: ID! = "x"`, which it
 * takes for missing), of members of an input object in a variable, and of a required argument or member whose variable
 * is absent.
 */
export function losesDefaults(document: DocumentNode, schema: GraphQLSchema): boolean {
  const optional = new Set<string>();
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    for (const variable of definition.variableDefinitions ?? []) {
      if (variable.type.kind === Kind.NON_NULL_TYPE && variable.defaultValue !== undefined) return true;
      if (holdsDefaults(variable, schema)) return true;
      if (variable.type.kind !== Kind.NON_NULL_TYPE && variable.defaultValue === undefined)
        optional.add(variable.variable.name.value);
    }
  }
  return optional.size > 0 && standsForRequired(document, schema, optional);
}

function holdsDefaults({ type }: VariableDefinitionNode, schema: GraphQLSchema): boolean {
  const named = getNamedType(typeFromAST(schema, type));
  return isInputObjectType(named) && hasDefault(named, new Set());
}

function hasDefault(type: GraphQLInputObjectType, seen: Set<GraphQLInputObjectType>): boolean {
  if (seen.has(type)) return false;
  seen.add(type);
  return Object.values(type.getFields()).some((field) => {
    const inner = getNamedType(field.type);
    return field.defaultValue !== undefined || (isInputObjectType(inner) && hasDefault(inner, seen));
  });
}

/** A variable that may be absent is let stand for something required only where that has a default. */
function standsForRequired(
  document: DocumentNode,
  schema: GraphQLSchema,
  optional: ReadonlySet<string>,
): boolean {
  let isFound = false;
  const typeInfo = new TypeInfo(schema);
  const visitor = visitWithTypeInfo(typeInfo, {
    VariableDefinition: () => false,
    Variable: ({ name }) => {
      isFound ||= optional.has(name.value) && isNonNullType(typeInfo.getInputType());
    },
  });
  visit(document, visitor);
  return isFound;
}
