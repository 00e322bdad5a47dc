import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createGatewaySchema } from '../../src/app.js';
import { routes } from '../../src/rest/routes/index.js';
import { startTestApp, unique, type Member, type TestApp } from '../support/app.js';
import { type Answer, type Client, type GraphqlAnswer, type Json } from '../support/client.js';
import { aFederationToAsk, askedBy, observationsOf } from '../support/questions.js';
import { rowTexts } from '../support/rows.js';
import {
  CALLERS,
  graphqlTable,
  restTable,
  type ActsFor,
  type Caller,
  type GraphqlAnswer as ExpectedOfGraphql,
  type RestAnswer as ExpectedOfRest,
} from './authorization.table.js';

const EVERY_SCOPE = ['federations:admin', 'ingest:write', 'keys:write'];

let gateway: TestApp;
let orgs: Readonly<Record<'outsider' | 'invited' | 'member' | 'owner', Member>>;
let clients: Readonly<Record<Caller, Client>>;
/** A question in a federation of strangers. */
let foreignQuery: string;

beforeAll(async () => {
  gateway = await startTestApp();
  const anOrganization = () => gateway.anOrganization(unique('org'), { scopes: EVERY_SCOPE });
  orgs = {
    outsider: await anOrganization(),
    invited: await anOrganization(),
    member: await anOrganization(),
    owner: await anOrganization(),
  };
  const revoked = await aKeyOfTheOwner(EVERY_SCOPE);
  await gateway.operator.post(`/api-keys/${revoked.id}/revoke`).expect(200);
  clients = {
    'no key': gateway.anonymous,
    'wrong scope': gateway.client((await aKeyOfTheOwner(['ingest:write'])).secret),
    outsider: orgs.outsider.client,
    invited: orgs.invited.client,
    member: orgs.member.client,
    owner: orgs.owner.client,
    operator: gateway.operator,
    'revoked key': gateway.client(revoked.secret),
  };
  const foreign = await aFederationToAsk(gateway);
  foreignQuery = await askedBy(foreign.owner.client, foreign.id);
});
afterAll(() => gateway.close());

async function aKeyOfTheOwner(scopes: readonly string[]): Promise<{ id: string; secret: string }> {
  const { body } = await gateway.operator
    .post('/api-keys', { org_id: orgs.owner.id, name: unique('key'), scopes })
    .expect(201);
  return { id: String(body.id), secret: String(body.api_key) };
}

type Scene = Readonly<Record<string, string>>;

/** A federation with one member, one invited organization, one shared model, one reserved round, observations, a question and a spare key. */
async function prepareScene(): Promise<Scene> {
  const { owner, member, invited } = orgs;
  const [name, framework, model] = [unique('Federation'), unique('framework'), unique('model')];
  const federation = (await owner.client.post('/federations', { org_id: 'default', name }).expect(201)).body;
  const at = `/federations/${federation.id}`;
  const invitations = (
    await owner.client.post(`${at}/invite`, { org_ids: [member.id, invited.id] }).expect(200)
  ).body;
  await member.client.post(`${at}/join`, { org_id: 'default' }).expect(200);
  await owner.client.post(`${at}/models`, { model_id: model, framework }).expect(200);
  const asked = { status: 'reserved', noise_multiplier: 2, sample_rate: 0.1, num_steps: 1 };
  const round = (await owner.client.post(`${at}/rounds`, asked).expect(201)).body;
  await member.client
    .post(`${at}/observations`, { observations: observationsOf(['icu', 'ward']) })
    .expect(200);
  const query = await askedBy(member.client, String(federation.id));
  const read = await owner.client.query(
    'query($id: ID!) { federation(id: $id) { models { nodes { id } } } }',
    { id: federation.id },
  );
  return {
    fed: String(federation.id),
    name,
    framework,
    model,
    membership: String(invitations[0].id),
    sharedModel: String(read.federation.models.nodes[0].id),
    round: String(round.id),
    query,
    foreignQuery,
    key: (await aKeyOfTheOwner(['federations:read'])).id,
    owner: owner.id,
    member: member.id,
    invited: invited.id,
  };
}

let shared: Promise<Scene> | undefined;

/** What changes nothing shares a scene: reads, questions, and refusals, after which it is compared. */
async function sceneFor(caller: Caller, changes: boolean, actsFor: ActsFor = 'owner'): Promise<Scene> {
  if (!changes) shared ??= prepareScene();
  const scene = await (changes ? prepareScene() : shared!);
  const self = caller === 'operator' ? orgs[actsFor] : caller in orgs ? orgs[caller as ActsFor] : orgs.owner;
  return { ...scene, self: self.id, new: unique('new') };
}

function fillIn(text: string, scene: Scene): string {
  return text.replace(/<(\w+)>/g, (_match, word: string) => {
    const value = scene[word];
    if (value === undefined) throw new Error(`nothing in the scene is called <${word}>`);
    return value;
  });
}

/** What a refused request could have changed. */
async function everythingIn(scene: Scene): Promise<string[][]> {
  const fed = scene['fed']!;
  const read = (sql: string, ...parameters: string[]) => rowTexts(gateway.app.core.db, sql, parameters);
  return [
    await read('SELECT * FROM members WHERE federation_id = ? ORDER BY id', fed),
    await read('SELECT * FROM shared_models WHERE federation_id = ?', fed),
    await read('SELECT * FROM privacy_ledgers WHERE federation_id = ?', fed),
    await read('SELECT * FROM training_rounds WHERE federation_id = ?', fed),
    await read('SELECT id FROM observations WHERE federation_id = ?', fed),
    await read('SELECT * FROM analytics_queries WHERE federation_id = ?', fed),
    await read('SELECT * FROM disclosure_policies WHERE federation_id = ?', fed),
    await read('SELECT * FROM api_keys WHERE id = ?', scene['key']!),
    await read('SELECT COUNT(*) AS count FROM api_keys'),
    await read('SELECT COUNT(*) AS count FROM federations'),
    await read('SELECT COUNT(*) AS count FROM organizations'),
  ];
}

function kindOfValue(value: Json): 'ok' | 'empty' | 'null' {
  if (value === null || value === undefined) return 'null';
  const items = Array.isArray(value) ? value : value.nodes;
  return Array.isArray(items) && items.length === 0 ? 'empty' : 'ok';
}

function kindOfGraphql(answer: GraphqlAnswer, path: string): unknown {
  if (answer.errors !== undefined) return answer.errors[0].extensions.code;
  return kindOfValue(path.split('.').reduce<Json>((value, name) => value?.[name], answer.data));
}

function kindOfRest({ status, body }: Answer): ExpectedOfRest {
  const list = body.models ?? body;
  return status === 200 && Array.isArray(list) && list.length === 0 ? 'empty' : status;
}

function isRefusal(expected: ExpectedOfGraphql | ExpectedOfRest): boolean {
  return typeof expected === 'number' ? expected >= 400 : /^[A-Z_]+$/.test(expected);
}

function sentence(expected: ExpectedOfGraphql | ExpectedOfRest): string {
  return expected === 'empty' ? 'an empty list' : String(expected);
}

describe('GraphQL', () => {
  it('has a row for every root field and none for another', () => {
    const schema = createGatewaySchema(gateway.app.core);
    const fields = [schema.getQueryType()!, schema.getMutationType()!].flatMap((type) =>
      Object.keys(type.getFields()).map((field) => `${type.name}.${field}`),
    );
    expect([...new Set(graphqlTable.map(({ field }) => field))].sort()).toEqual(fields.sort());
  });

  describe.each(graphqlTable)('$ask', ({ field, ask, at, cells, for: actsFor }) => {
    it.each(CALLERS.map((caller, i) => ({ caller, expected: cells[i]!, says: sentence(cells[i]!) })))(
      'answers $says to: $caller',
      async ({ caller, expected }) => {
        const scene = await sceneFor(caller, field.startsWith('Mutation') && !isRefusal(expected), actsFor);
        const before = await everythingIn(scene);
        const answer = await clients[caller].graphql(fillIn(ask, scene));
        expect(kindOfGraphql(answer, at ?? field.split('.')[1]!)).toBe(expected);
        expect(answer.status).toBe(expected === 'UNAUTHENTICATED' ? 401 : 200);
        if (isRefusal(expected)) expect(await everythingIn(scene)).toEqual(before);
      },
    );
  });
});

describe('REST', () => {
  it('has a row for every route that names its federation, and none for another', () => {
    const named = routes.filter(({ path }) => !path.startsWith('/analytics/'));
    expect([...new Set(restTable.map(({ route }) => route))].sort()).toEqual(
      [...new Set(named.map(({ method, path }) => `${method} ${path}`))].sort(),
    );
  });

  describe.each(restTable)(
    '$route $query $body',
    ({ route, path = [], query, body, cells, for: actsFor }) => {
      it.each(CALLERS.map((caller, i) => ({ caller, expected: cells[i]!, says: sentence(cells[i]!) })))(
        'answers $says to: $caller',
        async ({ caller, expected }) => {
          const isChange = !/^GET|analytics/.test(route) && !isRefusal(expected);
          const scene = await sceneFor(caller, isChange, actsFor);
          const before = await everythingIn(scene);
          const [method = '', template = ''] = route.split(' ');
          const members = [...path];
          const target = template.replace(/\{\w+\}/g, () => fillIn(members.shift() ?? '', scene));
          const answer = await clients[caller].rest(
            method,
            query === undefined ? target : `${target}?${fillIn(query, scene)}`,
            body === undefined ? undefined : JSON.parse(fillIn(JSON.stringify(body), scene)),
          );
          expect(kindOfRest(answer)).toBe(expected);
          if (isRefusal(expected)) expect(await everythingIn(scene)).toEqual(before);
        },
      );
    },
  );
});
