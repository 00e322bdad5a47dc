import {
  getNamedType,
  isEnumType,
  isObjectType,
  Kind,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import { renameMembers, toCamelCase } from '../core/names.js';
import { isRecord, type Shape } from './route.js';

/** A member of an answer, as the document and the schema say. Read by the shaping below and by openapi.ts. */
export interface AnswerMember {
  /** In the answer. */
  readonly name: string;
  /** In the result of the operation. */
  readonly key: string;
  readonly type: GraphQLOutputType;
  readonly description: string;
  readonly isFlattened: boolean;
  readonly isFlags: boolean;
  /** A list of percentiles, in the answer a map, which is absent where the list is null. */
  readonly isPercentiles: boolean;
  /** An object that stands for its only member. */
  readonly isBare: boolean;
  /** JSON whose members are to be spelled as in the answer. */
  readonly isRenamed: boolean;
  /** Null for a leaf. */
  readonly members: readonly AnswerMember[] | null;
}

/** Reads the members of an operation's result from its selections. */
export function answerMembers(
  document: DocumentNode,
  schema: GraphQLSchema,
  shape: Shape,
): readonly AnswerMember[] {
  const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  const root = operation === undefined ? undefined : schema.getRootType(operation.operation);
  if (operation === undefined || root === undefined || root === null)
    throw new Error('a stored document holds one operation');
  const fragments = new Map(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [],
    ),
  );
  return membersOf(operation.selectionSet, root, { fragments, shape });
}

interface Reading {
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly shape: Shape;
}

function membersOf(
  selectionSet: SelectionSetNode,
  parent: GraphQLObjectType,
  reading: Reading,
): AnswerMember[] {
  return selectionSet.selections.flatMap((selection) => {
    if (selection.kind === Kind.INLINE_FRAGMENT) return membersOf(selection.selectionSet, parent, reading);
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      const fragment = reading.fragments.get(selection.name.value);
      return fragment === undefined ? [] : membersOf(fragment.selectionSet, parent, reading);
    }
    const field = parent.getFields()[selection.name.value];
    if (field === undefined) throw new Error(`${parent.name} has no field ${selection.name.value}`);
    const key = selection.alias?.value ?? selection.name.value;
    const type = getNamedType(field.type);
    const { flatten, asFlags, asPercentiles, bare, casing } = reading.shape;
    return [
      {
        name: casing === 'camel' ? toCamelCase(key) : key,
        key,
        type: field.type,
        description: field.description ?? '',
        isFlattened: flatten?.includes(key) === true,
        isFlags: asFlags?.includes(key) === true,
        isPercentiles: asPercentiles?.includes(key) === true,
        isBare: bare?.includes(key) === true,
        isRenamed: casing === 'camel' && type.name === 'JSON',
        members:
          isObjectType(type) && selection.selectionSet !== undefined
            ? membersOf(selection.selectionSet, type, reading)
            : null,
      },
    ];
  });
}

/** Finds the members of the object that a dotted path leads to. */
export function membersAt(members: readonly AnswerMember[], path: string): readonly AnswerMember[] {
  return path
    .split('.')
    .reduce<readonly AnswerMember[]>(
      (level, key) => level.find((member) => member.key === key)?.members ?? [],
      members,
    );
}

/** Gives a value of the result its form in the answer: enumerations in lower case, flattened objects, lists as flags. */
export function shapeAnswer(value: unknown, members: readonly AnswerMember[]): unknown {
  if (Array.isArray(value)) return value.map((item) => shapeAnswer(item, members));
  return isRecord(value) ? shapeObject(value, members) : value;
}

function shapeObject(
  value: Readonly<Record<string, unknown>>,
  members: readonly AnswerMember[],
): Record<string, unknown> {
  const answer: Record<string, unknown> = {};
  for (const member of members) {
    const shaped = shapeMember(value[member.key], member);
    if (member.isFlattened && isRecord(shaped)) Object.assign(answer, shaped);
    else if (!(member.isPercentiles && shaped === null)) answer[member.name] = shaped;
  }
  return answer;
}

function shapeMember(value: unknown, member: AnswerMember): unknown {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) {
    if (member.isFlags) return Object.fromEntries(value.map((name) => [String(name), true]));
    if (member.isPercentiles) return percentileMap(value);
    return value.map((item) => shapeMember(item, member));
  }
  if (member.isRenamed) return renameMembers(value, toCamelCase, (name) => name === 'percentiles');
  if (member.members !== null && isRecord(value)) {
    const shaped = shapeObject(value, member.members);
    return member.isBare ? Object.values(shaped)[0] : shaped;
  }
  return isEnumType(getNamedType(member.type)) && typeof value === 'string' ? value.toLowerCase() : value;
}

/** `[{p: 25, value}]` becomes `{"p25": value}`. */
function percentileMap(percentiles: readonly unknown[]): Record<string, unknown> {
  return Object.fromEntries(percentiles.filter(isRecord).map(({ p, value }) => [`p${String(p)}`, value]));
}
