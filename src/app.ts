import type { FastifyInstance } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import type { Config } from './config.js';
import { Recurring } from './core/recurring.js';
import { packageVersion } from './core/version.js';
import { hasPendingMigrations } from './db/data-source.js';
import { RequestContext, type CreateContext } from './graphql/context.js';
import { Executor } from './graphql/executor.js';
import { ShapeLimit } from './graphql/limits/shape.limit.js';
import { registerGraphqlRoutes } from './graphql/routes.js';
import { printSortedSchema } from './graphql/schema.js';
import { createApolloServer } from './graphql/server.js';
import { Metrics } from './http/metrics.js';
import { registerOperationsRoutes } from './http/operations.routes.js';
import { RateLimits } from './http/rate-limit.js';
import { Readiness } from './http/readiness.js';
import { createHttpServer } from './http/server.js';
import { statusAnswer } from './rest/error-body.js';
import { Idempotency } from './rest/idempotency.js';
import { openApiDocument, printOpenApi } from './rest/openapi.js';
import { registerOpenApiRoutes } from './rest/openapi.routes.js';
import { Operation } from './rest/operation.js';
import { observationsOver, ReadingThreads } from './reading-threads.js';
import { registerRestRoutes } from './rest/register.js';
import { routes } from './rest/routes/index.js';
import { createGatewaySchema } from './gateway-schema.js';
import { closeCore, createCore, type Core, type Surroundings } from './use-cases.js';

export { createGatewaySchema } from './gateway-schema.js';
export { closeCore, createCore, entities, type Core, type Surroundings } from './use-cases.js';

const HOUSEKEEPING_MS = 60_000;
const RETENTION_MS = 3_600_000;

export interface App {
  readonly core: Core;
  /** `http://host:port` */
  readonly url: string;
  /** Answers what is under way, then lets go of everything. */
  close(): Promise<void>;
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
  const metrics = new Metrics();
  const core = await createCore(config, { ...surroundings, onStored: metrics.addObservations });
  const { db, logger, authenticator } = core;
  const schema = createGatewaySchema(core);
  const limits = limitsOf(config);
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
  const idempotency = new Idempotency(db, core.clock);
  const threads = new ReadingThreads();
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
  await registerRestRoutes(server, {
    operations,
    authenticator,
    limits,
    db,
    idempotency,
    ...observationsOver(core, threads),
  });
  registerOpenApiRoutes(server, describeRest(operations, schema));
  const housekeeping = keepHouse(core, idempotency);
  const retention = new Recurring(RETENTION_MS, (signal) => dropExpired(core, signal));
  return {
    core,
    url: await listen(server, config),
    close: async () => {
      clearInterval(housekeeping);
      readiness.drain();
      await server.close();
      await apollo.stop();
      await threads.close();
      await retention.end();
      await closeCore(core);
    },
  };
}

function limitsOf({ rateLimitRpm, graphqlCostPerMinute: costPerMinute }: Config): RateLimits {
  return new RateLimits({ rateLimitRpm, costPerMinute });
}

function keepHouse({ authenticator, logger }: Core, idempotency: Idempotency): NodeJS.Timeout {
  const housekeeping = setInterval(() => {
    void authenticator.flushLastUse();
    idempotency.purge().catch((error: unknown) => {
      logger.warn({ err: error }, 'could not drop old idempotency records');
    });
  }, HOUSEKEEPING_MS);
  return housekeeping.unref();
}

async function dropExpired({ retention, logger }: Core, signal: AbortSignal): Promise<void> {
  try {
    const { horizons, observations, failures } = await retention.sweep(signal);
    for (const { federationId, error } of failures)
      logger.warn({ err: error, federationId }, 'could not drop expired observations of a federation');
    if (horizons > 0 || observations > 0)
      logger.info({ horizons, observations }, 'dropped expired observations');
  } catch (error) {
    logger.warn({ err: error }, 'could not drop expired observations');
  }
}

async function listen(server: FastifyInstance, { host, port }: Config): Promise<string> {
  const address = await server.listen({ host, port });
  // What listens on every address is reached, from this machine, by its name.
  return address.replace(/\/\/(?:0\.0\.0\.0|\[::\])/, '//127.0.0.1');
}
