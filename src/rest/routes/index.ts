import type { Route } from '../route.js';
import { analyticsRoutes } from './analytics.routes.js';
import { apiKeyRoutes } from './api-keys.routes.js';
import { federationRoutes } from './federations.routes.js';
import { memberRoutes } from './members.routes.js';
import { modelRoutes } from './models.routes.js';
import { observationRoutes } from './observations.routes.js';
import { organizationRoutes } from './organizations.routes.js';
import { privacyRoutes } from './privacy.routes.js';
import { roundRoutes } from './rounds.routes.js';

/** The whole REST API, in the order of its documentation. */
export const routes: readonly Route[] = [
  ...federationRoutes,
  ...memberRoutes,
  ...modelRoutes,
  ...privacyRoutes,
  ...roundRoutes,
  ...observationRoutes,
  ...analyticsRoutes,
  ...organizationRoutes,
  ...apiKeyRoutes,
];
