import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { routes } from '../../src/rest/routes/index.js';
import { startTestApp, unique, type TestApp } from '../support/app.js';
import type { Answer, Client, PendingAnswer } from '../support/client.js';
import { holdFederation } from '../support/hold.js';
import { aFederationToAsk, ANALYSES } from '../support/questions.js';
import { countRows, everyRow } from '../support/rows.js';

const HOUR_MS = 3_600_000;

let gateway: TestApp;

beforeAll(async () => {
  gateway = await startTestApp();
});
afterAll(() => gateway.close());

interface Write {
  readonly client: Client;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly method?: string;
}

/** One write that succeeds for each route that takes an Idempotency-Key, each on data of its own. */
const writes: Readonly<Record<string, () => Promise<Write>>> = {
  'POST /federations': async () => {
    const { client } = await gateway.anOrganization();
    return { client, path: '/federations', body: { org_id: 'default', name: unique('Federation') } };
  },
  'POST /federations/{id}/invite': async () => {
    const { id, owner } = await gateway.aFederation();
    return { client: owner.client, path: `/federations/${id}/invite`, body: { org_ids: [unique('org')] } };
  },
  'POST /federations/{id}/join': () => ownStep('join', 'invited'),
  'POST /federations/{id}/decline': () => ownStep('decline', 'invited'),
  'POST /federations/{id}/leave': () => ownStep('leave', 'active'),
  'POST /federations/{id}/models': async () => {
    const { id, owner } = await gateway.aFederation();
    return { client: owner.client, path: `/federations/${id}/models`, body: { model_id: unique('mdl') } };
  },
  'PUT /federations/{id}/privacy/budget': async () => {
    const { id, owner } = await gateway.aFederation();
    const body = { total_epsilon_budget: 3 };
    return { client: owner.client, path: `/federations/${id}/privacy/budget`, body, method: 'PUT' };
  },
  'POST /federations/{id}/rounds': async () => {
    const { id, owner } = await gateway.aFederation();
    return { client: owner.client, path: `/federations/${id}/rounds`, body: ROUND };
  },
  'POST /federations/{id}/rounds/{round_id}/complete': () => endOfRound('complete'),
  'POST /federations/{id}/rounds/{round_id}/cancel': () => endOfRound('cancel'),
  'POST /federations/{id}/observations': async () => {
    const { id, owner } = await gateway.aFederation();
    const at = { recorded_at: '2026-01-01T00:00:00Z', device_group: 'ward' };
    const body = { observations: [{ ...at, metrics: { heart_rate: 70 } }] };
    return { client: owner.client, path: `/federations/${id}/observations`, body };
  },
  ...Object.fromEntries(
    ANALYSES.flatMap(({ path: analysis, body }) =>
      ['/federations/{id}/analytics', '/analytics'].map((place) => [
        `POST ${place}/${analysis}`,
        async () => {
          const { id, owner } = await aFederationToAsk(gateway);
          return { client: owner.client, path: `${place.replace('{id}', id)}/${analysis}`, body };
        },
      ]),
    ),
  ),
  'POST /organizations': () =>
    Promise.resolve({ client: gateway.operator, path: '/organizations', body: { name: unique('Hospital') } }),
  'POST /api-keys': async () => {
    const { id } = await gateway.anOrganization();
    return { client: gateway.operator, path: '/api-keys', body: { org_id: id, name: 'dashboard' } };
  },
  'POST /api-keys/{id}/revoke': async () => {
    const { id } = await gateway.anOrganization();
    const [key] = (await gateway.operator.get(`/api-keys?org_id=${id}`).expect(200)).body;
    return { client: gateway.operator, path: `/api-keys/${key.id}/revoke`, body: {} };
  },
};

const ROUND = { noise_multiplier: 2, sample_rate: 0.1, num_steps: 1 };

async function endOfRound(step: 'complete' | 'cancel'): Promise<Write> {
  const { id, owner } = await gateway.aFederation();
  const asked = { ...ROUND, status: 'reserved' };
  const round = (await owner.client.post(`/federations/${id}/rounds`, asked).expect(201)).body;
  return {
    client: owner.client,
    path: `/federations/${id}/rounds/${round.id}/${step}`,
    body: { contributions: [] },
  };
}

async function ownStep(step: string, from: 'active' | 'invited'): Promise<Write> {
  const federation = await gateway.aFederation({ [from]: 1 });
  const { client } = federation[from][0]!;
  return { client, path: `/federations/${federation.id}/${step}`, body: { org_id: 'default' } };
}

function send({ client, path, body, method = 'POST' }: Write, idempotencyKey: string): PendingAnswer {
  return client.with({ 'idempotency-key': idempotencyKey }).rest(method, path, body);
}

const replayed = ({ headers }: Answer): string | null => headers.get('idempotent-replayed');
const everything = () => everyRow(gateway.app.core.db);

it('is tested on every route that writes by POST or PUT', () => {
  const names = routes.filter(({ method }) => method === 'POST' || method === 'PUT');
  const named = new Set(names.map(({ method, path }) => `${method} ${path}`));
  expect(Object.keys(writes).sort()).toEqual([...named].sort());
});

describe.each(Object.keys(writes))('%s', (route) => {
  it('answers a repeat with the stored status and body, and writes once', async () => {
    const [write, key] = [await writes[route]!(), unique('key')];
    const first = await send(write, key).expect(200, 201);
    expect(replayed(first)).toBeNull();
    const before = await everything();
    const again = await send(write, key).expect(first.status);
    const secret = first.body.api_key === undefined ? '' : `"api_key":"${first.body.api_key}"`;
    expect(again.text).toBe(secret === '' ? first.text : first.text.replace(secret, '"api_key":null'));
    expect(replayed(again)).toBe('true');
    expect(again.headers.get('content-type')).toBe(first.headers.get('content-type'));
    expect(await everything()).toEqual(before);
  });

  it('refuses another body under the same key', async () => {
    const [write, key] = [await writes[route]!(), unique('key')];
    await send(write, key).expect(200, 201);
    const before = await everything();
    const other = await send({ ...write, body: { ...write.body, description: 'another' } }, key).expect(409);
    expect(other.body).toMatchObject({ error: 'conflict', code: 'conflict', retryable: false });
    expect(await everything()).toEqual(before);
  });
});

it('refuses another route under the same key', async () => {
  const [write, key] = [await ownStep('join', 'invited'), unique('key')];
  await send(write, key).expect(200);
  await send({ ...write, path: write.path.replace('/join', '/leave') }, key).expect(409);
  expect((await write.client.get('/federations').expect(200)).body).toMatchObject([{ role: 'member' }]);
});

it('refuses the same route of another federation under the same key', async () => {
  const { id, owner } = await gateway.aFederation();
  const other = await gateway.aFederation({ owner });
  const [key, body] = [unique('key'), { model_id: 'mdl-7' }];
  await send({ client: owner.client, path: `/federations/${id}/models`, body }, key).expect(200);
  await send({ client: owner.client, path: `/federations/${other.id}/models`, body }, key).expect(409);
});

it('answers 409 with Retry-After while the first request is running', async () => {
  const { id, owner } = await gateway.aFederation();
  const write = { client: owner.client, path: `/federations/${id}/models`, body: { model_id: 'mdl-7' } };
  const [key, hold] = [unique('key'), await holdFederation(gateway, id)];
  const both = [send(write, key), send(write, key)];
  const early = await Promise.race(both);
  hold.release();
  const answers = await Promise.all(both);
  await hold.ended;
  expect(early.status).toBe(409);
  expect(early.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
  expect(early.body).toMatchObject({ error: 'conflict', status_code: 409 });
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  expect(replayed(await send(write, key).expect(200))).toBe('true');
});

it('keeps the records of each key apart, those of keys of one organization as well', async () => {
  const { id, owner } = await gateway.aFederation();
  const second = (await gateway.operator.post('/api-keys', { org_id: owner.id, name: 'two' }).expect(201))
    .body;
  const write = { client: owner.client, path: `/federations/${id}/models`, body: { model_id: 'mdl-7' } };
  const key = unique('key');
  await send(write, key).expect(200);
  const client = gateway.client(second.api_key);
  const other = await send({ ...write, client, body: { model_id: 'mdl-8' } }, key).expect(200);
  expect(replayed(other)).toBeNull();
  expect(other.body.id).toBe('mdl-8');
});

describe('the record is read only by whom the request is still allowed', () => {
  it('a removed member gets no answer from the record of its joining', async () => {
    const { id, owner, invited } = await gateway.aFederation({ invited: 1 });
    const { client, id: orgId } = invited[0]!;
    const [write, key] = [
      { client, path: `/federations/${id}/join`, body: { org_id: 'default' } },
      unique('key'),
    ];
    await send(write, key).expect(200);
    await owner.client.delete(`/federations/${id}/members/${orgId}`).expect(200);
    const again = await send(write, key).expect(404);
    expect(replayed(again)).toBeNull();
    expect(again.text).not.toContain(orgId);
  });

  it('a revoked key is answered 401', async () => {
    const [write, key] = [await ownStep('join', 'invited'), unique('key')];
    await send(write, key).expect(200);
    const { viewer } = await write.client.query('{ viewer { organization { id } } }');
    const [own] = (await gateway.operator.get(`/api-keys?org_id=${viewer.organization.id}`).expect(200)).body;
    await gateway.operator.post(`/api-keys/${own.id}/revoke`).expect(200);
    expect((await send(write, key).expect(401)).body.code).toBe('invalid_api_key');
  });

  it('is told so whether the key was used before or not', async () => {
    const outsider = await gateway.anOrganization();
    const { id } = await gateway.aFederation();
    const [path, key] = [`/federations/${id}/join`, unique('key')];
    const write = { client: outsider.client, path, body: { org_id: 'default' } };
    const [first, again] = [await send(write, key).expect(404), await send(write, key).expect(404)];
    expect({ ...again.body, request_id: '' }).toEqual({ ...first.body, request_id: '' });
  });
});

describe('what is stored', () => {
  it('includes refusals of the input', async () => {
    const { client } = await gateway.anOrganization();
    const [write, key] = [
      { client, path: '/federations', body: { org_id: 'default', name: ' ' } },
      unique('key'),
    ];
    const first = await send(write, key).expect(400);
    const again = await send(write, key).expect(400);
    expect([again.text, replayed(again)]).toEqual([first.text, 'true']);
  });

  it('includes conflicts, even where the reason is gone', async () => {
    const { id, active } = await gateway.aFederation({ active: 1 });
    const { client } = active[0]!;
    const [write, key] = [
      { client, path: `/federations/${id}/decline`, body: { org_id: 'default' } },
      unique('key'),
    ];
    const first = await send(write, key).expect(409);
    const again = await send(write, key).expect(409);
    expect([again.text, replayed(again)]).toEqual([first.text, 'true']);
  });

  it('never includes a secret', async () => {
    const [write, key] = [await writes['POST /api-keys']!(), unique('key')];
    const first = await send(write, key).expect(201);
    expect(JSON.stringify(await everything())).not.toContain(first.body.api_key);
    expect((await send(write, key).expect(201)).body).toEqual({ ...first.body, api_key: null });
    await gateway.client(first.body.api_key).get('/federations').expect(200);
  });

  it('does not include defects of the server: the repeat is run anew', async () => {
    const [write, key] = [await writes['POST /federations/{id}/models']!(), unique('key')];
    await rename('shared_models', 'x_shared_models');
    await send(write, key).expect(500);
    await rename('x_shared_models', 'shared_models');
    const again = await send(write, key).expect(200);
    expect(replayed(again)).toBeNull();
    expect((await write.client.get(write.path).expect(200)).body).toHaveLength(1);
  });

  it('ends after 24 hours: then the request is new', async () => {
    const [write, key] = [await writes['POST /organizations']!(), unique('key')];
    const first = await send(write, key).expect(201);
    gateway.clock.advance(24 * HOUR_MS - 5_000);
    expect((await send(write, key).expect(201)).text).toBe(first.text);
    gateway.clock.advance(6_000);
    const later = await send(write, key).expect(201);
    expect(replayed(later)).toBeNull();
    expect(later.body.id).not.toBe(first.body.id);
    expect((await send(write, key).expect(201)).text).toBe(later.text);
  });
});

async function rename(from: string, to: string): Promise<void> {
  await gateway.app.core.db.transaction(async (tx) => {
    await tx.query(`ALTER TABLE ${from} RENAME TO ${to}`);
  });
}

describe('the header', () => {
  const cases = [
    { name: 'an empty key', key: '', status: 400 },
    { name: 'a key of 256 characters', key: 'k'.repeat(256), status: 400 },
    { name: 'a key of 255 characters', key: 'k'.repeat(255), status: 201 },
    { name: 'a key of one character', key: 'k', status: 201 },
  ];
  it.each(cases)('answers $status to $name', async ({ key, status }) => {
    const answer = await send(await writes['POST /federations']!(), key).expect(status);
    if (status === 400) expect(answer.body.details).toEqual({ field: 'Idempotency-Key' });
  });

  it('is ignored where nothing is created or changed by POST or PUT', async () => {
    const { id, owner } = await gateway.aFederation();
    const client = owner.client.with({ 'idempotency-key': unique('key') });
    const before = await countRows(gateway.app.core.db, 'idempotency_records');
    for (const path of [`/federations/${id}`, `/federations/${id}/members`]) {
      expect(replayed(await client.get(path).expect(200))).toBeNull();
    }
    await client.delete(`/federations/${id}/members/${unique('org')}`).expect(404);
    expect(await countRows(gateway.app.core.db, 'idempotency_records')).toBe(before);
  });
});
