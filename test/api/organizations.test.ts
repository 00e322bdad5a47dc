import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, unique, type TestApp } from '../support/app.js';
import type { Client, Json } from '../support/client.js';

let gateway: TestApp;

beforeAll(async () => {
  gateway = await startTestApp();
});
afterAll(() => gateway.close());

type Fields = Readonly<Record<string, unknown>>;

interface Registered {
  readonly status: number;
  readonly field?: string;
  readonly organization: Json;
}

const STATUS_OF: Readonly<Record<string, number>> = { BAD_USER_INPUT: 400, FORBIDDEN: 403, CONFLICT: 409 };

const register: Readonly<Record<'REST' | 'GraphQL', (client: Client, body: Fields) => Promise<Registered>>> =
  {
    REST: async (client, fields) => {
      const { status, body } = await client.post('/organizations', fields);
      return status < 300
        ? { status, organization: body }
        : { status, field: body.details.field, organization: undefined };
    },
    GraphQL: async (client, input) => {
      const { data, errors } = await client.graphql(
        `mutation($input: CreateOrganizationInput!) {
        createOrganization(input: $input) { organization { id name created_at: createdAt } created }
      }`,
        { input },
      );
      if (errors === undefined) {
        const { organization, created } = data.createOrganization;
        return { status: created ? 201 : 200, organization };
      }
      const { code, field } = errors[0].extensions;
      return { status: STATUS_OF[code]!, field: field?.replace(/^input\./, ''), organization: undefined };
    },
  };

describe.each(['REST', 'GraphQL'] as const)('an organization registered over %s', (way) => {
  it('is answered 201; the same again is 200 with the first row; another name is 409', async () => {
    const body = { id: unique('Hospital.North:1'), name: ' Hospital North ' };
    const first = await register[way](gateway.operator, body);
    expect(first).toEqual({
      status: 201,
      organization: { id: body.id, name: 'Hospital North', created_at: expect.any(String) },
    });
    gateway.clock.advance(60_000);
    expect(await register[way](gateway.operator, body)).toEqual({ ...first, status: 200 });
    expect((await register[way](gateway.operator, { ...body, name: 'Hospital South' })).status).toBe(409);
    expect((await register[way](gateway.operator, { ...body, name: 'hospital north' })).status).toBe(409);
  });

  it('gets an id where it brings none', async () => {
    const [one, two] = [
      await register[way](gateway.operator, { name: 'Hospital' }),
      await register[way](gateway.operator, { name: 'Hospital', id: null }),
    ];
    expect(one.organization.id).toMatch(/^org_[0-9a-z]{12,32}$/);
    expect(two.status).toBe(201);
    expect(two.organization.id).not.toBe(one.organization.id);
  });

  it('is another one where its id differs in case', async () => {
    const id = unique('acme');
    for (const spelling of [id, id.toUpperCase(), `A${id.slice(1)}`])
      expect(await register[way](gateway.operator, { id: spelling, name: spelling })).toMatchObject({
        status: 201,
        organization: { id: spelling },
      });
  });

  const refused = [
    ...['default', 'fed_x', 'mem_x', 'rnd_x', 'qry_x', 'key_x', 'shm_x', 'fed_000000000000'].map((id) => ({
      id,
    })),
    ...['', ' ', 'a b', 'a/b', 'hôpital', 'x'.repeat(65), ' padded '].map((id) => ({ id })),
  ].map(({ id }) => ({ what: `the id "${id}"`, field: 'id', body: { id, name: 'Hospital' } }));

  const names = [undefined, null, '', ' ', 'x'.repeat(129)].map((name) => ({
    what: `the name ${JSON.stringify([name]).slice(0, 20)}`,
    field: 'name',
    body: { id: 'org-never', name },
  }));

  it.each([...refused, ...names])('is refused with $what, naming $field', async ({ field, body }) => {
    expect(await register[way](gateway.operator, body)).toEqual({
      status: 400,
      field,
      organization: undefined,
    });
  });

  it.each(['org_x', 'fedora', 'default2', 'Default', 'key', 'a', 'x'.repeat(64)])(
    'may have the id "%s"',
    async (id) => {
      expect([200, 201]).toContain((await register[way](gateway.operator, { id, name: 'Hospital' })).status);
    },
  );

  it('is the operator’s to register, whatever the scopes of others', async () => {
    const { client, id } = await gateway.anOrganization(unique('org'), {
      scopes: ['federations:admin', 'ingest:write', 'keys:write'],
    });
    for (const body of [{ name: 'x' }, { id, name: `Organization ${id}` }, { name: '' }])
      expect((await register[way](client, body)).status).toBe(403);
    await client.get('/organizations').expect(403);
    expect(await client.codeOf('{ organizations { totalCount } }')).toBe('FORBIDDEN');
  });
});

it('the list shows all organizations in the order of registration, the same over both APIs', async () => {
  const made: string[] = [];
  for (const name of ['b', 'a', 'c']) {
    gateway.clock.advance(1_000);
    made.push((await register.REST(gateway.operator, { name })).organization.id);
  }
  const { body, headers } = await gateway.operator.get('/organizations').expect(200);
  expect(body.slice(-3).map((row: Json) => row.id)).toEqual(made);
  expect(headers.get('x-total-count')).toBe(String(body.length));
  const { organizations } = await gateway.operator.query(
    '{ organizations(first: 100) { totalCount nodes { id name created_at: createdAt } } }',
  );
  expect(organizations).toEqual({ totalCount: body.length, nodes: body });
});
