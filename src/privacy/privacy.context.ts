import type { FederationsContext } from '../federations/index.js';
import type { PrivacyLoaders } from './privacy.loaders.js';

/** What the resolvers of this feature need of a request's context. */
export interface PrivacyContext extends FederationsContext {
  readonly loaders: FederationsContext['loaders'] & { readonly privacy: PrivacyLoaders };
}
