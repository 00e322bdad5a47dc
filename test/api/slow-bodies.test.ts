import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { connect } from 'node:net';
import { startTestApp, type TestApp, type TestFederation } from '../support/app.js';

let gateway: TestApp;
let federation: TestFederation;

beforeAll(async () => {
  gateway = await startTestApp();
  federation = await gateway.aFederation();
});
afterAll(() => gateway.close());

/** Sends a head and then now and then a byte, until the server closes; what it said, and after how long. */
async function trickle(
  head: readonly string[],
  everyMs: number | null,
  first = '',
): Promise<{ text: string; seconds: number }> {
  const { hostname, port } = new URL(gateway.url);
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.on('data', (piece) => (text += String(piece)));
  socket.on('error', () => undefined);
  socket.write([...head, 'Host: gateway', '', first].join('\r\n'));
  const begun = performance.now();
  const timer = everyMs === null ? undefined : setInterval(() => socket.write(' '), everyMs);
  // Not `once` of node:events, for which a reset connection is a failure.
  await new Promise((resolve) => socket.once('close', resolve));
  clearInterval(timer);
  return { text, seconds: (performance.now() - begun) / 1000 };
}

it('ends bodies that do not come, each with the answer of its kind, and no later than after 10 s', async () => {
  const key = `Authorization: Bearer ${federation.owner.key}`;
  const json = [key, 'Content-Type: application/json', 'Content-Length: 100'];
  const lines = [
    `POST /api/v1/federations/${federation.id}/observations HTTP/1.1`,
    'Content-Type: application/x-ndjson',
  ];
  const observation = '{"recorded_at":"2026-01-01T00:00:00Z","device_group":"a","metrics":{"x":1}}\n';
  const [ordinary, graphql, silent, silentInLine, noKey, refused] = await Promise.all([
    trickle(['POST /api/v1/federations HTTP/1.1', ...json], 500),
    trickle(['POST /graphql HTTP/1.1', ...json], 500),
    trickle([...lines, key, 'Content-Length: 1000'], null, observation),
    trickle([...lines, key, 'Content-Length: 1000'], null, observation + observation.slice(0, 20)),
    trickle([...lines, 'Content-Length: 1000'], 500),
    trickle([...lines, key, 'Content-Length: 1000'], 500, 'no line\n'),
  ]);
  for (const { text, seconds } of [ordinary, graphql, silent, silentInLine, noKey, refused]) {
    expect(text).toMatch(/^HTTP\/1.1 4/);
    expect(seconds).toBeLessThan(12);
  }
  for (const { text, seconds } of [ordinary, silent, silentInLine]) {
    expect(text).toMatch(/^HTTP\/1.1 408 /);
    expect(text).toMatch(/connection: close/i);
    expect(JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4))).toMatchObject({
      status_code: 408,
      error: 'bad_request',
      category: 'input',
    });
    expect(seconds).toBeGreaterThan(9.5);
  }
  expect(graphql.text).toMatch(/^HTTP\/1.1 408 /);
  expect(noKey.text).toMatch(/^HTTP\/1.1 401 /);
  expect(refused.text).toMatch(/^HTTP\/1.1 400 /);
});
