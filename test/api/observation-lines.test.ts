import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTestApp, unique, type TestApp } from '../support/app.js';
import type { Json } from '../support/client.js';
import { countOf, lineOf, linesOf, NDJSON, pathOf, send, sendPieces, tinyPieces } from '../support/lines.js';

let gateway: TestApp;

beforeAll(async () => {
  gateway = await startTestApp();
});
afterAll(() => gateway.close());

describe('a stream of lines', () => {
  it('is stored whatever the pieces that it comes in, and once when it is sent again', async () => {
    const federation = await gateway.aFederation();
    const text = linesOf(2_500).join('\n');
    const path = pathOf(federation, 'pieces');
    expect(await sendPieces(gateway.url, federation.owner, path, tinyPieces(text, 37))).toEqual({
      status: 200,
      body: { batch_id: 'pieces', accepted: 2_500, duplicate: false },
    });
    const again = await send(federation.owner, federation, `${text}\n`, 'pieces').expect(200);
    expect(again.body).toEqual({ batch_id: 'pieces', accepted: 2_500, duplicate: true });
    expect(await countOf(gateway.app.core.db, federation)).toBe(2_500);
  });

  it('goes into the same summaries as the JSON form', async () => {
    const federation = await gateway.aFederation();
    await send(federation.owner, federation, linesOf(20).join('\r\n')).expect(200);
    const { body } = await federation.owner.client
      .get(`/federations/${federation.id}/analytics/variables`)
      .expect(200);
    expect(body.map((variable: Json) => [variable.name, variable.kind, variable.observation_count])).toEqual([
      ['heart_rate', 'numeric', 20],
      ['rhythm', 'categorical', 20],
    ]);
  });

  it('is gone on with where it has more whole chunks than before', async () => {
    const federation = await gateway.aFederation();
    const { owner } = federation;
    await send(owner, federation, linesOf(2_000).join('\n'), 'grown').expect(200);
    const { body } = await send(owner, federation, linesOf(2_300).join('\n'), 'grown').expect(200);
    expect(body).toEqual({ batch_id: 'grown', accepted: 2_300, duplicate: false });
    expect(await countOf(gateway.app.core.db, federation)).toBe(2_300);
  });

  it('skips blank lines, which count in the numbers of the others', async () => {
    const federation = await gateway.aFederation();
    const { owner } = federation;
    const spaced = await send(owner, federation, `\n  \r\n${linesOf(3).join('\n\n')}\n\n`, 'blank').expect(
      200,
    );
    expect(spaced.body).toMatchObject({ accepted: 3 });
    expect((await send(owner, federation, linesOf(3).join('\n'), 'blank').expect(200)).body).toMatchObject({
      duplicate: true,
    });
    const { body } = await send(owner, federation, `\n\n${lineOf(0)}\n\nnothing`).expect(400);
    expect(body.details).toMatchObject({ line: 5, accepted: 0 });
  });

  it('makes a batch id, or takes it from the Idempotency-Key', async () => {
    const federation = await gateway.aFederation();
    const made = await send(federation.owner, federation, lineOf(0)).expect(200);
    expect(made.body.batch_id).toMatch(/^[\w-]{1,64}$/);
    const headers = { 'idempotency-key': 'a key of mine, with blanks' };
    await send(federation.owner, federation, lineOf(1), undefined, headers).expect(200);
    const again = await send(federation.owner, federation, lineOf(1), undefined, headers).expect(200);
    expect(again.body).toMatchObject({ accepted: 1, duplicate: true });
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    await send(federation.owner, federation, lineOf(2), undefined, headers).expect(409);
    expect(await countOf(gateway.app.core.db, federation)).toBe(2);
  });

  it('keeps an Idempotency-Key to the batch that it was sent with', async () => {
    const federation = await gateway.aFederation();
    const headers = { 'idempotency-key': 'a key beside a batch id' };
    await send(federation.owner, federation, lineOf(0), 'first').expect(200);
    const known = await send(federation.owner, federation, lineOf(0), 'first', headers).expect(200);
    expect(known.body).toMatchObject({ duplicate: true });
    // The batch is known, the key is not.
    expect(known.headers.has('idempotent-replayed')).toBe(false);
    const again = await send(federation.owner, federation, lineOf(0), 'first', headers).expect(200);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    await send(federation.owner, federation, lineOf(0), 'second', headers).expect(409);
    const tooLong = { 'idempotency-key': 'k'.repeat(256) };
    await send(federation.owner, federation, lineOf(0), 'third', tooLong).expect(400);
    expect(await countOf(gateway.app.core.db, federation)).toBe(1);
  });

  it('of long lines is stored like any other, to the bit and under their numbers', async () => {
    const federation = await gateway.aFederation();
    // 24 MB of blanks, which no chunk has to wait for in memory.
    const padding = ' '.repeat(20_000);
    const lines = linesOf(1_200).map((line) => line.replace('{', `{${padding}`));
    lines[3] = lineOf(3).replace(/"heart_rate":\d+/, '"heart_rate":-0');
    lines.splice(5, 0, '', '  ');
    const sent = await send(federation.owner, federation, lines.join('\n'), 'padded').expect(200);
    expect(sent.body).toEqual({ batch_id: 'padded', accepted: 1_200, duplicate: false });
    const plain = lines.map((line) => line.replace(padding, '')).join('\n');
    const again = await send(federation.owner, federation, plain, 'padded').expect(200);
    expect(again.body).toMatchObject({ duplicate: true });
    const bad = [...lines.slice(0, 900), '{"recorded_at":1}', ...lines.slice(900)].join('\n');
    const { body } = await send(federation.owner, federation, bad).expect(400);
    expect(body.details).toMatchObject({ line: 901, accepted: 0 });
  });

  it('of which some chunks are stored goes into the summaries once', async () => {
    const federation = await gateway.aFederation();
    const { owner } = federation;
    await send(owner, federation, linesOf(2_000).join('\n'), 'parts').expect(200);
    await send(owner, federation, linesOf(4_500).join('\n'), 'parts').expect(200);
    const { differences, summaries } = await gateway.app.core.summaryVerification.verifyAll();
    expect(differences).toEqual([]);
    expect(summaries).toBeGreaterThan(0);
    const { body } = await owner.client.get(`/federations/${federation.id}/analytics/variables`).expect(200);
    expect(body.map((variable: Json) => variable.observation_count)).toEqual([4_500, 4_500]);
  });

  it('is taken from a slow sender, line by line', async () => {
    const federation = await gateway.aFederation();
    const request = httpRequest(gateway.url + pathOf(federation, 'slow'), {
      method: 'POST',
      headers: { 'content-type': NDJSON, authorization: `Bearer ${federation.owner.key}` },
    });
    const answered = once(request, 'response');
    // Longer in total than an ordinary body may take.
    for (const line of linesOf(13)) {
      request.write(`${line}\n`);
      await sleep(900);
    }
    request.end();
    const [response] = await answered;
    response.resume();
    expect(response.statusCode).toBe(200);
    expect(await countOf(gateway.app.core.db, federation)).toBe(13);
  });
});

describe('a connection that is dropped', () => {
  it('leaves whole chunks, and the batch goes on from there', async () => {
    const federation = await gateway.aFederation();
    const lines = linesOf(2_500);
    const batchId = unique('dropped');
    const request = httpRequest(gateway.url + pathOf(federation, batchId), {
      method: 'POST',
      headers: { 'content-type': NDJSON, authorization: `Bearer ${federation.owner.key}` },
    });
    request.on('error', () => undefined);
    request.write(`${lines.slice(0, 1_700).join('\n')}\n{"recorded_at"`);
    for (let i = 0; i < 100 && (await countOf(gateway.app.core.db, federation)) < 1_000; i++) await sleep(50);
    request.destroy();
    await sleep(200);
    expect(await countOf(gateway.app.core.db, federation)).toBe(1_000);
    const { body } = await send(federation.owner, federation, lines.join('\n'), batchId).expect(200);
    expect(body).toMatchObject({ accepted: 2_500, duplicate: false });
    expect(await countOf(gateway.app.core.db, federation)).toBe(2_500);
  });
});
