import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp, type TestFederation } from '../support/app.js';
import type { Client, Json } from '../support/client.js';
import { toSnakeCase } from '../../src/core/names.js';
import { send } from '../support/observations.js';
import { askGraphql, inGraphql, recordsOf } from '../support/questions.js';
import { expectGraphqlError, expectRestError } from '../support/refusals.js';
import { GUARDED, OPEN } from './analysis-refusals.data.js';
import { refusals, type Refusal } from './analysis-refusals.table.js';

let gateway: TestApp;
let places: Readonly<Record<Refusal['place'], TestFederation>>;

beforeAll(async () => {
  gateway = await startTestApp({ disclosureMinGroupSize: 1 });
  const open = await gateway.aFederation({ active: 1 });
  const guarded = await gateway.aFederation({ active: 1 });
  places = { open, guarded };
  await send(open.owner.client, open.id, OPEN);
  await send(guarded.owner.client, guarded.id, GUARDED);
  await guarded.owner.client.query(
    'mutation($id: ID!) { setDisclosurePolicy(input: { federationId: $id, minGroupSize: 5 }) { disclosure { minGroupSize } } }',
    { id: guarded.id },
  );
});
afterAll(() => gateway.close());

/** The refusal of either API, its field as REST names it. */
interface Refused {
  readonly message: string;
  readonly details: Json;
}

const ask = {
  REST: async (client: Client, id: string, { path, body }: Refusal): Promise<Refused> => {
    const answer = await client.post(`/federations/${id}/analytics/${path}`, body);
    expectRestError(answer, 400);
    return { message: answer.body.message, details: answer.body.details };
  },
  GraphQL: async (client: Client, id: string, { field, body }: Refusal): Promise<Refused> => {
    const answer = await askGraphql(client, id, field, inGraphql(body));
    expectGraphqlError(answer, 'BAD_USER_INPUT');
    const { message, extensions } = answer.errors![0];
    const { code: _, requestId: _id, field: named, ...facts } = extensions;
    return {
      message,
      details: named === undefined ? facts : { ...facts, field: toSnakeCase(named) },
    };
  },
} as const;

const READ = `query($id: ID!, $query: ID!) {
  analytics(federationId: $id) { query(id: $query) { status result errorMessage requestedByOrgId } }
}`;

/** A record as both APIs show it. */
async function shownTo(client: Client, id: string, query: string): Promise<Json> {
  const { body } = await client.get(`/federations/${id}/analytics/queries/${query}`).expect(200);
  const { analytics } = await client.query(READ, { id, query });
  expect(analytics.query).toEqual({
    status: body.status.toUpperCase(),
    result: body.result,
    errorMessage: body.error_message,
    requestedByOrgId: body.requested_by,
  });
  return body;
}

describe.each(['REST', 'GraphQL'] as const)('over %s', (api) => {
  it.each(refusals)('$field refuses $by: $reason', async (row) => {
    const { id, owner, active } = places[row.place];
    const before = await recordsOf(owner.client, id);
    const { message, details } = await ask[api](owner.client, id, row);
    const named = row.named === undefined ? {} : { field: row.named };
    expect(details).toEqual({ reason: row.reason, ...named, ...row.details });
    expect(message).toMatch(row.says);

    const after = await recordsOf(owner.client, id);
    expect(after.total).toBe(before.total + 1);
    const old = new Set(before.queries.map((record: Json) => record.id));
    const [record, ...others] = after.queries.filter((kept: Json) => !old.has(kept.id));
    expect(others).toEqual([]);
    expect(record).toMatchObject({
      query_type: toSnakeCase(row.field),
      status: 'failed',
      result: null,
      requested_by: owner.id,
    });
    // The sizes of groups are told once, and not kept.
    const kept = 'counts' in details ? message.split('; ')[0]! : message;
    const inRest = kept.replace(/^\w+/, toSnakeCase);
    for (const reader of [owner.client, gateway.operator])
      expect((await shownTo(reader, id, record.id)).error_message).toBe(inRest);
    expect((await shownTo(active[0]!.client, id, record.id)).error_message).toBe(row.reason);
  });
});

it('of an operator tells nobody else its message', async () => {
  const { id, owner } = places.open;
  const asked = { variable: 'rate', group_a: 'single', group_b: 'pair' };
  await gateway.operator.post(`/federations/${id}/analytics/t-test`, asked).expect(400);
  const [newest] = (await recordsOf(gateway.operator, id)).queries;
  expect(newest.error_message).toBe('each group needs at least 2 values');
  expect(await shownTo(owner.client, id, newest.id)).toMatchObject({
    error_message: 'insufficient_data',
    requested_by: null,
  });
});

it('leaves one record however often it comes under one Idempotency-Key', async () => {
  const { id, owner } = places.open;
  const client = owner.client.with({ 'idempotency-key': 'one-question' });
  const ask = () => client.post(`/federations/${id}/analytics/descriptive`, { variable: 'nope' }).expect(400);
  const before = await recordsOf(owner.client, id);
  const first = await ask();
  for (let i = 0; i < 2; i++) expect((await ask()).text).toBe(first.text);
  expect((await recordsOf(owner.client, id)).total).toBe(before.total + 1);
});

it('has a row for every reason', () => {
  expect([...new Set(refusals.map(({ reason }) => reason))].sort()).toEqual([
    'below_disclosure_threshold',
    'degenerate_table',
    'insufficient_data',
    'insufficient_groups',
    'spread_out_of_range',
    'too_many_categories',
    'too_many_groups',
    'unknown_group',
    'unknown_variable',
    'wrong_kind',
    'zero_variance',
  ]);
});

it('compares all means of 51 groups, and their pairs only where they are demanded', async () => {
  const { id, owner } = places.open;
  const { body } = await owner.client
    .post(`/federations/${id}/analytics/anova`, { variable: 'many' })
    .expect(200);
  expect(body).toMatchObject({ degrees_of_freedom_between: 50, post_hoc_method: null, post_hoc_pairs: null });
});
