import type { GraphQLFormattedError } from 'graphql';
import { GraphQLError } from 'graphql';
import { DomainError, ERROR_CODES } from '../core/errors.js';

/** Codes that Apollo gives by itself, before an operation is executed. */
const APOLLO_CODES: ReadonlySet<unknown> = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_REQUEST',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
]);

const OWN_CODES: ReadonlySet<unknown> = new Set(ERROR_CODES);

/** Where graphql-js names the field in the message of a coercion error: the most exact place first. */
const COERCED_FIELD = [
  / at "\w+\.([\w.[\]]+)"; /,
  /Field "(\w+)" (?:of required type|is not defined)/,
  /^Variable "\$(\w+)"/,
];

/** The refusal behind an error of the execution; null for anything unexpected. */
export function domainErrorOf(error: unknown): DomainError | null {
  if (error instanceof DomainError) return error;
  return error instanceof GraphQLError && error.originalError instanceof DomainError
    ? error.originalError
    : null;
}

/** True for what must be masked and logged: neither a refusal of ours nor one that GraphQL itself made. */
export function isUnexpected(error: GraphQLError): boolean {
  if (domainErrorOf(error) !== null) return false;
  const { code } = error.extensions;
  // A coercion error inside an operation's literals or variables has no original error, or one that is a GraphQLError.
  if (APOLLO_CODES.has(code) || OWN_CODES.has(code)) return false;
  return error.originalError !== undefined && !(error.originalError instanceof GraphQLError);
}

/** What a client sees of an error: message, place, code and facts. The cause of an unexpected one stays inside. */
export function formatError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const place = {
    ...(formatted.locations && { locations: formatted.locations }),
    ...(formatted.path && { path: formatted.path }),
  };
  const refusal = domainErrorOf(error);
  if (refusal !== null) return { message: refusal.message, ...place, extensions: extensionsOf(refusal) };
  if (error instanceof GraphQLError && isUnexpected(error)) return masked(place);
  const code = formatted.extensions?.['code'];
  if (code === 'BAD_USER_INPUT') {
    const field = fieldOf(formatted.message);
    return {
      // Suggestions would tell the schema to whoever guesses.
      message: formatted.message.replace(/ Did you mean .*$/s, ''),
      ...place,
      extensions: { code, ...(field === null ? {} : { field }) },
    };
  }
  if (APOLLO_CODES.has(code)) return { message: formatted.message, ...place, extensions: { code } };
  if (error instanceof GraphQLError && OWN_CODES.has(code))
    return { message: formatted.message, ...place, extensions: { code } };
  return masked(place);
}

/** As formatError, for an error of the execution, which has no code unless it is a refusal. */
export function formatExecutionError(error: GraphQLError): GraphQLFormattedError {
  return formatError(error.toJSON(), error);
}

export function extensionsOf(refusal: DomainError): Record<string, unknown> {
  return {
    ...refusal.facts,
    code: refusal.code,
    ...(refusal.field === undefined ? {} : { field: refusal.field }),
    ...(refusal.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: refusal.retryAfterSeconds }),
  };
}

function masked(place: Partial<GraphQLFormattedError>): GraphQLFormattedError {
  return { message: 'internal server error', ...place, extensions: { code: 'INTERNAL_SERVER_ERROR' } };
}

function fieldOf(message: string): string | null {
  return COERCED_FIELD.map((place) => place.exec(message)?.[1]).find((field) => field !== undefined) ?? null;
}
