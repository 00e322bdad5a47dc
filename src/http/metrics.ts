import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';

/** Prometheus metrics of one process. Labels come from closed lists, so that no caller can multiply the series. */
export class Metrics {
  readonly registry = new Registry();
  private readonly requests = new Histogram({
    name: 'gateway_request_duration_seconds',
    help: 'Duration of HTTP requests by route and status.',
    labelNames: ['route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [this.registry],
  });
  private readonly refusals = new Counter({
    name: 'gateway_rate_limited_total',
    help: 'Requests that were refused by a rate or cost limit.',
    registers: [this.registry],
  });
  private readonly cost = new Counter({
    name: 'gateway_graphql_cost_total',
    help: 'Cost points of executed GraphQL operations.',
    registers: [this.registry],
  });
  private readonly observations = new Counter({
    name: 'gateway_observations_accepted_total',
    help: 'Observations that this process has stored; what came again and was skipped is not counted.',
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  observeRequest(route: string, status: number, seconds: number): void {
    this.requests.observe({ route, status }, seconds);
    if (status === 429) this.refusals.inc();
  }

  addCost(points: number): void {
    this.cost.inc(points);
  }

  readonly addObservations = (count: number): void => {
    this.observations.inc(count);
  };
}
