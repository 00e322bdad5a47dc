import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { startTestApp, type TestApp } from '../support/app.js';

const PAGE = readFileSync(path.join(__dirname, '../../docs/analytics.md'), 'utf8');

let gateway: TestApp;

beforeAll(async () => {
  gateway = await startTestApp();
});
afterAll(() => gateway.close());

it('answers the batch of docs/analytics.md as printed there, and its repeat as a repeat', async () => {
  const { id, owner } = await gateway.aFederation();
  const [, body = '', answer = ''] = /-d '(\{.*?\})'\n```\s+```json\n(.*?)```/s.exec(PAGE) ?? [];
  const send = () => owner.client.raw('POST', `/api/v1/federations/${id}/observations`, body).expect(200);
  expect((await send()).body).toEqual(JSON.parse(answer));
  expect((await send()).body).toEqual({ ...JSON.parse(answer), duplicate: true });
});
