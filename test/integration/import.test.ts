import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { startTestApp, type TestApp, type TestFederation } from '../support/app.js';
import { Importer } from '../support/importer.js';
import { countOf as countIn } from '../support/lines.js';

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

const fileOf: Importer['file'] = (...args) => importer.file(...args);
const start: Importer['start'] = (...args) => importer.start(...args);
const countOf = (federation: TestFederation) => countIn(gateway.app.core.db, federation);

function linesOf(count: number): string[] {
  return Array.from({ length: count }, (_, i) =>
    JSON.stringify({
      recorded_at: new Date(Date.UTC(2026, 0, 1) + i * 60_000).toISOString(),
      device_group: 'ward',
      metrics: { heart_rate: 60 + (i % 40) },
    }),
  );
}

it('sends a plain and a packed file, and tells how many are stored', async () => {
  const federation = await gateway.aFederation();
  const text = linesOf(1_500).join('\n');
  const plain = await start(federation, fileOf('plain.ndjson', text)).finished;
  expect(plain).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^1500 observations are stored, in /),
  });
  expect(plain.stderr).toMatch(/^batch import-\w+; .* --batch-id import-\w+ /);
  const file = fileOf('packed.ndjson.gz', gzipSync(text));
  const packed = await start(federation, file, '--batch-id', 'packed', '--json').finished;
  expect(packed.code).toBe(0);
  expect(JSON.parse(packed.stdout)).toEqual({
    batch_id: 'packed',
    accepted: 1_500,
    duplicate: false,
    seconds: expect.any(Number),
  });
  const again = await start(federation, file, '--batch-id', 'packed').finished;
  expect(again.stdout).toBe('1500 observations are stored, all of them were stored before\n');
  expect(await countOf(federation)).toBe(3_000);
});

it('reads standard input, and after a kill goes on with the same batch', async () => {
  const federation = await gateway.aFederation();
  const text = linesOf(3_700).join('\n');
  const { child, text: told, finished } = start(federation, '-');
  child.stdin.on('error', () => undefined);
  child.stdin.write(text.slice(0, text.length * 0.7));
  for (let i = 0; i < 200 && (await countOf(federation)) < 2_000; i++) await sleep(50);
  child.kill('SIGKILL');
  await finished;
  const stored = await countOf(federation);
  expect(stored).toBe(2_000);
  const [, batchId = ''] = /--batch-id (\S+)/.exec(told.stderr) ?? [];
  const resumed = await start(federation, fileOf('resumed.ndjson', text), '--batch-id', batchId, '--json')
    .finished;
  expect(JSON.parse(resumed.stdout)).toMatchObject({ batch_id: batchId, accepted: 3_700, duplicate: false });
  expect(await countOf(federation)).toBe(3_700);
});

it('reports a refused line with its number and ends with 1', async () => {
  const federation = await gateway.aFederation();
  const lines = linesOf(20_000).with(
    1_233,
    '{"recorded_at":"2026-01-01T00:00:00Z","device_group":"a","metrics":{"x":"y"}}',
  );
  const file = fileOf('refused.ndjson', lines.join('\n'));
  const { code, stdout, stderr } = await start(federation, file).finished;
  expect(code).toBe(1);
  expect(stderr).toMatch(/refused \(400\): line 1234\.metrics\.x must be a number/);
  expect(stderr).toContain(`\n  ${lines[1_233]}\n`);
  const [, batchId = ''] = /--batch-id (\S+)/.exec(stderr) ?? [];
  expect(stdout).toBe(
    `1000 observations are stored; correct the line and go on:\n  gateway import ${file} --federation ${federation.id}` +
      ` --url ${gateway.url} --key "$KEY" --batch-id ${batchId}\n`,
  );
  const asJson = await start(federation, file, '--json', '--batch-id', 'b').finished;
  expect(asJson.code).toBe(1);
  expect(JSON.parse(asJson.stdout)).toMatchObject({
    batch_id: 'b',
    accepted: 1_000,
    error: { status_code: 400, details: { line: 1_234 } },
    refused: { line: 1_234, text: lines[1_233] },
    resume: expect.stringMatching(/ --batch-id b$/),
  });
});

it('ends with a refusal though standard input stays open', async () => {
  const federation = await gateway.aFederation();
  const { child, finished } = start(federation, '-');
  child.stdin.on('error', () => undefined);
  child.stdin.write('{}\n');
  const { code, stderr } = await finished;
  expect(stderr).toMatch(/refused \(400\): line 1\./);
  expect(code).toBe(1);
});

const failures: readonly { name: string; args: readonly string[]; code: number; stderr: RegExp }[] = [
  { name: 'no such file', args: ['absent.ndjson'], code: 1, stderr: /absent\.ndjson cannot be read: ENOENT/ },
  {
    name: 'no gateway',
    args: ['plain.ndjson', '--url', 'http://127.0.0.1:1'],
    code: 1,
    stderr: /the import stopped: there is no connection \(.*ECONNREFUSED/,
  },
  {
    name: 'no address',
    args: ['plain.ndjson', '--url', 'gateway'],
    code: 2,
    stderr: /--url must be the address/,
  },
  {
    name: 'gzip that is cut',
    args: ['cut.ndjson.gz'],
    code: 1,
    stderr: /the import stopped: the file cannot be read to its end \(unexpected end of file\)/,
  },
  { name: 'a wrong key', args: ['plain.ndjson', '--key', 'wrong'], code: 1, stderr: /refused \(401\)/ },
  {
    name: 'columns for lines',
    args: ['plain.ndjson', '--metric', 'heart_rate'],
    code: 2,
    stderr: /columns and --delimiter are of CSV/,
  },
  { name: 'an unknown option', args: ['plain.ndjson', '--batch', 'b'], code: 2, stderr: /unknown option/ },
];
for (const { name, args, code, stderr } of failures) {
  it(`says why it fails with ${name}`, async () => {
    const federation = await gateway.aFederation();
    fileOf('plain.ndjson', linesOf(2).join('\n'));
    fileOf('cut.ndjson.gz', gzipSync(linesOf(2).join('\n')).subarray(0, 40));
    const [file = '', ...more] = args;
    const ended = await start(federation, file, ...more).finished;
    expect(ended.stderr).toMatch(stderr);
    expect(ended.code).toBe(code);
  });
}
