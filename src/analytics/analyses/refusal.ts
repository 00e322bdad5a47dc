import { DomainError, type ErrorDetails } from '../../core/errors.js';
import type { DegenerateReason } from '../../numerics/inference/index.js';

/** Why a well-formed question has no answer. Such a question is on record. */
export type AnalysisReason =
  | DegenerateReason
  | 'unknown_variable'
  | 'unknown_group'
  | 'wrong_kind'
  | 'below_disclosure_threshold'
  | 'too_many_categories'
  | 'too_many_groups';

/** Names or groups that a message lists. */
export const MAX_LISTED = 20;

export function refusal(
  reason: AnalysisReason,
  message: string,
  { field, requirement, facts = {}, cause }: Omit<ErrorDetails, 'retryAfterSeconds'> = {},
): DomainError {
  return new DomainError('BAD_USER_INPUT', message, {
    ...(field === undefined ? {} : { field }),
    ...(requirement === undefined ? {} : { requirement }),
    facts: { reason, ...facts },
    ...(cause === undefined ? {} : { cause }),
  });
}

/** A refusal of one member of the question; its message begins with the member's name. */
export function refusalOf(
  field: string,
  reason: AnalysisReason,
  requirement: string,
  facts: ErrorDetails['facts'] = {},
): DomainError {
  return refusal(reason, `${field} ${requirement}`, { field, requirement, facts });
}

/** At most 20 of them, and how many more there are: a message has a bound, whatever a federation holds. */
export function enumerated(items: readonly string[]): string {
  const rest = items.length - MAX_LISTED;
  return `${items.slice(0, MAX_LISTED).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** What a message says of names that would be known. */
export function listed(names: readonly string[]): string {
  return names.length === 0 ? 'there is none that may be shown' : `known are ${enumerated(names)}`;
}

/** The reason of a refusal that leaves a record, or null for any other error. */
export function reasonOf(error: unknown): string | null {
  if (!(error instanceof DomainError) || error.code !== 'BAD_USER_INPUT') return null;
  const { reason } = error.facts;
  return typeof reason === 'string' ? reason : null;
}
