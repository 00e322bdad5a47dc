import { expect } from '@jest/globals';
import type { Client } from './client.js';
import type { OpenApiChecker } from './openapi-checker.js';
import { ANALYSES, observationsOf } from './questions.js';

/**
 * Calls every route of the analyses and their record, with and without the federation, in which the caller takes part
 * and in no other. Answered questions and failed ones are read.
 */
export async function checkAnalyses(
  checker: OpenApiChecker,
  client: Client,
  ids: { id: string },
): Promise<void> {
  const sent = { observations: observationsOf(['icu', 'nicu']) };
  await client.post(`/federations/${ids.id}/observations`, sent).expect(200);
  await client.post(`/federations/${ids.id}/analytics/descriptive`, { variable: 'unknown' }).expect(400);
  for (const place of ['/api/v1/federations/{id}/analytics', '/api/v1/analytics']) {
    for (const { path, body } of ANALYSES)
      await checker.call(client, `POST ${place}/${path}`, {
        ids,
        body: path === 't-test' ? { ...body, group_b: 'nicu' } : body,
      });
    const list = await checker.call(client, `GET ${place}/queries`, { ids, query: '?limit=200' });
    expect(list.body.queries.length).toBeGreaterThan(ANALYSES.length);
    for (const { id } of list.body.queries)
      await checker.call(client, `GET ${place}/queries/{query_id}`, { ids: { ...ids, query_id: id } });
  }
}
