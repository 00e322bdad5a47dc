import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { GraphQLSchema } from 'graphql';
import type { Logger } from '../core/logger.js';
import type { Metrics } from '../http/metrics.js';
import type { RateLimits } from '../http/rate-limit.js';
import type { RequestContext } from './context.js';
import type { Executor } from './executor.js';
import { formatError } from './format-error.js';
import { landingPage } from './landing-page.js';
import { CostLimit } from './limits/cost.limit.js';
import { MAX_TOKENS } from './limits/shape.limit.js';
import { operationPlugin } from './operation.plugin.js';

interface Dependencies {
  readonly schema: GraphQLSchema;
  readonly executor: Executor;
  readonly limits: RateLimits;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly costLimit: number;
}

export async function createApolloServer({
  schema,
  costLimit,
  ...dependencies
}: Dependencies): Promise<ApolloServer<RequestContext>> {
  const apollo = new ApolloServer<RequestContext>({
    schema,
    logger: dependencies.logger,
    formatError,
    includeStacktraceInErrorResponses: false,
    // Suggestions would tell the schema to whoever guesses.
    hideSchemaDetailsFromClientErrors: true,
    // The key is asked for before any operation, introspection included.
    introspection: true,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    parseOptions: { maxLexicalTokens: MAX_TOKENS },
    validationOptions: { maxErrors: 10 },
    // The process owns its signals (main.ts).
    stopOnTerminationSignals: false,
    plugins: [
      operationPlugin({ ...dependencies, costs: new CostLimit(schema, costLimit) }),
      landingPage(),
      // Each of these would instrument every field or report to somebody else's service.
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
  await apollo.start();
  return apollo;
}
