export { MemberContributionResolver, RoundContributionResolver } from './contribution.resolver.js';
export { ContributionService } from './contribution.service.js';
export { LedgerEntity } from './ledger.entity.js';
export { LedgerService, openLedgerWith } from './ledger.service.js';
export { PrivacyLoaders } from './privacy.loaders.js';
export {
  FederationPrivacyResolver,
  PrivacyHistoryEntryResolver,
  PrivacyPayloadResolver,
  PrivacyResolver,
} from './privacy.resolver.js';
export { RoundContributionEntity } from './round-contribution.entity.js';
export { FederationRoundsResolver, RoundResolver, TrainingRoundPayloadResolver } from './round.resolver.js';
export { RoundStepService } from './round-step.service.js';
export { RoundService } from './round.service.js';
export { TightEpsilon } from './tight-epsilon.js';
export { TrainingRoundEntity } from './training-round.entity.js';
export { LedgerVerification } from './verify.service.js';
