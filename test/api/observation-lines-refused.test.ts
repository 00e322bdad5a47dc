import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { startTestApp, type TestApp } from '../support/app.js';
import { countOf, lineOf, linesOf, NDJSON, pathOf, send } from '../support/lines.js';

let gateway: TestApp;

beforeAll(async () => {
  gateway = await startTestApp();
});
afterAll(() => gateway.close());

describe('a bad line', () => {
  const positions = [
    { line: 1, of: 2_500, accepted: 0 },
    { line: 1_500, of: 2_500, accepted: 1_000 },
    { line: 2_500, of: 2_500, accepted: 2_000 },
    // The last of its chunk.
    { line: 5_000, of: 5_500, accepted: 4_000 },
  ] as const;
  for (const { line, of, accepted } of positions) {
    it(`at ${line} of ${of} is named, what was stored before it is told, and corrected the rest is stored once`, async () => {
      const federation = await gateway.aFederation();
      const lines = linesOf(of);
      const bad = lines.with(line - 1, lineOf(line - 1).replace(/"heart_rate":\d+/, '"heart_rate":"fast"'));
      const { body } = await send(federation.owner, federation, bad.join('\n'), 'mended').expect(400);
      expect(body).toMatchObject({
        error: 'bad_request',
        code: 'invalid_input',
        status_code: 400,
        details: { line, accepted, batch_id: 'mended', field: `line ${line}.metrics.heart_rate` },
      });
      expect(await countOf(gateway.app.core.db, federation)).toBe(accepted);
      const again = await send(federation.owner, federation, lines.join('\n'), 'mended').expect(200);
      expect(again.body).toEqual({ batch_id: 'mended', accepted: of, duplicate: false });
      expect(await countOf(gateway.app.core.db, federation)).toBe(of);
    });
  }

  it('that only what is stored shows to be bad is named, and the chunks before it are stored', async () => {
    const federation = await gateway.aFederation();
    const lines = linesOf(5_000);
    const bad = lines.with(3_399, lineOf(3_399).replace('"rhythm"', '"heart_rhythm"'));
    const first = lineOf(0).replace(/"heart_rate":\d+/, '"heart_rhythm":1');
    await send(federation.owner, federation, first).expect(200);
    const { body } = await send(federation.owner, federation, bad.join('\n'), 'other-kind').expect(400);
    expect(body).toMatchObject({
      details: { line: 3_400, accepted: 3_000, field: 'line 3400.attributes.heart_rhythm' },
    });
    expect(await countOf(gateway.app.core.db, federation)).toBe(3_001);
    const again = await send(federation.owner, federation, lines.join('\n'), 'other-kind').expect(200);
    expect(again.body).toMatchObject({ accepted: 5_000, duplicate: false });
    expect(await countOf(gateway.app.core.db, federation)).toBe(5_001);
  });

  const good = lineOf(0);
  const refusals: readonly { name: string; body: string | Uint8Array; line: number; message: RegExp }[] = [
    { name: 'invalid UTF-8', body: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), line: 1, message: /UTF-8/ },
    {
      name: 'a line of 2 MB',
      body: `${good}\n"${'x'.repeat(2_000_000)}"\n`,
      line: 2,
      message: /at most 1048576 bytes/,
    },
    { name: 'a line of 10 MB without an end', body: 'x'.repeat(10_000_000), line: 1, message: /at most/ },
    { name: 'malformed JSON', body: `${good}\n{"a":`, line: 2, message: /line 2 must be valid JSON/ },
    { name: 'an array', body: '[]', line: 1, message: /line 1 must be a JSON object/ },
    { name: 'null', body: 'null', line: 1, message: /must be a JSON object/ },
    {
      name: 'a member that reaches a prototype',
      body: good.replace('metrics', '__proto__'),
      line: 1,
      message: /__proto__/,
    },
    {
      name: 'no time',
      body: good.replace('recorded_at', 'at'),
      line: 1,
      message: /line 1.recorded_at is required/,
    },
    {
      name: 'a time of another form',
      body: good.replace(/2026-[^"]*/, 'now'),
      line: 1,
      message: /recorded_at must be RFC/,
    },
    {
      name: 'a time far ahead',
      body: good.replace('2026', '2126'),
      line: 1,
      message: /recorded_at must not/,
    },
    {
      name: 'no group',
      body: good.replace('device_group', 'group'),
      line: 1,
      message: /device_group is required/,
    },
    {
      name: 'a group that is a number',
      body: good.replace('"ward é"', '7'),
      line: 1,
      message: /device_group must be a string/,
    },
    {
      name: 'no metric',
      body: '{"recorded_at":"2026-01-01T00:00:00Z","device_group":"a"}',
      line: 1,
      message: /at least one metric/,
    },
    {
      name: 'a number out of range',
      body: good.replace(/"heart_rate":\d+/, '"heart_rate":1e999'),
      line: 1,
      message: /must be a number from/,
    },
    {
      name: 'a name of the other kind',
      body: `${good}\n\n${good.replace('rhythm', 'heart_rate').replace('"heart_rate":60', '"x":1')}`,
      line: 3,
      message: /line 3.attributes.heart_rate must not be used so/,
    },
  ];
  for (const { name, body, line, message } of refusals) {
    it(`of ${name} is refused`, async () => {
      const federation = await gateway.aFederation();
      const answer = await send(federation.owner, federation, body).expect(400);
      expect(answer.body.details).toMatchObject({ line, accepted: 0 });
      expect(answer.body.message).toMatch(message);
      expect(await countOf(gateway.app.core.db, federation)).toBe(0);
    });
  }
});

it('more blank lines than anybody writes are refused, and are not kept in memory meanwhile', async () => {
  const federation = await gateway.aFederation();
  const body = Buffer.concat([Buffer.from(`${lineOf(0)}\n`), Buffer.alloc(40 * 1024 * 1024, '\n')]);
  const answer = await send(federation.owner, federation, body).expect(400);
  expect(answer.body.message).toMatch(/^too many blank lines before line \d+$/);
  expect(answer.body.details).toMatchObject({ accepted: 0 });
});

describe('a batch that is stored with other content is a conflict', () => {
  it('in an earlier chunk, and nothing after it is stored', async () => {
    const federation = await gateway.aFederation();
    const lines = linesOf(1_200);
    await send(federation.owner, federation, lines.join('\n'), 'changed').expect(200);
    const changed = [...lines.with(3, lineOf(9_999)), ...linesOf(2_000)];
    const { body } = await send(federation.owner, federation, changed.join('\n'), 'changed').expect(409);
    expect(body).toMatchObject({
      error: 'conflict',
      message: 'a part of the batch, from line 1, is stored already, with other content',
      details: { batch_id: 'changed', accepted: 0, chunk: 0, line: 1 },
    });
    expect(await countOf(gateway.app.core.db, federation)).toBe(1_200);
  });

  it('in a last chunk that has grown', async () => {
    const federation = await gateway.aFederation();
    await send(federation.owner, federation, linesOf(1_200).join('\n'), 'grown').expect(200);
    const { body } = await send(
      federation.owner,
      federation,
      `\n${linesOf(1_201).join('\n')}`,
      'grown',
    ).expect(409);
    // The blank line counts.
    expect(body.details).toMatchObject({ batch_id: 'grown', accepted: 1_000, chunk: 1, line: 1_002 });
  });
});

describe('before the first line is read', () => {
  it('refuses whoever may not send', async () => {
    const federation = await gateway.aFederation({ active: 1, invited: 1 });
    const outsider = await gateway.anOrganization();
    const reader = await gateway.anOrganization(federation.owner.id, { scopes: ['federations:read'] });
    const [invited] = federation.invited;
    if (invited === undefined) throw new Error('nobody is invited');
    // Not a line of it can be read.
    const body = 'no line';
    const hidden = await send(outsider, federation, body).expect(404);
    expect(hidden.body.message).toBe('federation not found');
    await send(invited, federation, body).expect(403);
    await send(reader, federation, body).expect(403);
    await federation.owner.client
      .raw('POST', `${pathOf(federation)}?org_id=other`, body, { 'content-type': NDJSON })
      .expect(403);
    await federation.owner.client
      .raw('POST', `/api/v1/federations/nothing/observations`, body, { 'content-type': NDJSON })
      .expect(404);
    await gateway.operator
      .raw('POST', `${pathOf(federation)}?org_id=${federation.owner.id}`, lineOf(0), {
        'content-type': NDJSON,
      })
      .expect(200);
  });

  it('refuses a caller without a key while the body is still to come', async () => {
    const federation = await gateway.aFederation();
    const request = httpRequest(gateway.url + pathOf(federation), {
      method: 'POST',
      headers: { 'content-type': NDJSON },
    });
    request.on('error', () => undefined);
    request.flushHeaders();
    const [response] = await once(request, 'response');
    expect(response.statusCode).toBe(401);
    request.destroy();
  });

  it('refuses malformed and repeated parameters', async () => {
    const federation = await gateway.aFederation();
    await send(federation.owner, federation, lineOf(0), 'a%20b').expect(400);
    await send(federation.owner, federation, lineOf(0), 'a&batch_id=b').expect(400);
  });

  it('refuses bodies of another type or encoding', async () => {
    const federation = await gateway.aFederation();
    const { owner } = federation;
    await send(owner, federation, lineOf(0), undefined, { 'content-type': 'text/plain' }).expect(415);
    const packed = await send(owner, federation, lineOf(0), undefined, { 'content-encoding': 'gzip' }).expect(
      415,
    );
    expect(packed.body.message).toMatch(/Content-Encoding/);
    await owner.client.raw('POST', '/api/v1/federations', '{}', { 'content-type': NDJSON }).expect(415);
  });

  it.each(['', '\n', ' \n\n'])('refuses a body without an observation: %j', async (body) => {
    const federation = await gateway.aFederation();
    await send(federation.owner, federation, body).expect(400);
  });
});
