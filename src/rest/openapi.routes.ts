import type { FastifyInstance } from 'fastify';

/** `/openapi.json`, without a key. @param document as it was printed at the start. */
export function registerOpenApiRoutes(server: FastifyInstance, document: string): void {
  server.get('/openapi.json', (_request, reply) =>
    reply.type('application/json; charset=utf-8').send(document),
  );
}
