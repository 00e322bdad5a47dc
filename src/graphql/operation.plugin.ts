import {
  HeaderMap,
  type ApolloServerPlugin,
  type GraphQLRequestContext,
  type GraphQLRequestListener,
  type GraphQLResponse,
} from '@apollo/server';
import { GraphQLError } from 'graphql';
import { DomainError } from '../core/errors.js';
import type { Logger } from '../core/logger.js';
import type { Metrics } from '../http/metrics.js';
import type { Allowance, RateLimits } from '../http/rate-limit.js';
import type { RequestContext } from './context.js';
import type { Executor } from './executor.js';
import { formatExecutionError, isUnexpected } from './format-error.js';
import type { CostLimit } from './limits/cost.limit.js';
import { refusalBeforeExecution } from './refuse.js';

interface Dependencies {
  readonly executor: Executor;
  readonly costs: CostLimit;
  readonly limits: RateLimits;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/**
 * What is done with every operation: its cost is counted and told, it is executed, unexpected errors are logged, errors
 * get the request id.
 */
export function operationPlugin(dependencies: Dependencies): ApolloServerPlugin<RequestContext> {
  return { requestDidStart: () => Promise.resolve(new OperationListener(dependencies)) };
}

class OperationListener implements GraphQLRequestListener<RequestContext> {
  private points: Allowance | null = null;

  constructor(private readonly dependencies: Dependencies) {}

  async didResolveOperation(request: GraphQLRequestContext<RequestContext>): Promise<void> {
    const { contextValue, document, source } = request;
    // Without an operation (an unknown operationName) Apollo answers with the error that says so.
    if (document === undefined || source === undefined || request.operation === undefined) return;
    contextValue.told.operation = {
      name: request.operationName ?? 'anonymous',
      hash: (request.queryHash ?? '').slice(0, 12),
    };
    try {
      const cost = this.dependencies.costs.costOf({
        document,
        source,
        operationName: request.request.operationName,
        variables: request.request.variables ?? {},
      });
      contextValue.cost = contextValue.told.cost = cost;
      this.points = await this.dependencies.limits.takeCost(contextValue.viewer, cost);
      this.dependencies.metrics.addCost(cost);
    } catch (error) {
      if (error instanceof DomainError) throw refusalBeforeExecution(error);
      if (error instanceof GraphQLError) throw variablesDoNotFit(error);
      throw error;
    }
  }

  /** Executes in Apollo's place: see docs/decisions/0010. */
  async responseForOperation(
    request: GraphQLRequestContext<RequestContext>,
  ): Promise<GraphQLResponse | null> {
    const { document, operation, contextValue } = request;
    // Without an operation (an unknown operationName) Apollo answers with the error that says so.
    if (document === undefined || operation === undefined) return null;
    const { errors, ...result } = await this.dependencies.executor.execute({
      document,
      operationName: request.request.operationName,
      variables: request.request.variables ?? {},
      context: contextValue,
    });
    this.logUnexpected(errors ?? [], contextValue.requestId);
    const told = errors === undefined ? {} : { errors: errors.map(formatExecutionError) };
    return {
      http: { headers: new HeaderMap() },
      body: { kind: 'single', singleResult: { ...told, ...result } },
    };
  }

  didEncounterErrors(request: GraphQLRequestContext<RequestContext>): Promise<void> {
    this.logUnexpected(request.errors ?? [], request.contextValue.requestId);
    return Promise.resolve();
  }

  private logUnexpected(errors: readonly GraphQLError[], requestId: string): void {
    for (const error of errors) {
      if (!isUnexpected(error)) continue;
      this.dependencies.logger.error(
        { request_id: requestId, path: error.path, err: error.originalError },
        'unexpected error',
      );
    }
  }

  willSendResponse(request: GraphQLRequestContext<RequestContext>): Promise<void> {
    const { body, http } = request.response;
    if (body?.kind !== 'single') return Promise.resolve();
    const { singleResult } = body;
    const { requestId, cost } = request.contextValue;
    if (singleResult.errors !== undefined) {
      singleResult.errors = singleResult.errors.map((error) => ({
        ...error,
        extensions: { ...error.extensions, requestId },
      }));
      // GraphQL over HTTP, 6.4.1: a client that takes application/json alone reads a document's errors from a 200.
      const codes = singleResult.errors.map(({ extensions }) => extensions?.['code']);
      request.contextValue.told.errorCode = String(codes[0]);
      const isDocumentError =
        codes.some((code) => code === 'GRAPHQL_PARSE_FAILED' || code === 'GRAPHQL_VALIDATION_FAILED') ||
        (codes.includes('BAD_USER_INPUT') && singleResult.data === undefined);
      const accept = request.request.http?.headers.get('accept') ?? '';
      if (isDocumentError && !accept.includes('application/graphql-response+json')) http.status = 200;
    }
    if (cost > 0)
      singleResult.extensions = { ...singleResult.extensions, cost: costExtension(cost, this.points) };
    return Promise.resolve();
  }
}

/** Variables are coerced first for the cost, so what Apollo would say of them at the execution is said here. */
function variablesDoNotFit({ message, nodes }: GraphQLError): GraphQLError {
  return new GraphQLError(message, {
    nodes: nodes ?? null,
    extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } },
  });
}

/** The form that Shopify's API made common. Without limits there is no throttle to tell of. */
function costExtension(cost: number, points: Allowance | null): Record<string, unknown> {
  if (points === null) return { requestedQueryCost: cost };
  return {
    requestedQueryCost: cost,
    throttleStatus: {
      maximumAvailable: points.limit,
      currentlyAvailable: points.remaining,
      restoreRate: Math.floor(points.limit / 60),
    },
  };
}
