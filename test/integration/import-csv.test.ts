import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { startTestApp, type TestApp, type TestFederation } from '../support/app.js';
import { Importer } from '../support/importer.js';

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

async function recordOf({ id }: TestFederation) {
  const rows = await gateway.app.core.db.query<Record<string, unknown>>(
    `SELECT o.recorded_at, o.device_group, o.device_id, o.device_platform, o.metrics, o.attributes
      FROM observations o WHERE o.federation_id = ? ORDER BY o.id`,
    [id],
  );
  return rows.map((row) => ({
    at: new Date(Number(row['recorded_at'])).toISOString(),
    group: row['device_group'],
    device: row['device_id'],
    platform: row['device_platform'],
    metrics: JSON.parse(String(row['metrics'])),
    attributes: JSON.parse(String(row['attributes'])),
  }));
}

const HEADER = 'recorded_at,device_group,device_id,device_platform,heart_rate,rhythm,patient';
const USUAL = `${HEADER}
2026-01-01T00:00:00Z,ward,d-1,ios,71.5,sinus,4711
2026-01-01T00:01:00+01:00,"ward, ""east""",,,0.1,,4712
`;
const USUAL_RECORD = [
  {
    at: '2026-01-01T00:00:00.000Z',
    group: 'ward',
    device: 'd-1',
    platform: 'ios',
    metrics: { heart_rate: 71.5 },
    attributes: { rhythm: 'sinus' },
  },
  {
    at: '2025-12-31T23:01:00.000Z',
    group: 'ward, "east"',
    device: null,
    platform: null,
    metrics: { heart_rate: 0.1 },
    attributes: {},
  },
];
const COLUMNS = ['--metric', 'heart_rate', '--attribute', 'rhythm'];

it.each([
  { name: 'plain.csv', content: USUAL },
  { name: 'windows.CSV', content: `\uFEFF${USUAL.replaceAll('\n', '\r\n')}` },
  { name: 'packed.csv.gz', content: gzipSync(USUAL) },
])('sends the named columns of $name, and nothing else', async ({ name, content }) => {
  const federation = await gateway.aFederation();
  const ended = await importer.run(federation, importer.file(name, content), ...COLUMNS);
  expect(ended).toMatchObject({ code: 0, stdout: expect.stringMatching(/^2 observations are stored, in /) });
  expect(await recordOf(federation)).toEqual(USUAL_RECORD);
});

it('reads standard input, columns of other names and another delimiter', async () => {
  const federation = await gateway.aFederation();
  const args = ['--format', 'csv', '--delimiter', 'tab', '--metric', 'Heart rate (bpm)=heart_rate'];
  const columns = ['--time-column', 'when', '--group-column', 'where', '--device-column', 'what'];
  const { child, finished } = importer.start(
    federation,
    '-',
    ...[...args, ...columns, '--platform-column', 'kind', '--attribute', 'rhythm'],
  );
  child.stdin.end(
    'Heart rate (bpm)\twhen\twhere\twhat\tkind\trhythm\n71.5\t2026-01-01T00:00:00Z\tward\td-1\tios\tsinus\n',
  );
  expect(await finished).toMatchObject({ code: 0 });
  expect(await recordOf(federation)).toEqual([USUAL_RECORD[0]]);
});

/** Each stands on two lines. */
function rowsOf(count: number): string[] {
  return Array.from(
    { length: count },
    (_, i) => `2026-01-01T00:00:00Z,ward,d-${i},ios,${60 + (i % 40)},"two\r\nlines",1`,
  );
}

// After the header, an empty line and 1,200 rows.
const WRONG_LINE = 1 + 1 + 2 * 1_200 + 1;

it.each([
  { wrong: '2026-01-01T00:00:00Z,ward,,,high,sinus,1', reason: '.metrics.heart_rate must be a number' },
  { wrong: ',ward,,,1,sinus,1', reason: '.recorded_at is required' },
  { wrong: '2026-01-01T00:00:00Z,ward,,,1', reason: ': the row has 5 cells, the header 7' },
  {
    wrong: '2026-01-01T00:00:00Z,ward,,,1,"sinus',
    reason: ': after a closing quote comes neither a delimiter nor the end of the line',
  },
])('names the line of the file on which a refused row begins: $wrong', async ({ wrong, reason }) => {
  const federation = await gateway.aFederation();
  const good = [HEADER, '', ...rowsOf(1_501)];
  const file = importer.file('wrong.csv', good.with(1_202, wrong).join('\r\n'));
  const { code, stdout, stderr } = await importer.run(federation, file, ...COLUMNS, '--batch-id', 'b');
  expect(stderr).toContain(`refused (400): line ${WRONG_LINE}${reason}`);
  expect(stderr).toContain(`\n  ${wrong}\n`);
  expect(stdout).toMatch(/^1000 observations are stored; correct the line and go on:\n.* --batch-id b\n$/);
  expect(code).toBe(1);
  importer.file('wrong.csv', good.join('\r\n'));
  const again = await importer.run(federation, file, ...COLUMNS, '--batch-id', 'b');
  expect(again).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^1501 observations are stored, in /),
  });
});

const mistakes: readonly {
  readonly name: string;
  readonly content: string;
  readonly args: readonly string[];
  readonly code: number;
  readonly told: RegExp;
}[] = [
  {
    name: 'no named column',
    content: USUAL,
    args: [],
    code: 2,
    told: /name the columns to send: .*heart_rate, rhythm, patient/,
  },
  {
    name: 'an unknown column',
    content: USUAL,
    args: ['--metric', 'pulse'],
    code: 2,
    told: /--metric: there is no column pulse; the header has recorded_at, /,
  },
  {
    name: 'a long delimiter',
    content: USUAL,
    args: [...COLUMNS, '--delimiter', ';;'],
    code: 2,
    told: /it must be one character, or tab/,
  },
  {
    name: 'an empty file',
    content: '',
    args: COLUMNS,
    code: 1,
    told: /the file is empty: CSV begins with the names of its columns/,
  },
  {
    name: 'a header alone',
    content: `${HEADER}\n`,
    args: COLUMNS,
    code: 1,
    told: /observations must hold at least one observation/,
  },
];
it.each(mistakes)('says what is wrong with $name', async ({ content, args, code, told }) => {
  const federation = await gateway.aFederation();
  const ended = await importer.run(federation, importer.file('mistake.csv', content), ...args);
  expect(ended.stderr).toMatch(told);
  expect(ended.code).toBe(code);
  expect(await recordOf(federation)).toEqual([]);
});
