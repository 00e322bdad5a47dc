import type { FastifyInstance } from 'fastify';
import type { Metrics } from './metrics.js';
import type { Readiness } from './readiness.js';

/** `/healthz` says that the process lives, `/readyz` that it can serve, `/metrics` how it does. No key is needed. */
export function registerOperationsRoutes(
  server: FastifyInstance,
  readiness: Readiness,
  metrics: Metrics,
): void {
  server.get('/healthz', () => ({ status: 'ok' }));

  server.get('/readyz', async (_request, reply) => {
    const missing = await readiness.check();
    if (missing === null) return { status: 'ready' };
    return reply.code(503).header('retry-after', '1').send({ status: 'not ready', reason: missing });
  });

  server.get('/metrics', async (_request, reply) => {
    return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
}
