import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, unique, type TestApp } from '../support/app.js';
import type { Client, Json } from '../support/client.js';
import { restForm, SELECTIONS } from '../support/rest-form.js';

const MINUTE_MS = 60_000;

let gateway: TestApp;

beforeAll(async () => {
  gateway = await startTestApp();
});
afterAll(() => gateway.close());

const CREATE = `mutation($input: CreateFederationInput!) {
  createFederation(input: $input) { federation { ${SELECTIONS.federation} } }
}`;

/** An answer of either API: the federation, or the refusal with the field that it names. */
interface Created {
  readonly status: number;
  readonly federation: Json;
  readonly field: string | undefined;
  readonly existingId: string | undefined;
}

type Way = 'REST' | 'GraphQL';
type Body = Readonly<Record<string, unknown>>;

const STATUS_OF: Readonly<Record<string, number>> = { BAD_USER_INPUT: 400, FORBIDDEN: 403, CONFLICT: 409 };

const create: Readonly<Record<Way, (client: Client, body: Body) => Promise<Created>>> = {
  REST: async (client, body) => {
    const answer = await client.post('/federations', body);
    const { field, existing_id: existingId } = answer.body.details ?? {};
    return { status: answer.status, federation: answer.body, field, existingId };
  },
  GraphQL: async (client, { org_id: orgId, ...rest }) => {
    const { data, errors } = await client.graphql(CREATE, { input: { ...rest, orgId } });
    if (errors === undefined) {
      const federation = restForm(data.createFederation.federation);
      return { status: 201, federation, field: undefined, existingId: undefined };
    }
    const { code, field, existing_id: existingId } = errors[0].extensions;
    return {
      status: STATUS_OF[code]!,
      federation: undefined,
      field: field?.replace('orgId', 'org_id'),
      existingId,
    };
  },
};

const WAYS = ['REST', 'GraphQL'] as const;

const GRIN = '😀';

const accepted = [
  { name: 'a name of one character', body: { name: 'x' }, shows: { name: 'x', description: null } },
  { name: 'a name of 128 characters', body: { name: 'x'.repeat(128) } },
  { name: 'a name of 128 emoji', body: { name: GRIN.repeat(128) } },
  { name: 'a padded name, trimmed', body: { name: ' \t padded \n' }, shows: { name: 'padded' } },
  {
    name: 'a name whose padding passes 128',
    body: { name: ` ${'y'.repeat(128)} ` },
    shows: { name: 'y'.repeat(128) },
  },
  { name: 'a name with a space inside', body: { name: 'St. Mary’s  Hospital' } },
  { name: 'a description of 512 characters', body: { description: 'x'.repeat(512) } },
  { name: 'a description of 512 emoji', body: { description: GRIN.repeat(512) } },
  { name: 'a description that is null', body: { description: null }, shows: { description: null } },
] as const;

const refused = [
  { name: 'no name', body: { name: undefined }, field: 'name' },
  { name: 'a name that is null', body: { name: null }, field: 'name' },
  { name: 'an empty name', body: { name: '' }, field: 'name' },
  { name: 'a blank name', body: { name: ' \t\n\u3000' }, field: 'name' },
  { name: 'a name of 129 characters', body: { name: 'x'.repeat(129) }, field: 'name' },
  { name: 'a name of 129 emoji', body: { name: GRIN.repeat(129) }, field: 'name' },
  { name: 'a name that is a number', body: { name: 7 }, field: 'name' },
  { name: 'a name that is an object', body: { name: { text: 'x' } }, field: 'name' },
  { name: 'a description of 513 characters', body: { description: 'x'.repeat(513) }, field: 'description' },
  { name: 'a description of 513 emoji', body: { description: GRIN.repeat(513) }, field: 'description' },
  { name: 'a description that is a number', body: { description: 7 }, field: 'description' },
  { name: 'no org_id', body: { org_id: undefined }, field: 'org_id' },
  { name: 'an org_id that is null', body: { org_id: null }, field: 'org_id' },
] as const;

describe.each(WAYS)('creating over %s', (way) => {
  it('answers the federation with every member, and an active member for its owner', async () => {
    const { client, id: orgId } = await gateway.anOrganization();
    const [name, description] = [unique('Federation'), 'Arrhythmia across hospitals'];
    const { status, federation } = await create[way](client, { org_id: orgId, name, description });
    expect(status).toBe(201);
    expect(federation).toEqual({
      id: expect.stringMatching(/^fed_[0-9a-z]{12,32}$/),
      name,
      description,
      org_id: orgId,
      status: 'active',
      role: 'owner',
      member_count: 1,
      created_at: expect.any(String),
      updated_at: federation.created_at,
    });
    expect((await client.get(`/federations/${federation.id}`).expect(200)).body).toEqual(federation);
    expect((await client.get(`/federations/${federation.id}/members`).expect(200)).body).toMatchObject([
      { org_id: orgId, role: 'owner', status: 'active', joined_at: federation.created_at },
    ]);
  });

  it.each(accepted)('accepts $name', async (row) => {
    const { client } = await gateway.anOrganization();
    const body = { org_id: 'default', name: unique('Federation'), ...row.body };
    const { status, federation } = await create[way](client, body);
    expect(status).toBe(201);
    expect(federation).toMatchObject('shows' in row ? row.shows : row.body);
    expect((await client.get('/federations').expect(200)).body).toEqual([federation]);
  });

  it.each(refused)('refuses $name, naming $field', async ({ body, field }) => {
    const { client } = await gateway.anOrganization();
    const answer = await create[way](client, { org_id: 'default', name: unique('Federation'), ...body });
    // GraphQL itself refuses what has not the type, and names the path in the input.
    expect({ status: answer.status, field: answer.field }).toEqual({ status: 400, field });
    expect((await client.get('/federations').expect(200)).body).toEqual([]);
  });

  describe('a second federation of the same name', () => {
    it('is 409 with the id of the first after ten minutes', async () => {
      const { client } = await gateway.anOrganization();
      const body = { org_id: 'default', name: unique('Federation') };
      const first = await create[way](client, body);
      gateway.clock.advance(10 * MINUTE_MS + 1_000);
      expect(await create[way](client, body)).toMatchObject({ status: 409, existingId: first.federation.id });
    });

    it('is the first one, 201, when the same key repeats the same body within ten minutes', async () => {
      const { client } = await gateway.anOrganization();
      const body = { org_id: 'default', name: unique('Federation'), description: 'one' };
      const first = await create[way](client, body);
      gateway.clock.advance(10 * MINUTE_MS - 5_000);
      expect(await create[way](client, body)).toEqual(first);
      expect((await client.get('/federations').expect(200)).body).toHaveLength(1);
    });

    it('is 409 for another description', async () => {
      const { client } = await gateway.anOrganization();
      const body = { org_id: 'default', name: unique('Federation') };
      const first = await create[way](client, body);
      const second = await create[way](client, { ...body, description: 'another' });
      expect(second).toMatchObject({ status: 409, existingId: first.federation.id });
    });

    it('is 409 for another key of the organization', async () => {
      const { client, id } = await gateway.anOrganization();
      const body = { org_id: id, name: unique('Federation') };
      const first = await create[way](client, body);
      const second = await create[way]((await gateway.anOrganization(id)).client, body);
      expect(second).toMatchObject({ status: 409, existingId: first.federation.id });
    });

    it('is 409 when the names differ in padding alone', async () => {
      const { client } = await gateway.anOrganization();
      const body = { org_id: 'default', name: unique('Federation') };
      await create[way](client, { ...body, description: 'one' });
      expect((await create[way](client, { ...body, name: ` ${body.name} ` })).status).toBe(409);
    });

    it('is another federation for another owner', async () => {
      const [one, two] = [await gateway.anOrganization(), await gateway.anOrganization()];
      const body = { org_id: 'default', name: unique('Federation') };
      const first = await create[way](one.client, body);
      const second = await create[way](two.client, body);
      expect(second.status).toBe(201);
      expect(second.federation.id).not.toBe(first.federation.id);
    });
  });
});

it('ignores members that it does not know', async () => {
  const { client } = await gateway.anOrganization();
  const body = {
    org_id: 'default',
    name: unique('Federation'),
    id: 'fed_mine',
    status: 'closed',
    extra: [{}],
  };
  const created = (await client.post('/federations', body).expect(201)).body;
  expect(created).toMatchObject({ status: 'active', name: body.name });
  expect(created.id).not.toBe('fed_mine');
});

describe('rule 9: for whom a call is made', () => {
  const LIST = 'query($orgId: ID) { federations(filter: { orgId: $orgId }) { totalCount } }';

  it.each(['default', ''])('"%s" is the organization of the key', async (orgId) => {
    const { client, id } = await gateway.anOrganization();
    for (const way of WAYS) {
      const { federation } = await create[way](client, { org_id: orgId, name: unique('Federation') });
      expect(federation.org_id).toBe(id);
    }
  });

  it.each(['default', ''])('"%s" is 400 with an operator key, naming org_id', async (orgId) => {
    for (const way of WAYS) {
      const answer = await create[way](gateway.operator, { org_id: orgId, name: unique('Federation') });
      expect(answer).toMatchObject({ status: 400, field: 'org_id' });
    }
    const { body } = await gateway.operator.get(`/federations?org_id=${orgId}`).expect(400);
    expect(body.details).toEqual({ field: 'org_id' });
    expect(await gateway.operator.codeOf(LIST, { orgId })).toBe('BAD_USER_INPUT');
  });

  it('another organization is 403, known to the gateway or not', async () => {
    const [me, other] = [await gateway.anOrganization(), await gateway.anOrganization()];
    for (const orgId of [other.id, unique('nobody'), me.id.toUpperCase()]) {
      for (const way of WAYS) {
        const answer = await create[way](me.client, { org_id: orgId, name: unique('Federation') });
        expect(answer.status).toBe(403);
      }
      await me.client.get(`/federations?org_id=${orgId}`).expect(403);
      expect(await me.client.codeOf(LIST, { orgId })).toBe('FORBIDDEN');
    }
  });

  it('an operator key acts for any organization', async () => {
    const { id, client } = await gateway.anOrganization();
    for (const way of WAYS) {
      const { federation } = await create[way](gateway.operator, { org_id: id, name: unique('Federation') });
      expect(federation).toMatchObject({ org_id: id, role: 'operator', member_count: 1 });
      expect((await client.get(`/federations/${federation.id}`).expect(200)).body.role).toBe('owner');
    }
  });
});
