import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, unique, type Member, type TestApp } from '../support/app.js';
import type { Client, Json } from '../support/client.js';
import { restForm, SELECTIONS } from '../support/rest-form.js';
import { everyRow } from '../support/rows.js';

const DEFAULT_SCOPES = { 'federations:admin': true, 'ingest:write': true };

let gateway: TestApp;
/** An organization with a key that makes keys. */
let maker: Member;

beforeAll(async () => {
  gateway = await startTestApp();
  maker = await gateway.anOrganization(unique('org'), {
    scopes: ['federations:admin', 'ingest:write', 'keys:write'],
  });
});
afterAll(() => gateway.close());

type Fields = Readonly<Record<string, unknown>>;

/** A new key as REST answers it, secret included, or the refusal. */
type Make = (client: Client, body: Fields) => Promise<{ status: number; field?: string; key: Json }>;

const STATUS_OF: Readonly<Record<string, number>> = { BAD_USER_INPUT: 400, FORBIDDEN: 403, NOT_FOUND: 404 };

const make: Readonly<Record<'REST' | 'GraphQL', Make>> = {
  REST: async (client, body) => {
    const { status, body: key } = await client.post('/api-keys', body);
    return status === 201 ? { status, key } : { status, field: key.details.field, key: undefined };
  },
  GraphQL: async (client, body) => {
    const { data, errors } = await client.graphql(
      `mutation($input: CreateApiKeyInput!) {
        createApiKey(input: $input) { apiKey { ${SELECTIONS.apiKey} } secret }
      }`,
      {
        input: Object.fromEntries(
          Object.entries(body).map(([name, value]) => [
            name.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase()),
            value,
          ]),
        ),
      },
    );
    if (errors !== undefined) {
      const { code, field = '' } = errors[0].extensions;
      const inRest = field.replace(/[A-Z]/g, (letter: string) => `_${letter.toLowerCase()}`);
      return { status: STATUS_OF[code]!, field: inRest.replace(/^input\./, ''), key: undefined };
    }
    const { apiKey, secret } = data.createApiKey;
    return { status: 201, key: { ...restForm(apiKey), api_key: secret } };
  },
};

const WAYS = ['REST', 'GraphQL'] as const;

async function listOf(orgId: string, client = gateway.operator): Promise<Json[]> {
  return (await client.get(`/api-keys?org_id=${orgId}`).expect(200)).body;
}

describe.each(WAYS)('a key made over %s', (way) => {
  it('is answered with every member and its secret, with the default scopes', async () => {
    const { id: orgId } = await gateway.anOrganization();
    const { status, key } = await make[way](gateway.operator, { org_id: orgId, name: ' dashboard ' });
    expect(status).toBe(201);
    expect(key).toEqual({
      id: expect.stringMatching(/^key_[0-9a-z]{12,32}$/),
      org_id: orgId,
      name: 'dashboard',
      prefix: key.api_key.slice(0, key.prefix.length),
      scopes: DEFAULT_SCOPES,
      federation_id: null,
      rate_limit_rpm: null,
      created_at: expect.any(String),
      last_used_at: null,
      expires_at: null,
      revoked_at: null,
      is_active: true,
      api_key: expect.stringMatching(/^\S{40,}$/),
    });
    expect(key.prefix.length).toBeLessThanOrEqual(12);
    expect(
      (await gateway.client(key.api_key).query('{ viewer { keyPrefix organization { id } } }')).viewer,
    ).toEqual({
      keyPrefix: key.prefix,
      organization: { id: orgId },
    });
  });

  it('shows its secret once: no list, node, table or replay has it', async () => {
    const client = maker.client.with({ 'idempotency-key': unique('key') });
    const { api_key: secret, ...key } = (await make[way](client, { org_id: 'default', name: 'once' })).key;
    const shown = [
      await maker.client.get('/api-keys'),
      await gateway.operator.get(`/api-keys?org_id=${maker.id}`),
      await maker.client.graphql(
        `{ apiKeys(orgId: "default", first: 100) { nodes { ${SELECTIONS.apiKey} } } }`,
      ),
      await maker.client.graphql(`{ node(id: "${key.id}") { ... on ApiKey { ${SELECTIONS.apiKey} } } }`),
      await maker.client.post(`/api-keys/${key.id}/revoke`),
    ];
    for (const { text } of shown) {
      expect(text).toContain(key.id);
      expect(text).not.toContain(secret);
    }
    const stored = JSON.stringify(await everyRow(gateway.app.core.db));
    expect(stored).toContain(key.id);
    expect(stored).not.toContain(secret);
    expect(stored).not.toContain(secret.slice(key.prefix.length));
  });

  const refused = [
    { name: 'no name', field: 'name', body: { name: undefined } },
    { name: 'a blank name', field: 'name', body: { name: ' ' } },
    { name: 'a name of 129 characters', field: 'name', body: { name: 'x'.repeat(129) } },
    ...[0, -1, 1.5, 1_000_001, '60'].map((value) => ({
      name: `the rate ${JSON.stringify(value)}`,
      field: 'rate_limit_rpm',
      body: { rate_limit_rpm: value },
    })),
    ...[0, -1, 1.5, 3_651, '30'].map((value) => ({
      name: `an expiry in ${JSON.stringify(value)} days`,
      field: 'expires_in_days',
      body: { expires_in_days: value },
    })),
  ];

  it.each(refused)('is refused with $name, naming $field', async ({ field, body }) => {
    const before = await listOf(maker.id);
    const answer = await make[way](maker.client, { org_id: 'default', name: 'refused', ...body });
    expect(answer).toEqual({ status: 400, field, key: undefined });
    expect(await listOf(maker.id)).toEqual(before);
  });

  it('is of the own organization only, and of any for an operator', async () => {
    const other = await gateway.anOrganization();
    expect((await make[way](maker.client, { org_id: other.id, name: 'x' })).status).toBe(403);
    expect((await make[way](maker.client, { org_id: '', name: 'x' })).key.org_id).toBe(maker.id);
    expect((await make[way](gateway.operator, { org_id: other.id, name: 'x' })).key.org_id).toBe(other.id);
    expect((await make[way](gateway.operator, { org_id: 'default', name: 'x' })).status).toBe(400);
    expect((await make[way](gateway.operator, { org_id: unique('nobody'), name: 'x' })).status).toBe(404);
  });

  it('cannot be made without keys:write', async () => {
    const { client } = await gateway.anOrganization(unique('org'), {
      scopes: ['federations:admin', 'ingest:write'],
    });
    expect((await make[way](client, { org_id: 'default', name: 'x', scopes: ['ingest:write'] })).status).toBe(
      403,
    );
  });

  it('of an organization is never an operator’s, whatever the body says', async () => {
    const { body } = await maker.client
      .post('/api-keys', { org_id: 'default', name: 'x', is_operator: true, isOperator: true })
      .expect(201);
    const { viewer } = await gateway.client(body.api_key).query('{ viewer { isOperator } }');
    expect(viewer).toEqual({ isOperator: false });
  });
});

describe('scopes', () => {
  const read = [
    { form: 'nothing', scopes: undefined, grants: DEFAULT_SCOPES },
    { form: 'null', scopes: null, grants: DEFAULT_SCOPES },
    { form: 'an array', scopes: ['federations:write'], grants: { 'federations:write': true } },
    {
      form: 'an array that repeats itself',
      scopes: ['keys:write', 'keys:write'],
      grants: { 'keys:write': true },
    },
    { form: 'a string', scopes: 'federations:write', grants: { 'federations:write': true } },
    {
      form: 'a comma-separated string',
      scopes: 'federations:read, privacy:write,analytics:run',
      grants: { 'federations:read': true, 'privacy:write': true, 'analytics:run': true },
    },
    { form: 'an object by verb', scopes: { federations: 'write' }, grants: { 'federations:write': true } },
    {
      form: 'an object by flag',
      scopes: { 'federations:write': true },
      grants: { 'federations:write': true },
    },
    {
      form: 'an object of both',
      scopes: { federations: 'read', 'keys:write': true, 'ingest:write': false, 'privacy:read': null },
      grants: { 'federations:read': true, 'keys:write': true },
    },
  ];

  it.each(read)('are read as $form: $scopes', async ({ scopes, grants }) => {
    const { key } = await make.REST(gateway.operator, { org_id: maker.id, name: 'x', scopes });
    expect(key.scopes).toEqual(grants);
    const { node } = await gateway.operator.query(
      'query($id: ID!) { node(id: $id) { ... on ApiKey { scopes } } }',
      {
        id: key.id,
      },
    );
    expect(node.scopes.sort()).toEqual(Object.keys(grants).sort());
  });

  const unknown: unknown[] = [
    ...[
      ['federations:delete'],
      ['federations:read', 'all'],
      ['Federations:read'],
      ['federations:read '],
      ['*'],
      [''],
    ],
    ...['admin', '', 'federations'],
    ...[
      { federations: 'delete' },
      { federations: true },
      { 'federations:write': 'read' },
      { federations: 7 },
    ],
    ...[[7], [null], [['federations:read']], 7, true, [], {}],
  ];

  it.each(unknown.map((scopes) => ({ scopes })))('$scopes are refused, naming scopes', async ({ scopes }) => {
    const body = { org_id: maker.id, name: 'x', scopes };
    expect(await make.REST(gateway.operator, body)).toEqual({ status: 400, field: 'scopes', key: undefined });
    if (Array.isArray(scopes) && scopes.every((scope) => typeof scope === 'string'))
      expect(await make.GraphQL(gateway.operator, body)).toEqual({
        status: 400,
        field: 'scopes',
        key: undefined,
      });
  });
});

describe('the list of keys', () => {
  it('is the organization’s, in the order of creation, the same over both APIs', async () => {
    const { id: orgId } = await gateway.anOrganization();
    for (const name of ['b', 'a', 'c']) {
      gateway.clock.advance(1_000);
      await make.REST(gateway.operator, { org_id: orgId, name });
    }
    const list = await listOf(orgId);
    expect(list.map((key) => key.name)).toEqual(['test', 'b', 'a', 'c']);
    expect(list.every((key) => key.org_id === orgId && !('api_key' in key))).toBe(true);
    const { apiKeys } = await gateway.operator.query(
      `query($orgId: ID!) { apiKeys(orgId: $orgId) { totalCount nodes { ${SELECTIONS.apiKey} } } }`,
      { orgId },
    );
    expect(apiKeys.totalCount).toBe(4);
    expect(apiKeys.nodes.map(restForm)).toEqual(list);
  });

  it('is shown to its organization and to operators only', async () => {
    const other = await gateway.anOrganization();
    expect(await listOf('', maker.client)).toEqual(await listOf(maker.id));
    expect((await maker.client.get('/api-keys').expect(200)).body).toEqual(await listOf(maker.id));
    await maker.client.get(`/api-keys?org_id=${other.id}`).expect(403);
    await other.client.get('/api-keys').expect(403);
    await gateway.operator.get('/api-keys').expect(400);
    expect(await maker.client.codeOf(`{ apiKeys(orgId: "${other.id}") { totalCount } }`)).toBe('FORBIDDEN');
  });
});
