import 'reflect-metadata';
import path from 'node:path';
import {
  AnalysisService,
  AnalyticsQueryEntity,
  DisclosurePolicyEntity,
  DisclosureService,
  DiscoveryService,
  IngestedChunkEntity,
  IngestionService,
  ObservationEntity,
  ObservationHorizonEntity,
  PostHocPool,
  PurgeService,
  QueryService,
  QuestionDataService,
  RebuiltDayEntity,
  RetentionService,
  SummaryCellEntity,
  SummaryReader,
  SummaryRebuild,
  SummaryRebuildEntity,
  SummarySeriesEntity,
  SummaryVerification,
  VariableEntity,
} from './analytics/index.js';
import {
  ApiKeyEntity,
  ApiKeyService,
  AuditEntryEntity,
  Authenticator,
  OrganizationEntity,
  OrganizationService,
} from './auth/index.js';
import type { Config } from './config.js';
import { systemClock, type Clock } from './core/clock.js';
import { createLogger, type Logger } from './core/logger.js';
import type { Database } from './db/database.js';
import { openDatabase } from './db/data-source.js';
import {
  FederationEntity,
  FederationService,
  MemberEntity,
  MembershipService,
  RosterService,
  SharedModelEntity,
  SharedModelService,
} from './federations/index.js';
import {
  ContributionService,
  LedgerEntity,
  LedgerService,
  LedgerVerification,
  openLedgerWith,
  RoundContributionEntity,
  RoundService,
  RoundStepService,
  TightEpsilon,
  TrainingRoundEntity,
} from './privacy/index.js';
import { IdempotencyRecordEntity } from './rest/idempotency-record.entity.js';

export const entities = [
  OrganizationEntity,
  ApiKeyEntity,
  AuditEntryEntity,
  FederationEntity,
  MemberEntity,
  SharedModelEntity,
  IdempotencyRecordEntity,
  LedgerEntity,
  TrainingRoundEntity,
  RoundContributionEntity,
  VariableEntity,
  ObservationEntity,
  SummarySeriesEntity,
  SummaryCellEntity,
  IngestedChunkEntity,
  DisclosurePolicyEntity,
  AnalyticsQueryEntity,
  ObservationHorizonEntity,
  SummaryRebuildEntity,
  RebuiltDayEntity,
] as const;

const TIGHT_EPSILON_SCRIPT = path.join(__dirname, 'privacy', 'tight-epsilon.worker.js');
const POST_HOC_SCRIPT = path.join(__dirname, 'analytics', 'analyses', 'post-hoc.worker.js');

/** What is outside the process or not deterministic; tests replace it. */
export interface Surroundings {
  readonly clock?: Clock;
  readonly logger?: Logger;
  /** The worker's compiled file. */
  readonly tightEpsilonScript?: string;
  /** Is told how many observations were stored, once they are committed. */
  readonly onStored?: (count: number) => void;
}

/** The use cases over one database, without any transport: what the command line and the demo data work with. */
export interface Core {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly authenticator: Authenticator;
  readonly organizations: OrganizationService;
  readonly apiKeys: ApiKeyService;
  readonly federations: FederationService;
  readonly memberships: MembershipService;
  readonly rosters: RosterService;
  readonly models: SharedModelService;
  readonly ledgers: LedgerService;
  readonly rounds: RoundService;
  readonly roundSteps: RoundStepService;
  readonly contributions: ContributionService;
  readonly tightEpsilon: TightEpsilon;
  readonly ingestion: IngestionService;
  readonly discovery: DiscoveryService;
  readonly disclosures: DisclosureService;
  readonly purges: PurgeService;
  readonly retention: RetentionService;
  readonly summaries: SummaryReader;
  readonly analyses: AnalysisService;
  readonly queries: QueryService;
  readonly postHoc: PostHocPool;
  readonly ledgerVerification: LedgerVerification;
  readonly summaryVerification: SummaryVerification;
  readonly summaryRebuild: SummaryRebuild;
}

export async function createCore(config: Config, surroundings: Surroundings = {}): Promise<Core> {
  const clock = surroundings.clock ?? systemClock;
  const logger = surroundings.logger ?? createLogger(config.logLevel);
  const db = await openDatabase(config.database, entities, { migrate: config.migrateOnStart });
  const { apiKeyPepper: pepper, operatorKey } = config;
  const authenticator = new Authenticator(db, clock, logger, { pepper, operatorKey });
  const organizations = new OrganizationService(clock);
  const tightEpsilon = new TightEpsilon(db, logger, surroundings.tightEpsilonScript ?? TIGHT_EPSILON_SCRIPT);
  const federations = new FederationService(clock, organizations, openLedgerWith(config.defaultBudget));
  const rosters = new RosterService(clock, federations);
  const ledgers = new LedgerService(clock, federations, tightEpsilon.schedule);
  const discovery = new DiscoveryService(federations);
  const disclosures = new DisclosureService(clock, federations, config.disclosureMinGroupSize);
  const summaries = new SummaryReader();
  return {
    db,
    clock,
    logger,
    authenticator,
    organizations,
    apiKeys: new ApiKeyService(clock, authenticator, {
      pepper,
      secretKind: config.production ? 'live' : 'test',
      defaultRpm: config.rateLimitRpm,
      knowsFederation: (ctx, orgId, federationId) => federations.isKnownTo(ctx, orgId, federationId),
    }),
    federations,
    memberships: new MembershipService(clock, organizations, { invitationDays: config.invitationDays }),
    rosters,
    models: new SharedModelService(clock, federations),
    ledgers,
    rounds: new RoundService(federations),
    roundSteps: new RoundStepService(clock, { ledgers, federations, rosters }, tightEpsilon.schedule),
    contributions: new ContributionService(),
    tightEpsilon,
    ingestion: new IngestionService(
      clock,
      { federations, rosters },
      surroundings.onStored ?? (() => undefined),
    ),
    discovery,
    disclosures,
    purges: new PurgeService(clock, federations, rosters),
    retention: new RetentionService(clock, db, config.observationRetentionDays),
    summaries,
    analyses: new AnalysisService(clock, new QuestionDataService(discovery, rosters, summaries)),
    queries: new QueryService(federations, disclosures),
    postHoc: new PostHocPool(POST_HOC_SCRIPT),
    ledgerVerification: new LedgerVerification(db),
    summaryVerification: new SummaryVerification(db, rosters),
    summaryRebuild: new SummaryRebuild(clock, db, rosters),
  };
}

/** Lets go of the database and of what works on it. */
export async function closeCore({ authenticator, tightEpsilon, postHoc, db }: Core): Promise<void> {
  await authenticator.flushLastUse();
  await tightEpsilon.close();
  await postHoc.close();
  await db.close();
}
