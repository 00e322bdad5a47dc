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
import { isRecord, type Shape } from './route.js';

/** A member of an answer, as the document and the schema say. Read by the shaping below and by openapi.ts. */
export interface AnswerMember {
  readonly name: string;
  readonly type: GraphQLOutputType;
  readonly description: string;
  readonly isFlattened: boolean;
  readonly isFlags: boolean;
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
    const name = selection.alias?.value ?? selection.name.value;
    const type = getNamedType(field.type);
    return [
      {
        name,
        type: field.type,
        description: field.description ?? '',
        isFlattened: reading.shape.flatten?.includes(name) === true,
        isFlags: reading.shape.asFlags?.includes(name) === true,
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
      (level, name) => level.find((member) => member.name === name)?.members ?? [],
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
    const shaped = shapeMember(value[member.name], member);
    if (member.isFlattened && isRecord(shaped)) Object.assign(answer, shaped);
    else answer[member.name] = shaped;
  }
  return answer;
}

function shapeMember(value: unknown, member: AnswerMember): unknown {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) {
    if (member.isFlags) return Object.fromEntries(value.map((name) => [String(name), true]));
    return value.map((item) => shapeMember(item, member));
  }
  if (member.members !== null && isRecord(value)) return shapeObject(value, member.members);
  return isEnumType(getNamedType(member.type)) && typeof value === 'string' ? value.toLowerCase() : value;
}
