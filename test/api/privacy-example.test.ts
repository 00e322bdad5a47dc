import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { startTestApp, type TestApp, type TestFederation } from '../support/app.js';

const PAGE = readFileSync(path.join(__dirname, '../../docs/privacy.md'), 'utf8');

let gateway: TestApp;
let federation: TestFederation;

beforeAll(async () => {
  gateway = await startTestApp();
  federation = await gateway.aFederation();
});
afterAll(() => gateway.close());

interface Step {
  readonly method: string;
  readonly path: string;
  readonly body: string | undefined;
  readonly answer: object;
}

/** Every call of the page that an answer follows, in their order. */
function steps(): Step[] {
  const found = PAGE.matchAll(/```sh\n(curl.*?)```\s+```json\n(.*?)```/gs);
  return [...found].map(([, command = '', answer = '']) => ({
    method: /-X (\w+)/.exec(command)?.[1] ?? 'GET',
    path: /\$API([^ "]*)/.exec(command)?.[1]?.replace('$FED', federation.id) ?? '',
    body: /-d '(.*)'/.exec(command)?.[1],
    answer: JSON.parse(answer),
  }));
}

it('answers each call of the worked example in docs/privacy.md as printed there', async () => {
  expect(steps()).toHaveLength(6);
  for (const { method, path: address, body, answer } of steps()) {
    const { body: got } = await federation.owner.client.raw(method, `/api/v1${address}`, body);
    expect(got).toMatchObject(answer);
  }
});
