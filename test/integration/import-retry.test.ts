import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createServer, request, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTestApp, type TestApp, type TestFederation } from '../support/app.js';
import { Importer } from '../support/importer.js';
import { countOf as countIn, linesOf } from '../support/lines.js';
import { TcpProxy } from '../support/tcp-proxy.js';

let gateway: TestApp;
let importer: Importer;

beforeAll(async () => {
  gateway = await startTestApp();
  importer = new Importer(gateway.url);
});
afterAll(async () => {
  importer.remove();
  await gateway.close();
});

const countOf = (federation: TestFederation) => countIn(gateway.app.core.db, federation);

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 800 && !(await isSo()); i++) await sleep(25);
  expect(await isSo()).toBe(true);
}

/** More than what is on its way at once, so that a cut finds lines that are not sent. */
const MANY = 40_000;

async function proxied(): Promise<{ readonly proxy: TcpProxy; readonly url: string }> {
  const { hostname, port } = new URL(gateway.url);
  const proxy = await TcpProxy.to(hostname, Number(port));
  return { proxy, url: `http://127.0.0.1:${proxy.port}` };
}

it('goes on by itself when the connection is cut, and stores every observation once', async () => {
  const federation = await gateway.aFederation();
  const { proxy, url } = await proxied();
  const file = importer.file('cut.ndjson', linesOf(MANY).join('\n'));
  const { text, finished } = importer.start(federation, file, '--url', url);
  await until(async () => (await countOf(federation)) >= 1_000);
  await proxy.cut();
  await until(() => text.stderr.includes('trying again'));
  await proxy.restore();
  const { code, stdout, stderr } = await finished;
  expect(stderr).toMatch(
    /the connection was lost \(.+\); trying again in 1 s, what is stored is skipped \(1 of 8\)/,
  );
  expect(stdout).toMatch(/^40000 observations are stored, in /);
  expect(code).toBe(0);
  expect(await countOf(federation)).toBe(MANY);
  await proxy.cut();
}, 90_000);

it('gives up at last, and prints the command that goes on', async () => {
  const federation = await gateway.aFederation();
  const { proxy, url } = await proxied();
  const file = importer.file("it's cut.ndjson", linesOf(MANY).join('\n'));
  const { finished } = importer.start(federation, file, '--url', url, '--retries', '1', '--batch-id', 'b');
  await until(async () => (await countOf(federation)) >= 1_000);
  await proxy.cut();
  const { code, stdout, stderr } = await finished;
  expect(stderr.match(/trying again/g)).toHaveLength(1);
  expect(stderr).toMatch(/the import stopped: there is no connection \(.*ECONNREFUSED/);
  expect(stdout).toBe(
    `what was stored stays stored and is skipped; to go on:\n  gateway import '${file.replace("'", String.raw`'\''`)}'` +
      ` --federation ${federation.id} --url ${gateway.url} --url ${url} --retries 1 --key "$KEY" --batch-id b\n`,
  );
  expect(code).toBe(1);
});

it.each([
  { source: 'standard input', isFifo: false },
  { source: 'a FIFO, as `<(…)` is one', isFifo: true },
])('says that $source must be given anew, and does not read it again', async ({ isFifo }) => {
  const federation = await gateway.aFederation();
  const { proxy, url } = await proxied();
  const file = isFifo ? importer.fifo('lines.fifo') : '-';
  const { child, finished } = importer.start(federation, file, '--url', url);
  const into = isFifo ? createWriteStream(file) : child.stdin;
  into.on('error', () => undefined);
  into.write(linesOf(1_500).join('\n'));
  await until(async () => (await countOf(federation)) >= 1_000);
  await proxy.cut();
  const { code, stdout, stderr } = await finished;
  const told = isFifo ? file : 'standard input';
  expect(stderr).toMatch(/the connection was lost \(.+\); /);
  expect(stderr).toContain(`; ${told} cannot be read again: give it anew\n`);
  expect(stdout).toMatch(/\n {2}gateway import \S+ --federation .* --batch-id import-\w+\n$/);
  expect(code).toBe(1);
  into.destroy();
});

/** Something before the gateway, as a load balancer is, that answers the first request itself. */
async function refusingOnce(refuse: RequestListener): Promise<{ server: Server; url: string }> {
  let isFirst = true;
  const server = createServer((incoming, answer) => {
    if (isFirst) {
      isFirst = false;
      incoming.resume();
      refuse(incoming, answer);
      return;
    }
    const { headers, url = '' } = incoming;
    const onward = request(gateway.url + url, { method: 'POST', headers }, (reply) => {
      answer.writeHead(reply.statusCode ?? 0, reply.headers);
      reply.pipe(answer);
    });
    incoming.pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

it.each([
  {
    status: 503,
    headers: { 'retry-after': '2' },
    body: '{"message":"draining"}',
    told: 'the answer was 503: draining; trying again in 2 s',
  },
  {
    status: 429,
    headers: { 'retry-after': '0' },
    body: '{"message":"slowly"}',
    told: 'the answer was 429: slowly; trying again in 0 s',
  },
  {
    status: 502,
    headers: {},
    body: '<html>Bad Gateway</html>',
    told: 'the answer was 502; trying again in 1 s',
  },
])('tries again after an answer $status', async ({ status, headers, body, told }) => {
  const federation = await gateway.aFederation();
  const { server, url } = await refusingOnce((_incoming, answer) =>
    answer.writeHead(status, headers).end(body),
  );
  const file = importer.file('busy.csv', 'recorded_at,device_group,x\n2026-01-01T00:00:00Z,ward,1\n');
  const { code, stderr } = await importer.run(federation, file, '--url', url, '--metric', 'x');
  expect(stderr).toContain(told);
  expect(code).toBe(0);
  expect(await countOf(federation)).toBe(1);
  server.close();
});
