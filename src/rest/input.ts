import {
  getNullableType,
  GraphQLBoolean,
  GraphQLFloat,
  GraphQLInt,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isScalarType,
  type GraphQLEnumType,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLScalarType,
} from 'graphql';
import { DomainError, invalidInput } from '../core/errors.js';
import { isRecord } from './route.js';
import { toSnakeCase } from '../core/names.js';

/** Where a value stands: in JSON it has a type, in a query string it is text. */
type Source = 'json' | 'query';

/** A variable of a stored operation. */
export interface InputMember {
  /** In the operation: `orgId`. */
  readonly variable: string;
  /** In the request: `org_id`. */
  readonly name: string;
  readonly type: GraphQLInputType;
  readonly hasDefault: boolean;
}

/**
 * Reads members of a request as variables of its operation, each by its GraphQL type. Null means the same as absent,
 * unknown members are ignored. @throws BAD_USER_INPUT naming the member.
 */
export function readVariables(
  members: readonly InputMember[],
  carrier: Readonly<Record<string, unknown>>,
  source: Source,
  place = '',
): Record<string, unknown> {
  const variables: Record<string, unknown> = {};
  for (const member of members) {
    const value = readMember(member, carrier, { source, place });
    if (value !== undefined) variables[member.variable] = value;
  }
  return variables;
}

function readMember(
  { name, type, hasDefault }: Omit<InputMember, 'variable'>,
  carrier: Readonly<Record<string, unknown>>,
  { source, place }: { readonly source: Source; readonly place: string },
): unknown {
  const raw = Object.hasOwn(carrier, name) ? carrier[name] : undefined;
  if (raw !== undefined && raw !== null) return readValue(type, raw, `${place}${name}`, source);
  if (isNonNullType(type) && !hasDefault) throw invalidInput(`${place}${name}`, 'is required');
  return undefined;
}

function readValue(type: GraphQLInputType, raw: unknown, name: string, source: Source): unknown {
  if (isNonNullType(type)) return readValue(type.ofType, raw, name, source);
  if (isListType(type)) return readList(type.ofType, raw, name, source);
  if (source === 'query' && Array.isArray(raw)) throw invalidInput(name, 'must be given once');
  if (isInputObjectType(type)) return readObject(type, raw, name);
  if (isEnumType(type)) return readEnum(type, raw, name);
  return source === 'query' ? readText(type, raw, name) : readScalar(type, raw, name);
}

function readList(itemType: GraphQLInputType, raw: unknown, name: string, source: Source): unknown {
  if (source === 'query' && Array.isArray(raw)) throw invalidInput(name, 'must be given once');
  const items = source === 'query' && typeof raw === 'string' ? splitList(raw) : raw;
  if (!Array.isArray(items)) throw invalidInput(name, 'must be an array');
  const isOfObjects = isInputObjectType(getNullableType(itemType));
  return items.map((item: unknown, i) => {
    if (item === null) throw invalidInput(name, 'must not contain null');
    return readValue(itemType, item, isOfObjects ? `${name}[${i}]` : name, source);
  });
}

/** `status=` and `status=,` name nothing, which is the same as absent. */
function splitList(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function readObject(type: GraphQLInputObjectType, raw: unknown, name: string): Record<string, unknown> {
  if (!isRecord(raw)) throw invalidInput(name, 'must be an object');
  const members = Object.values(type.getFields()).map((field) => ({
    variable: field.name,
    name: toSnakeCase(field.name),
    type: field.type,
    hasDefault: field.defaultValue !== undefined,
  }));
  return readVariables(members, raw, 'json', `${name}.`);
}

/** Enumerations are in lower case outside of GraphQL. */
function readEnum(type: GraphQLEnumType, raw: unknown, name: string): string {
  const allowed = type.getValues().map((value) => value.name.toLowerCase());
  if (typeof raw !== 'string' || !allowed.includes(raw))
    throw invalidInput(name, `must be one of ${allowed.join(', ')}`);
  return raw.toUpperCase();
}

/** `Number` reads more than JSON does: hexadecimal, blanks, Infinity. */
const DECIMAL = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** The text of a query string, as the value that JSON would have carried. */
function readText(type: GraphQLInputType, raw: unknown, name: string): unknown {
  if (type === GraphQLInt)
    return readScalar(type, typeof raw === 'string' && /^-?\d{1,15}$/.test(raw) ? Number(raw) : raw, name);
  if (type === GraphQLFloat)
    return readScalar(type, typeof raw === 'string' && DECIMAL.test(raw) ? Number(raw) : raw, name);
  if (type === GraphQLBoolean)
    return readScalar(type, raw === 'true' ? true : raw === 'false' ? false : raw, name);
  return readScalar(type, raw, name);
}

const INT_MAX = 2 ** 31 - 1;

function readScalar(type: GraphQLInputType, raw: unknown, name: string): unknown {
  if (!isScalarType(type)) throw new Error(`no reading for the type of ${name}`);
  switch (type.name) {
    case 'String':
    case 'ID':
      return demand(typeof raw === 'string', raw, name, 'must be a string');
    case 'Int':
      return demand(
        typeof raw === 'number' && Number.isInteger(raw) && Math.abs(raw) <= INT_MAX,
        raw,
        name,
        'must be an integer',
      );
    case 'Float':
      return demand(typeof raw === 'number' && Number.isFinite(raw), raw, name, 'must be a finite number');
    case 'Boolean':
      return demand(typeof raw === 'boolean', raw, name, 'must be true or false');
    default:
      return readCustomScalar(type, raw, name);
  }
}

/** A scalar of ours says itself what it takes; its value is sent on as it came. */
function readCustomScalar(type: GraphQLScalarType, raw: unknown, name: string): unknown {
  try {
    type.parseValue(raw);
    return raw;
  } catch (error) {
    if (error instanceof DomainError) throw error;
    throw invalidInput(name, `is not valid: ${error instanceof Error ? error.message : type.name}`);
  }
}

function demand(holds: boolean, raw: unknown, name: string, requirement: string): unknown {
  if (!holds) throw invalidInput(name, requirement);
  return raw;
}
