import {
  conflict,
  DomainError,
  ERROR_CODES,
  forbidden,
  invalidInput,
  notFound,
  unavailable,
} from '../../core/errors.js';
import { rateLimited } from '../../http/rate-limit.js';
import { errorAnswer, statusAnswer, type ErrorAnswer } from '../error-body.js';
import type { Operation } from '../operation.js';
import { headerRefs, HEADERS, isWrite } from './headers.js';
import { objectOf, type JsonSchema } from './schemas.js';

/** A refusal that every operation of some kind may meet. Its example is made by what makes the answers. */
interface Refusal {
  readonly status: number;
  /** In `components.responses`. */
  readonly name: string;
  readonly description: string;
  readonly example: ErrorAnswer;
  readonly headers: JsonSchema;
  readonly appliesTo: (operation: Operation) => boolean;
}

const ID = HEADERS['X-Request-Id'].example;
const COMMON = headerRefs('X-Request-Id', 'RateLimit', 'RateLimit-Policy');
const LATER = { ...COMMON, ...headerRefs('Retry-After') };

const always = () => true;
const writes = ({ route }: Operation) => isWrite(route);

const REFUSALS: readonly Refusal[] = [
  {
    status: 400,
    name: 'BadRequest',
    description:
      'A member is missing or not valid, or the body is not a JSON object. `details.field` names the member.',
    example: errorAnswer(invalidInput('name', 'must be 1 to 128 characters'), ID),
    headers: COMMON,
    appliesTo: always,
  },
  {
    status: 401,
    name: 'Unauthorized',
    description: 'There is no key, or it is unknown, expired or revoked.',
    example: errorAnswer(
      new DomainError('UNAUTHENTICATED', 'the API key is unknown, expired or revoked'),
      ID,
    ),
    headers: headerRefs('X-Request-Id'),
    appliesTo: always,
  },
  {
    status: 403,
    name: 'Forbidden',
    description:
      'The caller may know of the thing but not do this: another role, a missing scope, another organization.',
    example: errorAnswer(forbidden('only the owner of the federation may do this'), ID),
    headers: COMMON,
    appliesTo: always,
  },
  {
    status: 404,
    name: 'NotFound',
    description: 'It does not exist, or the caller may not know that it does: the two answers are the same.',
    example: errorAnswer(notFound('federation'), ID),
    headers: COMMON,
    appliesTo: namesSomething,
  },
  {
    status: 409,
    name: 'Conflict',
    description:
      'The state forbids it, the name is taken (`details.existing_id`), or the `Idempotency-Key` belongs to another request. With `Retry-After` while a request with the same key is under way.',
    example: errorAnswer(
      conflict('the organization owns a federation of this name already', {
        existing_id: 'fed_0mi3x2k9a7d4f1s8w5q2e',
      }),
      ID,
    ),
    headers: LATER,
    appliesTo: ({ route }) => route.method !== 'GET',
  },
  {
    status: 413,
    name: 'PayloadTooLarge',
    description: 'The body is too large.',
    example: statusAnswer(413, 'the body is too large', ID),
    headers: COMMON,
    appliesTo: writes,
  },
  {
    status: 415,
    name: 'UnsupportedMediaType',
    description: 'The body is of another type than `application/json`.',
    example: statusAnswer(415, 'Content-Type must be application/json', ID),
    headers: COMMON,
    appliesTo: writes,
  },
  {
    status: 429,
    name: 'RateLimited',
    description: 'The requests of this minute are spent.',
    example: errorAnswer(rateLimited('more than 100 requests in a minute', 42), ID),
    headers: LATER,
    appliesTo: always,
  },
  {
    status: 500,
    name: 'InternalError',
    description: 'Something unexpected went wrong in the gateway.',
    example: errorAnswer(null, ID),
    headers: COMMON,
    appliesTo: always,
  },
  {
    status: 503,
    name: 'ServiceUnavailable',
    description: 'The database cannot be reached or is busy.',
    example: errorAnswer(unavailable('the database cannot be reached; try again', 1), ID),
    headers: LATER,
    appliesTo: always,
  },
];

/** By an id in the path, or in the body where something is written about it. A list that has nothing of it is empty. */
function namesSomething({ pathNames, input, route }: Operation): boolean {
  return pathNames.length > 0 || (isWrite(route) && input.some(({ name }) => name.endsWith('_id')));
}

/** The refusals that an operation may meet. */
export function refusalsOf(operation: Operation): readonly Refusal[] {
  return REFUSALS.filter(({ appliesTo }) => appliesTo(operation));
}

/** `components.responses` */
export function refusalResponses(): JsonSchema {
  const content = (example: unknown) => ({
    'application/json': { schema: { $ref: '#/components/schemas/Error' }, example },
  });
  return Object.fromEntries(
    REFUSALS.map(({ name, description, headers, example }) => [
      name,
      { description, headers, content: content(example.body) },
    ]),
  );
}

/** Refusals of the transport alone, which have no error code. */
const TRANSPORT_STATUSES = [405, 413, 415];

/** The schema of every error body; its words are read from the bodies themselves. */
export function errorSchema(): JsonSchema {
  const bodies = [
    ...ERROR_CODES.map((code) => errorAnswer(new DomainError(code, ''), ID).body),
    ...TRANSPORT_STATUSES.map((status) => statusAnswer(status, '', ID).body),
  ];
  const wordsOf = (member: string) => [...new Set(bodies.map((body) => body[member]))];
  const members: Readonly<Record<string, JsonSchema>> = {
    error: { type: 'string', enum: wordsOf('error'), description: 'The status as a word.' },
    message: { type: 'string', description: 'What happened and what to do, for people.' },
    status_code: { type: 'integer', enum: wordsOf('status_code'), description: 'The status of the answer.' },
    code: { type: 'string', enum: wordsOf('code'), description: 'The kind of refusal, for programs.' },
    detail: { type: 'string', description: 'The same as `message`.' },
    details: {
      type: 'object',
      additionalProperties: true,
      description: 'Facts beside the message: `field` names the member that is not valid.',
    },
    request_id: { type: 'string', description: 'The same as `X-Request-Id`; name it to the operator.' },
    retryable: { type: 'boolean', description: 'Whether the same request may succeed later.' },
    category: { type: 'string', enum: wordsOf('category'), description: 'Whom it concerns.' },
  };
  return {
    description: 'The body of every answer of status 400 and above.',
    ...objectOf(Object.entries(members).map(([name, schema]) => ({ name, schema, isRequired: true }))),
    examples: REFUSALS.slice(0, 1).map(({ example }) => example.body),
  };
}
