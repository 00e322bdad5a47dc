import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sendGroupsThatDiffer } from '../support/analyses.js';
import { startTestApp, type Member, type TestApp } from '../support/app.js';
import { setPolicy } from '../support/discovery.js';

let gateway: TestApp;
let id: string;
let owner: Member;
let north: Member;
let south: Member;

beforeAll(async () => {
  gateway = await startTestApp();
});
afterAll(() => gateway.close());

beforeEach(async () => {
  const federation = await gateway.aFederation({ active: 2 });
  ({ id, owner } = federation);
  [north, south] = federation.active as [Member, Member];
});

describe('an answer under an Idempotency-Key', () => {
  const PATHS = ['/federations/{id}/analytics/descriptive', '/analytics/descriptive'];

  it.each(PATHS)('is sent again only while it may be shown: %s', async (path) => {
    await sendGroupsThatDiffer(id, north.client, south.client);
    const client = south.client.with({ 'idempotency-key': path });
    const repeat = () => client.post(path.replace('{id}', id), { variable: 'heart_rate' });
    const first = await repeat().expect(200);
    expect((await repeat().expect(200)).text).toBe(first.text);
    await setPolicy(owner.client, id, { minGroupSize: 31 });
    const { body } = await repeat().expect(409);
    expect(body.message).toContain('Idempotency-Key');
    await setPolicy(owner.client, id, { minGroupSize: 5 });
    expect((await repeat().expect(200)).text).toBe(first.text);
    await owner.client.delete(`/federations/${id}/members/${north.id}/observations`).expect(200);
    await repeat().expect(409);
  });

  it.each(PATHS)('is not sent to a member that was removed: %s', async (path) => {
    await sendGroupsThatDiffer(id, north.client, south.client);
    const client = south.client.with({ 'idempotency-key': `${path} removed` });
    const repeat = () => client.post(path.replace('{id}', id), { variable: 'heart_rate' });
    await repeat().expect(200);
    await owner.client.delete(`/federations/${id}/members/${south.id}`).expect(200);
    const { body } = await repeat().expect(400, 404);
    expect(JSON.stringify(body)).not.toContain('icu');
  });
});
