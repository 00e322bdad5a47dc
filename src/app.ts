import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import {
  ApiKeyEntity,
  ApiKeyResolver,
  ApiKeyService,
  AuditEntryEntity,
  Authenticator,
  OrganizationEntity,
  OrganizationResolver,
  OrganizationService,
} from './auth/index.js';
import type { Config } from './config.js';
import { systemClock, type Clock } from './core/clock.js';
import { createLogger, type Logger } from './core/logger.js';
import { packageVersion } from './core/version.js';
import type { Database } from './db/database.js';
import { hasPendingMigrations, openDatabase } from './db/data-source.js';
import {
  FederationEntity,
  FederationResolver,
  FederationService,
  InviteMembersPayloadResolver,
  MemberPayloadResolver,
  MemberEntity,
  MemberResolver,
  MembershipResolver,
  MembershipService,
  RosterResolver,
  RosterService,
  SharedModelEntity,
  SharedModelPayloadResolver,
  SharedModelResolver,
  SharedModelService,
} from './federations/index.js';
import { RequestContext, type CreateContext } from './graphql/context.js';
import { Executor } from './graphql/executor.js';
import { ShapeLimit } from './graphql/limits/shape.limit.js';
import { NodeResolver } from './graphql/node.resolver.js';
import { registerGraphqlRoutes } from './graphql/routes.js';
import { createSchema, printSortedSchema } from './graphql/schema.js';
import { createApolloServer } from './graphql/server.js';
import { ViewerResolver } from './graphql/viewer.resolver.js';
import { Metrics } from './http/metrics.js';
import { registerOperationsRoutes } from './http/operations.routes.js';
import { RateLimits } from './http/rate-limit.js';
import { Readiness } from './http/readiness.js';
import { createHttpServer } from './http/server.js';
import { statusAnswer } from './rest/error-body.js';
import { Idempotency } from './rest/idempotency.js';
import {
  ContributionService,
  FederationPrivacyResolver,
  FederationRoundsResolver,
  LedgerEntity,
  LedgerService,
  LedgerVerification,
  MemberContributionResolver,
  openLedgerWith,
  PrivacyHistoryEntryResolver,
  PrivacyPayloadResolver,
  PrivacyResolver,
  RoundContributionEntity,
  RoundContributionResolver,
  RoundResolver,
  RoundService,
  RoundStepService,
  TightEpsilon,
  TrainingRoundEntity,
  TrainingRoundPayloadResolver,
} from './privacy/index.js';
import { IdempotencyRecordEntity } from './rest/idempotency-record.entity.js';
import { openApiDocument, printOpenApi } from './rest/openapi.js';
import { registerOpenApiRoutes } from './rest/openapi.routes.js';
import { Operation } from './rest/operation.js';
import { registerRestRoutes } from './rest/register.js';
import { routes } from './rest/routes/index.js';

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
] as const;

const HOUSEKEEPING_MS = 60_000;

const TIGHT_EPSILON_SCRIPT = path.join(__dirname, 'privacy', 'tight-epsilon.worker.js');

/** What is outside the process or not deterministic; tests replace it. */
export interface Surroundings {
  readonly clock?: Clock;
  readonly logger?: Logger;
  /** The worker's compiled file. */
  readonly tightEpsilonScript?: string;
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
  readonly ledgerVerification: LedgerVerification;
}

export interface App {
  readonly core: Core;
  /** `http://host:port` */
  readonly url: string;
  /** Answers what is under way, then lets go of everything. */
  close(): Promise<void>;
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
  const ledgers = new LedgerService(clock, federations, config.defaultBudget, tightEpsilon.schedule);
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
    contributions: new ContributionService(federations),
    tightEpsilon,
    ledgerVerification: new LedgerVerification(db),
  };
}

/** Lets go of the database and of what works on it. */
export async function closeCore({ tightEpsilon, db }: Core): Promise<void> {
  await tightEpsilon.close();
  await db.close();
}

/** The schema over the use cases; a new feature's resolvers are added here. */
export function createGatewaySchema(core: Core): GraphQLSchema {
  return createSchema([
    new ViewerResolver(core.rosters, core.clock),
    new NodeResolver({
      Organization: (ctx, id) => core.organizations.findVisible(ctx, id),
      ApiKey: (ctx, id) => core.apiKeys.findVisible(ctx, id),
      Federation: (ctx, id) =>
        ctx.viewer.scopes.has('federations:read') ? core.federations.find(ctx, id) : Promise.resolve(null),
      Member: (ctx, id) => core.rosters.findVisible(ctx, id),
      SharedModel: (ctx, id) => core.models.findVisible(ctx, id),
      TrainingRound: (ctx, id) => core.rounds.findVisible(ctx, id),
    }),
    new OrganizationResolver(core.organizations),
    new ApiKeyResolver(core.apiKeys),
    new FederationResolver(core.federations, core.models),
    new RosterResolver(core.rosters),
    new MemberResolver(),
    new MembershipResolver(core.memberships),
    new MemberPayloadResolver(),
    new InviteMembersPayloadResolver(),
    new SharedModelResolver(core.models),
    new SharedModelPayloadResolver(),
    new FederationPrivacyResolver(core.ledgers),
    new PrivacyResolver(core.ledgers),
    new PrivacyHistoryEntryResolver(),
    new PrivacyPayloadResolver(),
    new FederationRoundsResolver(core.rounds),
    new RoundResolver(core.roundSteps),
    new TrainingRoundPayloadResolver(),
    new MemberContributionResolver(),
    new RoundContributionResolver(),
  ]);
}

function contextsOver(core: Core): CreateContext {
  return (call, on, maxPageSize) => new RequestContext(call, on, maxPageSize, core);
}

function describeRest(operations: readonly Operation[], schema: GraphQLSchema): string {
  return printOpenApi(openApiDocument(operations, { schema, version: packageVersion() }));
}

/** The contracts of both APIs in the form that is committed under `schema/`. */
export function printContracts(core: Core): { readonly graphql: string; readonly openApi: string } {
  const schema = createGatewaySchema(core);
  const operations = routes.map(
    (route) => new Operation(route, schema, new Executor(schema), contextsOver(core)),
  );
  return { graphql: printSortedSchema(schema), openApi: describeRest(operations, schema) };
}

/** Builds every object once, by hand, and serves. */
export async function startApp(config: Config, surroundings: Surroundings = {}): Promise<App> {
  const core = await createCore(config, surroundings);
  const { db, clock, logger, authenticator } = core;
  const schema = createGatewaySchema(core);
  const metrics = new Metrics();
  const limits = new RateLimits({
    rateLimitRpm: config.rateLimitRpm,
    costPerMinute: config.graphqlCostPerMinute,
  });
  const createContext = contextsOver(core);
  const server = await createHttpServer({
    logger,
    metrics,
    corsOrigins: config.corsOrigins,
    errorBody: (status, message, requestId) => JSON.stringify(statusAnswer(status, message, requestId).body),
  });
  const readiness = new Readiness(() => hasPendingMigrations(db));
  const executor = new Executor(schema);
  const apollo = await createApolloServer({
    executor,
    schema,
    limits,
    metrics,
    logger,
    costLimit: config.graphqlCostLimit,
  });
  const idempotency = new Idempotency(db, clock);
  registerOperationsRoutes(server, readiness, metrics);
  await registerGraphqlRoutes(server, {
    apollo,
    authenticator,
    limits,
    shapes: new ShapeLimit(),
    db,
    createContext,
  });
  const operations = routes.map((route) => new Operation(route, schema, executor, createContext));
  await registerRestRoutes(server, { operations, authenticator, limits, db, idempotency });
  registerOpenApiRoutes(server, describeRest(operations, schema));
  const housekeeping = setInterval(() => {
    void authenticator.flushLastUse();
    idempotency.purge().catch((error: unknown) => {
      logger.warn({ err: error }, 'could not drop old idempotency records');
    });
  }, HOUSEKEEPING_MS);
  housekeeping.unref();
  const url = await listen(server, config);
  return {
    core,
    url,
    close: async () => {
      clearInterval(housekeeping);
      readiness.drain();
      await server.close();
      await apollo.stop();
      await authenticator.flushLastUse();
      await closeCore(core);
    },
  };
}

async function listen(server: FastifyInstance, { host, port }: Config): Promise<string> {
  const address = await server.listen({ host, port });
  // What listens on every address is reached, from this machine, by its name.
  return address.replace(/\/\/(?:0\.0\.0\.0|\[::\])/, '//127.0.0.1');
}
