import { CreateFederations1763942400000 } from './1763942400000-create-federations.js';
import { CreatePrivacyLedgers1764000000000 } from './1764000000000-create-privacy-ledgers.js';
import { CreateObservations1764100000000 } from './1764100000000-create-observations.js';
import { CreateObservationHorizons1764180000000 } from './1764180000000-create-observation-horizons.js';
import { CreateAnalyticsQueries1764300000000 } from './1764300000000-create-analytics-queries.js';
import { CreateSummaryRebuilds1764400000000 } from './1764400000000-create-summary-rebuilds.js';

/** In the order of their timestamps. A merged migration is never changed. */
export const migrations = [
  CreateFederations1763942400000,
  CreatePrivacyLedgers1764000000000,
  CreateObservations1764100000000,
  CreateObservationHorizons1764180000000,
  CreateAnalyticsQueries1764300000000,
  CreateSummaryRebuilds1764400000000,
];
