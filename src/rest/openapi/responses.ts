import { getNullableType, GraphQLNonNull } from 'graphql';
import type { Operation } from '../operation.js';
import type { Route } from '../route.js';
import { membersAt, type AnswerMember } from '../shape.js';
import { headerRefs, isWrite, type HeaderName } from './headers.js';
import { refusalsOf } from './refusals.js';
import { objectOf, type JsonSchema, type SchemaReader } from './schemas.js';

const CREATED = 'Created.';
const STOOD_ALREADY = 'It stood there already; nothing was written.';

const COMMON: readonly HeaderName[] = ['X-Request-Id', 'RateLimit', 'RateLimit-Policy'];
const OF_LISTS: readonly HeaderName[] = ['X-Total-Count', 'Link'];
const OF_WRITES: readonly HeaderName[] = ['Idempotent-Replayed'];

/** `responses` of an operation: what it answers, and each refusal that it may meet. */
export function responsesOf(operation: Operation, schemas: SchemaReader): JsonSchema {
  const { route } = operation;
  const answer = {
    headers: headerRefs(...answerHeaders(route)),
    content: {
      'application/json': { schema: bodyOf(operation, schemas), example: route.example.response },
    },
  };
  const answers = descriptionsOf(route).map(
    ([status, description]) => [String(status), { description, ...answer }] as const,
  );
  const refusals = refusalsOf(operation).map(
    ({ status, name }) => [String(status), { $ref: `#/components/responses/${name}` }] as const,
  );
  return Object.fromEntries<JsonSchema>([...answers, ...refusals]);
}

function descriptionsOf({ status, method }: Route): readonly (readonly [number, string])[] {
  if (typeof status !== 'number')
    return [
      [200, STOOD_ALREADY],
      [201, CREATED],
    ];
  if (status === 201) return [[201, CREATED]];
  return [[200, method === 'GET' ? 'Found.' : 'Done; or done before, and then the same again.']];
}

function answerHeaders(route: Route): readonly HeaderName[] {
  return [...COMMON, ...(route.paging === undefined ? [] : OF_LISTS), ...(isWrite(route) ? OF_WRITES : [])];
}

function bodyOf({ answer, route }: Operation, schemas: SchemaReader): JsonSchema {
  const rows = schemas.ofAnswer(resultOf(answer, route));
  const envelope = route.paging?.envelope;
  if (envelope === undefined) return rows;
  const integer = { type: 'integer', format: 'int32' };
  return objectOf([
    { name: envelope, schema: rows, isRequired: true },
    { name: 'total', schema: { ...integer, description: 'Length of the whole list.' }, isRequired: true },
    { name: 'limit', schema: { ...integer, description: 'Items that a page may have.' }, isRequired: true },
    { name: 'offset', schema: { ...integer, description: 'Items that were skipped.' }, isRequired: true },
  ]);
}

/** The member that is answered. Where its absence is a refusal it is never null; a secret is, in a stored answer. */
function resultOf(
  members: readonly AnswerMember[],
  { result, absences = [], secrets = [] }: Route,
): AnswerMember {
  const member = memberAt(members, result);
  return {
    ...member,
    type: absences.some(({ path }) => path === result)
      ? new GraphQLNonNull(getNullableType(member.type))
      : member.type,
    members: member.members?.map((inner) => (secrets.includes(inner.name) ? withheld(inner) : inner)) ?? null,
  };
}

function withheld(secret: AnswerMember): AnswerMember {
  return {
    ...secret,
    type: getNullableType(secret.type),
    description: `${secret.description} Null where the answer is sent again for an \`Idempotency-Key\`.`,
  };
}

/** The member that a dotted path leads to. */
export function memberAt(members: readonly AnswerMember[], path: string): AnswerMember {
  const end = path.lastIndexOf('.');
  const siblings = end === -1 ? members : membersAt(members, path.slice(0, end));
  const member = siblings.find(({ key }) => key === path.slice(end + 1));
  if (member === undefined) throw new Error(`nothing is selected at ${path}`);
  return member;
}
