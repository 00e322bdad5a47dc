import { isNonNullType, type GraphQLSchema } from 'graphql';
import { HEADERS, IDEMPOTENCY_KEY } from './openapi/headers.js';
import { errorSchema, refusalResponses } from './openapi/refusals.js';
import { requestOf } from './openapi/request.js';
import { memberAt, responsesOf } from './openapi/responses.js';
import { describedBy, SchemaReader, type JsonSchema } from './openapi/schemas.js';
import type { Operation } from './operation.js';
import { at, BASE_PATH, isRecord, type When } from './route.js';

/** A new tag is refused until it is described. */
const TAGS: Readonly<Record<string, string>> = {
  Federations: 'Organizations that train models together without sharing raw data.',
  Membership: 'Who takes part: invitations, the steps of a membership, the roster.',
  Privacy: 'The differential-privacy budget of a federation, and what was spent of it.',
  'Training rounds': 'Rounds of training, what they cost and who contributed.',
  Observations: 'What the devices of the members measured.',
  Analytics: 'Statistical questions across the members.',
  'Analytics in a browser':
    'The same questions without a federation id, as the SDK for browsers asks them; answers are in camelCase, bodies may be.',
  Models: 'Models that the owner of a federation shares in it.',
  'Organizations and keys': 'Who may call: for operators, and for keys that may make keys.',
};

const DESCRIPTION = `The REST API of a Federation Gateway. Each operation is a stored operation of the GraphQL API at \`/graphql\`.

- A key goes into \`Authorization: Bearer <key>\` or \`X-API-Key: <key>\`.
- Every answer has a JSON body. Answers may gain members: ignore those that you do not know.
- In the body of a request null means the same as absent, and unknown members are ignored.
- Times are sent in UTC with whole seconds, and accepted with any offset.
- The organization \`default\` is that of the key.
- What the caller may not know of looks exactly like what does not exist: 404.
- A known path with another method is 405, with \`Allow\`.
- Writes can be repeated: by themselves where that is natural, and with \`Idempotency-Key\` on every POST and PUT.`;

export interface DocumentSources {
  /** What the operations were made ready with. */
  readonly schema: GraphQLSchema;
  /** Of the gateway. */
  readonly version: string;
}

/** The OpenAPI 3.1 document of the REST API. It says nothing that the route table and the schema do not. */
export function openApiDocument(operations: readonly Operation[], sources: DocumentSources): JsonSchema {
  const schemas = new SchemaReader();
  const paths = pathsOf(operations, sources.schema, schemas);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Federation Gateway',
      version: sources.version,
      description: DESCRIPTION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }, { apiKey: [] }],
    tags: tagsOf(operations),
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'An API key as a bearer token.' },
        apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'An API key by itself.' },
      },
      parameters: { 'Idempotency-Key': IDEMPOTENCY_KEY },
      headers: HEADERS,
      responses: refusalResponses(),
      schemas: { Error: errorSchema(), ...schemas.named },
    },
  };
}

/** The form in which it is committed and served. */
export function printOpenApi(document: JsonSchema): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

function tagsOf(operations: readonly Operation[]): readonly JsonSchema[] {
  return [...new Set(operations.map(({ route }) => route.tag))].map((name) => {
    const description = TAGS[name];
    if (description === undefined) throw new Error(`the tag ${name} has no description`);
    return { name, description };
  });
}

function pathsOf(operations: readonly Operation[], schema: GraphQLSchema, schemas: SchemaReader): JsonSchema {
  const ids = operationIds(operations);
  const paths = new Map<string, Record<string, JsonSchema>>();
  for (const operation of operations) {
    const { route } = operation;
    const path = BASE_PATH + route.path;
    const methods = paths.get(path) ?? {};
    const method = route.method.toLowerCase();
    const documented = {
      operationId: ids.get(operation),
      tags: [route.tag],
      summary: route.summary,
      ...describedBy(descriptionOf(operation)),
      ...requestOf(operation, schema, schemas),
      responses: responsesOf(operation, schemas),
    };
    const known = methods[method];
    methods[method] = known === undefined ? documented : orElse(known, documented, route.when);
    paths.set(path, methods);
  }
  return Object.fromEntries(paths);
}

/** Two operations at one address: the first as it is, and the body of the other beside its own. */
function orElse(first: JsonSchema, other: JsonSchema, when: When | undefined): JsonSchema {
  const name = when?.is ?? 'other';
  const description = [
    at(first, 'description'),
    `With \`${when?.member}: "${name}"\`: ${String(at(other, 'description'))}`,
  ];
  const [content, otherContent] = [first, other].map((documented) => at(documented, 'requestBody.content'));
  const [body, otherBody] = [content, otherContent].map((media) =>
    isRecord(media) ? media['application/json'] : undefined,
  );
  return {
    ...first,
    description: description.join(' '),
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: { anyOf: [at(body, 'schema'), withChoice(at(otherBody, 'schema'), when)] },
          examples: { default: { value: at(body, 'example') }, [name]: { value: at(otherBody, 'example') } },
        },
      },
    },
  };
}

/** The member that chooses is no variable of the operation. */
function withChoice(schema: unknown, when: When | undefined): unknown {
  if (!isRecord(schema) || when === undefined) return schema;
  const required: readonly unknown[] = Array.isArray(schema['required']) ? schema['required'] : [];
  const properties = isRecord(schema['properties']) ? schema['properties'] : {};
  return {
    ...schema,
    required: [...required, when.member],
    properties: { ...properties, [when.member]: { const: when.is } },
  };
}

/** The name of the stored operation; several routes of one name are told apart by method and path. */
function operationIds(operations: readonly Operation[]): ReadonlyMap<Operation, string> {
  return new Map(
    operations.map((operation) => {
      const isShared = operations.some((other) => other !== operation && other.name === operation.name);
      return [operation, isShared ? addressId(operation) : lowerFirst(operation.name)];
    }),
  );
}

/** `postFederationsIdJoin` */
function addressId({ route }: Operation): string {
  const words = route.path.split(/\W|_/).filter((word) => word !== '');
  return [
    route.method.toLowerCase(),
    ...words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)),
  ].join('');
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/**
 * What the schema says of the mutation or the list behind a route. A field that may be null describes its null, which
 * is a refusal here, so that nothing is taken from it.
 */
function descriptionOf({ answer, route }: Operation): string | undefined {
  const end = route.result.lastIndexOf('.');
  const { type, description } = memberAt(answer, end === -1 ? route.result : route.result.slice(0, end));
  return isNonNullType(type) ? description : undefined;
}
