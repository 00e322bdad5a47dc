import { forbidden, notFound, type DomainError } from './errors.js';

/** What a policy answers. `hidden` means: the caller may not know that the thing exists. */
export type Decision = 'allowed' | 'forbidden' | 'hidden';

/**
 * Turns a decision into its refusal.
 * @param thing the kind of thing, for the NOT_FOUND of a hidden one ("federation").
 * @param reason the message of a FORBIDDEN: what the caller lacks.
 */
export function assertAllowed(decision: Decision, thing: string, reason: string): void {
  const refusal = refusalOf(decision, thing, reason);
  if (refusal !== null) throw refusal;
}

function refusalOf(decision: Decision, thing: string, reason: string): DomainError | null {
  switch (decision) {
    case 'allowed':
      return null;
    case 'forbidden':
      return forbidden(reason);
    case 'hidden':
      return notFound(thing);
  }
}
