import { isObjectType, isOutputType, type GraphQLOutputType, type GraphQLSchema } from 'graphql';
import { Extensions } from 'type-graphql';

const EXACT = 'exactType';

/** A type that TypeGraphQL cannot say: it knows one nullability for all levels of a list of lists. */
export function ExactType(type: GraphQLOutputType): PropertyDecorator & MethodDecorator {
  return Extensions({ [EXACT]: type });
}

/** Gives marked fields their type. */
export function setExactTypes(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const exact = field.extensions[EXACT];
      if (isOutputType(exact)) field.type = exact;
    }
  }
}
