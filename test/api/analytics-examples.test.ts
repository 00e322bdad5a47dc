import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createDemoData } from '../../src/cli/demo-data.js';
import { startTestApp, type TestApp } from '../support/app.js';
import type { Client } from '../support/client.js';

const PAGE = readFileSync(path.join(__dirname, '../../docs/analytics.md'), 'utf8');

let gateway: TestApp;
let client: Client;
let federationId: string;

beforeAll(async () => {
  gateway = await startTestApp();
  const demo = await createDemoData(gateway.app.core);
  ({ federationId } = demo);
  client = gateway.client(demo.keys[0]?.apiKey ?? '');
});
afterAll(() => gateway.close());

/** The calls of a part of the page that an answer follows. */
function callsIn(heading: string): { address: string; body: string; answer: object }[] {
  const [, part = ''] = PAGE.split(`\n## ${heading}\n`);
  const [text = ''] = part.split('\n## ');
  const found = text.matchAll(/```sh\n(curl.*?)```\s+```json\n(.*?)```/gs);
  return [...found].map(([, command = '', answer = '']) => ({
    address: (/(?:\$API|4000)(\S+)/.exec(command)?.[1] ?? '').replace('$FED', federationId),
    body: /-d '(.*)'/s.exec(command)?.[1] ?? '',
    answer: JSON.parse(answer),
  }));
}

it('answers the four questions of docs/analytics.md as printed there, and the one over GraphQL', async () => {
  const calls = callsIn('Four questions');
  expect(calls).toHaveLength(5);
  for (const { address, body, answer } of calls) {
    const url = address === '/graphql' ? address : `/api/v1${address}`;
    const { body: got } = await client.raw('POST', url, body).expect(200);
    expect(got).toMatchObject(answer);
  }
});

it('answers the batch of docs/analytics.md as printed there, and its repeat as a repeat', async () => {
  const { body, answer } = callsIn('What is sent')[0]!;
  const send = () => client.raw('POST', `/api/v1/federations/${federationId}/observations`, body).expect(200);
  expect((await send()).body).toEqual(answer);
  expect((await send()).body).toEqual({ ...answer, duplicate: true });
});
