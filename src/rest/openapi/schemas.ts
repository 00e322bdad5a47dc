import {
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  type GraphQLEnumType,
  type GraphQLInputType,
  type GraphQLOutputType,
} from 'graphql';
import { isDeepStrictEqual } from 'node:util';
import { toSnakeCase } from '../../core/names.js';
import type { AnswerMember } from '../shape.js';

/** JSON Schema 2020-12, the dialect of OpenAPI 3.1, as plain data. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** A new scalar is refused until it is listed: its form in JSON is a decision. */
const SCALARS: Readonly<Record<string, JsonSchema>> = {
  ID: { type: 'string' },
  String: { type: 'string' },
  Int: { type: 'integer', format: 'int32' },
  Float: { type: 'number' },
  Boolean: { type: 'boolean' },
  DateTime: { type: 'string', format: 'date-time' },
  JSON: { type: 'object', additionalProperties: true },
};

/** Where a component is not called as its GraphQL type is. */
const COMPONENT_NAMES: Readonly<Record<string, string>> = {
  SharedModel: 'Model',
  CreateApiKeyPayload: 'NewApiKey',
};

/** Reads JSON Schemas from GraphQL types and collects those that have a name. */
export class SchemaReader {
  private readonly components = new Map<string, JsonSchema>();

  /** What was referred to so far. */
  get named(): Readonly<Record<string, JsonSchema>> {
    return Object.fromEntries([...this.components].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** A value of an answer, as shape.ts sends it. */
  ofAnswer(member: AnswerMember): JsonSchema {
    return this.answerValue(member.type, member);
  }

  /** A value of a request. Null means the same as absent, so that whatever may be absent may be null. */
  ofInput(type: GraphQLInputType): JsonSchema {
    if (!isNonNullType(type)) return orNull(this.presentInput(type));
    return this.presentInput(type.ofType);
  }

  /** A value of a request where null cannot be said: in the path, in the query, as an item of a list. */
  presentInput(type: GraphQLInputType): JsonSchema {
    if (isNonNullType(type)) return this.presentInput(type.ofType);
    if (isListType(type)) return { type: 'array', items: this.presentInput(type.ofType) };
    if (!isInputObjectType(type)) return this.leaf(type);
    const fields = Object.values(type.getFields());
    return this.refer(type.name, {
      ...describedBy(type.description),
      ...objectOf(
        fields.map((field) => ({
          name: toSnakeCase(field.name),
          schema: { ...this.ofInput(field.type), ...describedBy(field.description) },
          isRequired: isNonNullType(field.type) && field.defaultValue === undefined,
        })),
      ),
    });
  }

  private answerValue(type: GraphQLOutputType, member: AnswerMember): JsonSchema {
    if (!isNonNullType(type)) return orNull(this.presentAnswer(type, member));
    return this.presentAnswer(type.ofType, member);
  }

  private presentAnswer(type: GraphQLOutputType, member: AnswerMember): JsonSchema {
    if (isListType(type)) {
      if (member.isFlags) return { type: 'object', additionalProperties: { const: true } };
      if (member.isPercentiles) return { type: 'object', additionalProperties: { type: 'number' } };
      return { type: 'array', items: this.answerValue(type.ofType, member) };
    }
    if (!isObjectType(type)) return this.leaf(type);
    const [only] = member.members ?? [];
    if (member.isBare && only !== undefined) return this.ofAnswer(only);
    return this.refer(COMPONENT_NAMES[type.name] ?? type.name, {
      ...describedBy(type.description),
      ...objectOf(
        inParent(member.members ?? []).map((inner) => ({
          name: inner.name,
          schema: { ...this.ofAnswer(inner), ...describedBy(inner.description) },
          isRequired: !inner.isPercentiles,
        })),
      ),
    });
  }

  private leaf(type: GraphQLInputType | GraphQLOutputType): JsonSchema {
    if (isEnumType(type)) return this.enumeration(type);
    const schema = isScalarType(type) ? SCALARS[type.name] : undefined;
    if (schema === undefined) throw new Error(`no JSON Schema for ${String(type)}`);
    return schema;
  }

  /** Enumerations are in lower case outside of GraphQL. */
  private enumeration(type: GraphQLEnumType): JsonSchema {
    const values = type
      .getValues()
      .map(({ name, description }) => ({ name: name.toLowerCase(), description: description ?? '' }));
    const lines = values.map(({ name, description }) => `- \`${name}\`: ${description}`);
    return this.refer(type.name, {
      ...describedBy(`${type.description ?? ''}\n\n${lines.join('\n')}`),
      type: 'string',
      enum: values.map(({ name }) => name),
    });
  }

  /** A type of which other members are selected elsewhere has a second form, which stands where it is used. */
  private refer(name: string, schema: JsonSchema): JsonSchema {
    const known = this.components.get(name);
    if (known !== undefined && !isDeepStrictEqual(known, schema)) return schema;
    this.components.set(name, schema);
    return { $ref: `#/components/schemas/${name}` };
  }
}

/** Members of flattened objects stand among those of their parent. */
function inParent(members: readonly AnswerMember[]): readonly AnswerMember[] {
  return members.flatMap((member) =>
    member.isFlattened && member.members !== null ? inParent(member.members) : [member],
  );
}

interface Property {
  readonly name: string;
  readonly schema: JsonSchema;
  readonly isRequired: boolean;
}

export function objectOf(properties: readonly Property[]): JsonSchema {
  const required = properties.filter(({ isRequired }) => isRequired).map(({ name }) => name);
  return {
    type: 'object',
    properties: Object.fromEntries(properties.map(({ name, schema }) => [name, schema])),
    ...(required.length === 0 ? {} : { required }),
  };
}

export function describedBy(description: string | null | undefined): JsonSchema {
  return description === null || description === undefined || description === '' ? {} : { description };
}

function orNull(schema: JsonSchema): JsonSchema {
  const { type } = schema;
  return typeof type === 'string'
    ? { ...schema, type: [type, 'null'] }
    : { anyOf: [schema, { type: 'null' }] };
}
