/**
 * The closed list of error codes. GraphQL sends them as `extensions.code`; REST maps each to a status and a body
 * (http/status.ts, exhaustive by type).
 */
export const ERROR_CODES = [
  'BAD_USER_INPUT',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'CONFLICT',
  'PRIVACY_BUDGET_EXCEEDED',
  'RATE_LIMITED',
  'QUERY_TOO_COMPLEX',
  'SERVICE_UNAVAILABLE',
  'INTERNAL_SERVER_ERROR',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

export interface ErrorDetails {
  /** The input member that is wrong, in the GraphQL spelling; REST answers spell it in snake_case. */
  readonly field?: string;
  /** What is required of `field`. The message is the field's name followed by this. */
  readonly requirement?: string;
  /** Further facts for the caller, safe to send. */
  readonly facts?: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
}

/** An expected refusal. Its message and details are for the caller; everything else that is thrown is masked. */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly field: string | undefined;
  readonly requirement: string | undefined;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    readonly code: ErrorCode,
    message: string,
    details: ErrorDetails = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.field = details.field;
    this.requirement = details.requirement;
    this.facts = details.facts ?? {};
    this.retryAfterSeconds = details.retryAfterSeconds;
  }
}

export function invalidInput(field: string, requirement: string): DomainError {
  return new DomainError('BAD_USER_INPUT', `${field} ${requirement}`, { field, requirement });
}

/** `thing` is a kind ("federation"), never an id: the answer for a hidden thing equals that for an absent one. */
export function notFound(thing: string): DomainError {
  return new DomainError('NOT_FOUND', `${thing} not found`);
}

export function forbidden(message: string): DomainError {
  return new DomainError('FORBIDDEN', message);
}

export function conflict(message: string, facts: Readonly<Record<string, unknown>> = {}): DomainError {
  return new DomainError('CONFLICT', message, { facts });
}

export function unavailable(message: string, retryAfterSeconds: number, cause?: unknown): DomainError {
  return new DomainError('SERVICE_UNAVAILABLE', message, { retryAfterSeconds, cause });
}

/** A refusal as plain data: between threads an error loses its class. */
export interface Refusal extends Omit<ErrorDetails, 'cause'> {
  readonly code: ErrorCode;
  readonly message: string;
}

/** @throws whatever is no refusal */
export function refusalOf(error: unknown): Refusal {
  if (!(error instanceof DomainError)) throw error;
  const { code, message, field, requirement, facts, retryAfterSeconds } = error;
  return {
    code,
    message,
    facts,
    ...(field === undefined ? {} : { field }),
    ...(requirement === undefined ? {} : { requirement }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  };
}

export function errorOf({ code, message, ...details }: Refusal, cause?: unknown): DomainError {
  return new DomainError(code, message, { ...details, cause });
}

/** Facts that it has already are kept. */
export function withFacts(refusal: Refusal, facts: Readonly<Record<string, unknown>>): Refusal {
  return { ...refusal, facts: { ...facts, ...refusal.facts } };
}
