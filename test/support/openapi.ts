import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Json } from './client.js';

/** Whole seconds in UTC, as every client of the REST API reads them: stricter than the format itself. */
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;

const isInt32 = (value: number) => Number.isInteger(value) && Math.abs(value) < 2 ** 31;

const ajv = new Ajv2020({
  strict: false,
  allErrors: true,
  formats: { 'date-time': TIME, int32: { type: 'number', validate: isInt32 } },
});

/** An operation of an OpenAPI document with its address. */
export interface Described {
  /** `GET /api/v1/federations/{id}` */
  readonly name: string;
  readonly operation: Json;
}

export function operationsOf(document: Json): readonly Described[] {
  return Object.entries<Json>(document.paths).flatMap(([path, methods]) =>
    Object.entries<Json>(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      operation,
    })),
  );
}

/** Follows a reference within the document; anything else is what it is. */
export function resolve(document: Json, node: Json): Json {
  const pointer: string | undefined = node?.$ref;
  if (pointer === undefined) return node;
  return pointer
    .slice(2)
    .split('/')
    .reduce<Json>((current, name) => current[name], document);
}

/** What is wrong with a value; nothing where the schema takes it. References lead into the document. */
export function problemsOf(document: Json, schema: Json, value: unknown): readonly string[] {
  return run(ajv.compile({ ...schema, components: { schemas: document.components.schemas } }), value);
}

/** As `problemsOf`, and members that the schema does not name are problems too: what is sent is described. */
export function problemsOfAnswer(document: Json, schema: Json, value: unknown): readonly string[] {
  return problemsOf(closed(document), closed(schema), value);
}

function run(validate: ValidateFunction, value: unknown): readonly string[] {
  if (validate(value)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

function closed(node: Json): Json {
  if (Array.isArray(node)) return node.map(closed);
  if (typeof node !== 'object' || node === null) return node;
  const inner = Object.fromEntries(Object.entries<Json>(node).map(([name, value]) => [name, closed(value)]));
  return node.type === 'object' && node.properties !== undefined
    ? { ...inner, additionalProperties: false }
    : inner;
}
