import {
  astFromValue,
  getNamedType,
  GraphQLFloat,
  GraphQLInt,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  Kind,
  TypeInfo,
  valueFromASTUntyped,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLSchema,
  type ValueNode,
} from 'graphql';
import type { InputMember } from '../input.js';
import type { Operation } from '../operation.js';
import { LINES_TYPE } from '../observation-lines.js';
import { isRecord, MAX_LIMIT, type Paging, type Route } from '../route.js';
import { describedBy, objectOf, type JsonSchema, type SchemaReader } from './schemas.js';

/** A variable's argument or input field: there stands what is known of it beyond its type. */
type Use = GraphQLArgument | GraphQLInputField;

/** A member of a request, ready to be written down. */
interface RequestMember extends InputMember {
  readonly description: string;
  readonly isRequired: boolean;
  readonly defaultValue: unknown;
}

/** `parameters` and, where it has members, `requestBody` of an operation. */
export function requestOf(operation: Operation, schema: GraphQLSchema, schemas: SchemaReader): JsonSchema {
  const { route, pathNames } = operation;
  const members = membersOf(operation, schema);
  const inPath = members.filter(({ name }) => pathNames.includes(name));
  const inQuery = members.filter(({ name }) => route.inQuery?.includes(name));
  const elsewhere = members.filter((member) => !inPath.includes(member) && !inQuery.includes(member));
  const path = inPath.map((member) => parameter('path', member, schemas, route.example.path));
  if (route.method === 'GET' || route.method === 'DELETE') {
    const query = elsewhere.map((member) =>
      route.paging !== undefined && isPageMember(member)
        ? pageParameter(member, route.paging)
        : parameter('query', member, schemas, route.example.query),
    );
    return { parameters: [...path, ...query] };
  }
  return {
    parameters: [
      ...path,
      ...inQuery.map((member) => parameter('query', member, schemas, route.example.query)),
      ...(route.lines === undefined ? [] : [BATCH_OF_LINES]),
      { $ref: '#/components/parameters/Idempotency-Key' },
    ],
    ...(elsewhere.length === 0
      ? {}
      : { requestBody: withLines(bodyOf(elsewhere, schemas, route.example.body), route) }),
  };
}

/** A stream of lines has no member to say it in. */
const BATCH_OF_LINES = {
  name: 'batch_id',
  in: 'query',
  description: `Id of the batch, where the body is \`${LINES_TYPE}\`; in JSON it is a member of the body.`,
  schema: { type: 'string' },
};

/** The other form of a body that may also be a stream of lines. */
function withLines(body: JsonSchema, { lines, example }: Route): JsonSchema {
  if (lines === undefined) return body;
  const content = isRecord(body['content']) ? body['content'] : {};
  const items = isRecord(example.body) ? Object.values(example.body).find(Array.isArray) : undefined;
  const text = (items ?? []).map((item: unknown) => `${JSON.stringify(item)}\n`).join('');
  return {
    ...body,
    content: { ...content, [LINES_TYPE]: { schema: { type: 'string', description: lines }, example: text } },
  };
}

function membersOf({ document, input }: Operation, schema: GraphQLSchema): RequestMember[] {
  const uses = usesOf(document, schema);
  const defaults = defaultsOf(document);
  return input.map((member) => {
    const use = uses.get(member.variable);
    if (use === undefined) throw new Error(`$${member.variable} is used nowhere`);
    return {
      ...member,
      description: use.description ?? '',
      isRequired: isNonNullType(member.type) && !member.hasDefault,
      defaultValue: defaultValueOf(
        member,
        defaults.get(member.variable) ?? astFromValue(use.defaultValue, use.type),
      ),
    };
  });
}

/** Finds the argument or input field that each variable is the value of. */
function usesOf(document: DocumentNode, schema: GraphQLSchema): ReadonlyMap<string, Use> {
  const uses = new Map<string, Use>();
  const typeInfo = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(typeInfo, {
      Argument: ({ value }) => {
        const argument = typeInfo.getArgument();
        if (value.kind === Kind.VARIABLE && argument) uses.set(value.name.value, argument);
      },
      ObjectField: ({ name, value }) => {
        const parent = getNamedType(typeInfo.getParentInputType());
        const field = isInputObjectType(parent) ? parent.getFields()[name.value] : undefined;
        if (value.kind === Kind.VARIABLE && field !== undefined) uses.set(value.name.value, field);
      },
    }),
  );
  return uses;
}

function defaultsOf(document: DocumentNode): ReadonlyMap<string, ValueNode> {
  const variables = document.definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION ? (definition.variableDefinitions ?? []) : [],
  );
  return new Map(
    variables.flatMap(({ variable, defaultValue }) =>
      defaultValue === undefined ? [] : [[variable.name.value, defaultValue] as const],
    ),
  );
}

function defaultValueOf({ type }: InputMember, node: ValueNode | null | undefined): unknown {
  const value = node === null || node === undefined ? undefined : valueFromASTUntyped(node);
  return typeof value === 'string' && isEnumType(getNamedType(type)) ? value.toLowerCase() : value;
}

function isPageMember({ variable }: InputMember): boolean {
  return variable === 'first' || variable === 'offset';
}

/** The ranges of pages are those of REST; what the arguments say of themselves holds for GraphQL. */
function pageParameter(
  { variable, name }: InputMember,
  { defaultLimit, maxLimit = MAX_LIMIT }: Paging,
): JsonSchema {
  const [description, range] =
    variable === 'first'
      ? [
          'How many items. A `Link` to the next page comes only where `limit` is given.',
          { minimum: 1, maximum: maxLimit, default: defaultLimit },
        ]
      : ['How many items to skip; beyond the end the page is empty.', { minimum: 0, default: 0 }];
  return { name, in: 'query', description, schema: { type: 'integer', format: 'int32', ...range } };
}

function parameter(
  place: 'path' | 'query',
  member: RequestMember,
  schemas: SchemaReader,
  examples: Readonly<Record<string, string>> = {},
): JsonSchema {
  const { name, type, defaultValue } = member;
  const example = examples[name];
  const isList = isListType(isNonNullType(type) ? type.ofType : type);
  return {
    name,
    in: place,
    ...describedBy(isList ? `${member.description} Separated by commas.` : member.description),
    ...(member.isRequired ? { required: true } : {}),
    ...(isList ? { style: 'form', explode: false } : {}),
    schema: {
      ...schemas.presentInput(type),
      ...(defaultValue === undefined ? {} : { default: defaultValue }),
    },
    ...(example === undefined ? {} : { example: exampleOf(example, type) }),
  };
}

/** An example is written as in a query string; the document shows the value that it stands for. */
function exampleOf(text: string, type: GraphQLInputType): unknown {
  const plain = isNonNullType(type) ? type.ofType : type;
  if (isListType(plain)) return text.split(',');
  return plain === GraphQLFloat || plain === GraphQLInt ? Number(text) : text;
}

function bodyOf(members: readonly RequestMember[], schemas: SchemaReader, example: unknown): JsonSchema {
  const schema = objectOf(
    members.map(({ name, type, description, isRequired, defaultValue }) => ({
      name,
      isRequired,
      schema: {
        ...schemas.ofInput(type),
        ...describedBy(description),
        ...(defaultValue === undefined ? {} : { default: defaultValue }),
      },
    })),
  );
  return {
    required: members.some(({ isRequired }) => isRequired),
    content: { 'application/json': { schema, ...(example === undefined ? {} : { example }) } },
  };
}
