import type { AuthLoaders } from '../auth/index.js';
import type { CallContext } from '../db/call-context.js';
import type { FederationsLoaders } from './federations.loaders.js';

/** What the resolvers of this feature need of a request's context. */
export interface FederationsContext extends CallContext {
  readonly loaders: { readonly auth: AuthLoaders; readonly federations: FederationsLoaders };
  /** Called after a write: what was loaded before it is stale. */
  refreshLoaders(): void;
}
