import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTestApp, unique, type TestApp } from '../support/app.js';
import { Client, type Answer, type PendingAnswer } from '../support/client.js';
import { isMysql } from '../support/database.js';
import { holdFederation } from '../support/hold.js';
import { countRows } from '../support/rows.js';

const AT_ONCE = 20;

let gateway: TestApp;
/** Another gateway on the same database; null on SQLite, whose file one process serves. */
let second: TestApp | null;

beforeAll(async () => {
  gateway = await startTestApp();
  second = isMysql() ? await startTestApp({ database: gateway.database.config }) : null;
});
afterAll(async () => {
  await second?.close();
  await gateway.close();
});

type Ask = (client: Client) => PendingAnswer;

/** What is repeated at once, each on data of its own: two groups where two callers meet on the same rows. */
const repeats: readonly {
  readonly name: string;
  readonly prepare: () => Promise<{ readonly client: Client; readonly ask: Ask }>;
  readonly statuses: readonly number[];
}[] = [
  {
    name: 'creations of one federation',
    statuses: [201],
    prepare: async () => {
      const { client } = await gateway.anOrganization();
      const name = unique('Federation');
      return { client, ask: (on) => on.post('/federations', { org_id: 'default', name }) };
    },
  },
  {
    name: 'invitations of the same unknown organizations',
    statuses: [200],
    prepare: async () => {
      const { id, owner } = await gateway.aFederation();
      const org_ids = [unique('org'), unique('org')];
      return { client: owner.client, ask: (on) => on.post(`/federations/${id}/invite`, { org_ids }) };
    },
  },
  { name: 'joins', statuses: [200], prepare: () => ownStep('join', 'invited') },
  { name: 'declines', statuses: [200], prepare: () => ownStep('decline', 'invited') },
  { name: 'leaves', statuses: [200], prepare: () => ownStep('leave', 'active') },
  {
    name: 'removals of a member',
    statuses: [200],
    prepare: async () => {
      const { id, owner, active } = await gateway.aFederation({ active: 1 });
      return { client: owner.client, ask: (on) => on.delete(`/federations/${id}/members/${active[0]!.id}`) };
    },
  },
  {
    name: 'shares of one model',
    statuses: [200],
    prepare: async () => {
      const { id, owner } = await gateway.aFederation();
      return {
        client: owner.client,
        ask: (on) => on.post(`/federations/${id}/models`, { model_id: 'mdl-7' }),
      };
    },
  },
  {
    name: 'ends of the sharing of one model',
    statuses: [200],
    prepare: async () => {
      const { id, owner } = await gateway.aFederation();
      await owner.client.post(`/federations/${id}/models`, { model_id: 'mdl-7' }).expect(200);
      return { client: owner.client, ask: (on) => on.delete(`/federations/${id}/models/mdl-7`) };
    },
  },
  {
    name: 'registrations of one organization',
    statuses: [200, 201],
    prepare: () => {
      const id = unique('org');
      return Promise.resolve({
        client: gateway.operator,
        ask: (on: Client) => on.post('/organizations', { id, name: 'Hospital' }),
      });
    },
  },
  {
    name: 'revocations of one key',
    statuses: [200],
    prepare: async () => {
      const { id } = await gateway.anOrganization();
      const [key] = (await gateway.operator.get(`/api-keys?org_id=${id}`).expect(200)).body;
      return { client: gateway.operator, ask: (on) => on.post(`/api-keys/${key.id}/revoke`) };
    },
  },
];

async function ownStep(step: string, from: 'active' | 'invited') {
  const federation = await gateway.aFederation({ [from]: 1 });
  const { client } = federation[from][0]!;
  const ask: Ask = (on) => on.post(`/federations/${federation.id}/${step}`, { org_id: 'default' });
  return { client, ask };
}

/** Twenty at once, over both gateways in turn where there are two. */
async function allAtOnce(client: Client, ask: Ask, headers: Record<string, string> = {}): Promise<Answer[]> {
  const urls = [gateway.url, second?.url ?? gateway.url];
  return Promise.all(
    Array.from({ length: AT_ONCE }, (_, i) => ask(new Client(urls[i % 2]!, client.key, headers))),
  );
}

async function deeds(): Promise<number> {
  return countRows(gateway.app.core.db, 'audit_entries');
}

function worst(answers: readonly Answer[]): string {
  const failed = answers.find(({ status }) => status >= 500);
  return failed === undefined ? '' : failed.text;
}

describe.each(repeats)('twenty $name at once', ({ prepare, statuses }) => {
  it('are answered alike and written once, without a key', async () => {
    const { client, ask } = await prepare();
    const before = await deeds();
    const answers = await allAtOnce(client, ask);
    expect(worst(answers)).toBe('');
    expect([...new Set(answers.map(({ status }) => status))].sort()).toEqual(statuses);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    const written = (await deeds()) - before;
    // An invitation of two organizations is two deeds.
    expect(written).toBe(Array.isArray(answers[0]!.body) ? answers[0]!.body.length : 1);
  });

  it('are written once under one Idempotency-Key', async () => {
    const { client, ask } = await prepare();
    const before = await deeds();
    const answers = await allAtOnce(client, ask, { 'idempotency-key': unique('key') });
    expect(worst(answers)).toBe('');
    const done = answers.filter(({ status }) => status < 400);
    expect(new Set(done.map(({ text }) => text)).size).toBe(1);
    for (const refused of answers.filter(({ status }) => status >= 400)) {
      expect(refused.status).toBe(409);
      expect(refused.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    }
    expect((await deeds()) - before).toBe(Array.isArray(done[0]!.body) ? done[0]!.body.length : 1);
  });
});

describe('what has no natural repeat is written once under one Idempotency-Key', () => {
  const cases = [
    {
      name: 'an organization without an id',
      table: 'organizations',
      ask: () => Promise.resolve((on: Client) => on.post('/organizations', { name: 'Hospital' })),
    },
    {
      name: 'an API key',
      table: 'api_keys',
      ask: async () => {
        const { id } = await gateway.anOrganization();
        return (on: Client) => on.post('/api-keys', { org_id: id, name: 'dashboard' });
      },
    },
  ];
  it.each(cases)('$name', async ({ table, ask }) => {
    const [post, before] = [await ask(), await countRows(gateway.app.core.db, table)];
    const answers = await allAtOnce(gateway.operator, post, { 'idempotency-key': unique('key') });
    expect(worst(answers)).toBe('');
    const done = answers.filter(({ status }) => status === 201);
    expect(new Set(done.map(({ body }) => body.id)).size).toBe(1);
    expect(done.filter(({ headers }) => headers.get('idempotent-replayed') === null)).toHaveLength(1);
    const afterwards = await countRows(gateway.app.core.db, table);
    expect(afterwards - before).toBe(1);
  });
});

it('answers twenty repeats at once of a request that has ended from its record', async () => {
  const { client, ask } = await ownStep('join', 'invited');
  const headers = { 'idempotency-key': unique('key') };
  const first = await ask(client.with(headers)).expect(200);
  const answers = await allAtOnce(client, ask, headers);
  expect(answers.map(({ status, text }) => [status, text])).toEqual(answers.map(() => [200, first.text]));
});

it('gives two federations that invite the same unknown organizations at once their invitations', async () => {
  const [one, two] = [await gateway.aFederation(), await gateway.aFederation()];
  const org_ids = Array.from({ length: 5 }, () => unique('org'));
  const urls = [gateway.url, second?.url ?? gateway.url];
  const answers = await Promise.all(
    Array.from({ length: AT_ONCE }, (_, i) => {
      const { id, owner } = i % 2 === 0 ? one : two;
      const asked = i % 4 < 2 ? org_ids : org_ids.toReversed();
      return new Client(urls[i % 2]!, owner.key).post(`/federations/${id}/invite`, { org_ids: asked });
    }),
  );
  expect(worst(answers)).toBe('');
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  const ids = new Set(answers.flatMap(({ body }) => body.map((member: { id: string }) => member.id)));
  expect(ids.size).toBe(2 * org_ids.length);
});

it('refuses creations of one name that differ, but for one of them', async () => {
  const { client } = await gateway.anOrganization();
  const name = unique('Federation');
  let serial = 0;
  const answers = await allAtOnce(client, (on) =>
    on.post('/federations', { org_id: 'default', name, description: `number ${serial++}` }),
  );
  expect(worst(answers)).toBe('');
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(AT_ONCE - 1);
});

(isMysql() ? describe : describe.skip)('two gateways on one database', () => {
  it('the second answers 409 with Retry-After while the first is running the request', async () => {
    const { id, owner } = await gateway.aFederation();
    const headers = { 'idempotency-key': unique('key') };
    const ask: Ask = (on) => on.post(`/federations/${id}/models`, { model_id: 'mdl-7' });
    const hold = await holdFederation(gateway, id);
    const first = ask(new Client(gateway.url, owner.key, headers));
    await sleep(300);
    const early = await ask(new Client(second!.url, owner.key, headers));
    hold.release();
    await hold.ended;
    expect([early.status, early.headers.get('retry-after')]).toEqual([409, '1']);
    const stored = await first.expect(200);
    const later = await ask(new Client(second!.url, owner.key, headers)).expect(200);
    expect([later.text, later.headers.get('idempotent-replayed')]).toEqual([stored.text, 'true']);
  });
});
