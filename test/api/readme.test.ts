import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createDemoData } from '../../src/cli/demo-data.js';
import { startTestApp, type TestApp } from '../support/app.js';
import type { Client } from '../support/client.js';

const README = readFileSync(path.join(__dirname, '../../README.md'), 'utf8');

let gateway: TestApp;
let client: Client;

beforeAll(async () => {
  gateway = await startTestApp({ rateLimitRpm: 100 });
  const { keys } = await createDemoData(gateway.app.core);
  client = gateway.client(keys[0]?.apiKey ?? '');
});
afterAll(() => gateway.close());

/** The JSON that stands after a text of the README. */
function answerAfter(marker: string): unknown {
  const json = /```json\n(.*?)```/s.exec(README.slice(README.indexOf(marker)))?.[1] ?? '';
  return JSON.parse(json);
}

it('answers the GraphQL query of the README as printed there', async () => {
  const body = /-d '(\{"query".*?\})'/.exec(README)?.[1] ?? '';
  const answer = await client.raw('POST', '/graphql', body).expect(200);
  expect(answer.body).toEqual(answerAfter('Ask over GraphQL'));
});

it('answers the question about privacy of the README as printed there', async () => {
  const question = README.slice(README.indexOf('How much privacy'));
  const body = /-d '(\{"query".*?\})'/.exec(question)?.[1] ?? '';
  const answer = await client.raw('POST', '/graphql', body).expect(200);
  expect(answer.body).toEqual(answerAfter('How much privacy'));
});

it('answers the statistical question of the README as printed there', async () => {
  const question = README.slice(README.indexOf('Do intensive care'));
  const body = /-d '(\{"query".*?\})'/.exec(question)?.[1] ?? '';
  const answer = await client.raw('POST', '/graphql', body).expect(200);
  expect(answer.body).toEqual(answerAfter('Do intensive care'));
});

it('answers the REST call of the README as printed there, but for ids and times', async () => {
  const url = /4000(\/api\/v1\/[^"]+)"/.exec(README)?.[1] ?? '';
  const { body } = await client.raw('GET', url).expect(200);
  const documented = answerAfter('Or over REST');
  const varying = { federation_id: expect.any(String), shared_at: expect.any(String) };
  expect(documented).toEqual({
    ...body,
    models: body.models.map((model: object) => ({ ...model, ...varying })),
  });
});

it('makes the demo data again as it was, with new keys, and ends the earlier ones', async () => {
  const invited = await gateway.operator.get('/federations?org_id=clinic-hill').expect(200);
  const federation = invited.body[0];
  await gateway.operator.post(`/federations/${federation.id}/join`, { org_id: 'clinic-hill' }).expect(200);
  await gateway.operator.post(`/federations/${federation.id}/leave`, { org_id: 'hospital-west' }).expect(200);

  const again = await createDemoData(gateway.app.core);
  await client.get('/federations').expect(401);
  const roster = await gateway
    .client(again.keys[0]?.apiKey ?? '')
    .get(`/federations/${again.federationId}/members`);
  expect(
    roster.body.map(({ org_id, status }: { org_id: string; status: string }) => `${org_id} ${status}`).sort(),
  ).toEqual([
    'clinic-hill invited',
    'hospital-lake active',
    'hospital-north active',
    'hospital-south active',
    'hospital-west active',
  ]);
});
