import { forbidden, invalidInput } from '../core/errors.js';
import { EXTERNAL_ID_RULE, isExternalId } from '../core/ids.js';
import type { Scope, Viewer } from '../core/viewer.js';

/** Asked before anything is looked up, so that the answer tells nothing about what exists. */
export function assertScope(viewer: Viewer, scope: Scope): void {
  if (!viewer.scopes.has(scope)) throw forbidden(`this key lacks the scope ${scope}`);
}

export function assertOperator(viewer: Viewer): void {
  if (!viewer.isOperator) throw forbidden('only an operator key may do this');
}

/**
 * The organization that a call is made for. `default` and an empty id mean the key's own.
 * @throws BAD_USER_INPUT for a malformed id, and for `default` with an operator key, which acts for any organization;
 *   FORBIDDEN for an organization that is not the key's own.
 */
export function resolveOrganizationId(viewer: Viewer, requested: string, field = 'orgId'): string {
  if (requested === '' || requested === 'default') {
    if (viewer.isOperator || viewer.orgId === null)
      throw invalidInput(field, 'must name an organization when an operator key is used');
    return viewer.orgId;
  }
  if (!isExternalId(requested)) throw invalidInput(field, EXTERNAL_ID_RULE);
  if (!viewer.isOperator && requested !== viewer.orgId)
    throw forbidden('this key may not act for another organization');
  return requested;
}
