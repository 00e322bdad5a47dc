import type { FederationsContext } from '../federations/index.js';
import type { AnalyticsLoaders } from './analytics.loaders.js';

/** What the resolvers of this feature need of a request's context. */
export interface AnalyticsContext extends FederationsContext {
  readonly loaders: FederationsContext['loaders'] & { readonly analytics: AnalyticsLoaders };
}
