import { analyticsGraphqlTable, analyticsRestTable } from './analytics-authorization.table.js';

/** Who asks. Wrong scope: a key of the owner that may only ingest. Revoked key: one of the owner with every scope. */
export const CALLERS = [
  'no key',
  'wrong scope',
  'outsider',
  'invited',
  'member',
  'owner',
  'operator',
  'revoked key',
] as const;

export type Caller = (typeof CALLERS)[number];

/** `ok`: the thing itself; `empty`: a list without it; `null`: null without an error; else the error's code. */
export type GraphqlAnswer =
  'ok' | 'empty' | 'null' | 'UNAUTHENTICATED' | 'FORBIDDEN' | 'NOT_FOUND' | 'CONFLICT';

/** A status; `empty` is 200 with a list that lacks the thing. */
export type RestAnswer = number | 'empty';

/** Whose step an operator takes. */
export type ActsFor = 'owner' | 'member' | 'invited';

type Cells<Answer> = readonly [Answer, Answer, Answer, Answer, Answer, Answer, Answer, Answer];

/**
 * Words in angle brackets are filled in from a federation that is prepared for the request: ids of what is in it, and
 * `<self>`, the caller's own organization. An operator belongs to none: for it, `<self>` is the organization `for`.
 */
interface Row<Answer> {
  readonly for?: ActsFor;
  readonly cells: Cells<Answer>;
}

export interface GraphqlRow extends Row<GraphqlAnswer> {
  /** `Query.federation`; several rows may ask the same field in different ways. */
  readonly field: string;
  readonly ask: string;
  /** Dotted path of what is looked at, where it is not the root field. */
  readonly at?: string;
}

export interface RestRow extends Row<RestAnswer> {
  /** Method and path as in the table of routes. */
  readonly route: string;
  /** Members of the path in their order. */
  readonly path?: readonly string[];
  readonly query?: string;
  readonly body?: Readonly<Record<string, unknown>>;
}

const no = 'UNAUTHENTICATED';
const forbid = 'FORBIDDEN';
const absent = 'NOT_FOUND';
const clash = 'CONFLICT';

const OBSERVATIONS = {
  observations: [{ recorded_at: '2026-01-01T00:00:00Z', device_group: 'ward', metrics: { heart_rate: 70 } }],
};

// prettier-ignore
export const graphqlTable: readonly GraphqlRow[] = [
  //                            no key, wrong scope, outsider, invited, member, owner, operator, revoked key
  { field: 'Query.viewer', ask: '{ viewer { keyPrefix } }',
    cells:                      [no, 'ok',   'ok',    'ok',    'ok',    'ok',  'ok', no] },
  { field: 'Query.privacy', ask: '{ privacy(federationId: "<fed>") { totalEpsilonBudget } }',
    cells:                      [no, forbid, 'null',  forbid,  'ok',    'ok',  'ok', no] },
  { field: 'Query.viewer', ask: '{ viewer { invitations { id } } }', at: 'viewer.invitations',
    cells:                      [no, forbid, 'empty', 'ok',    'empty', 'empty', 'empty', no] },
  { field: 'Query.node', ask: '{ node(id: "<fed>") { id } }',
    cells:                      [no, 'null', 'null',  'ok',    'ok',    'ok',  'ok', no] },
  { field: 'Query.node', ask: '{ node(id: "<membership>") { id } }',
    cells:                      [no, 'null', 'null',  'ok',    'ok',    'ok',  'ok', no] },
  { field: 'Query.node', ask: '{ node(id: "<sharedModel>") { id } }',
    cells:                      [no, 'null', 'null',  'null',  'ok',    'ok',  'ok', no] },
  { field: 'Query.node', ask: '{ node(id: "<round>") { id } }',
    cells:                      [no, 'null', 'null',  'null',  'ok',    'ok',  'ok', no] },
  { field: 'Query.node', ask: '{ node(id: "<key>") { id } }',
    cells:                      [no, 'null', 'null',  'null',  'null',  'ok',  'ok', no] },
  { field: 'Query.node', ask: '{ node(id: "<member>") { id } }',
    cells:                      [no, 'null', 'null',  'ok',    'ok',    'ok',  'ok', no] },
  { field: 'Query.federation', ask: '{ federation(id: "<fed>") { name } }',
    cells:                      [no, forbid, 'null',  'ok',    'ok',    'ok',  'ok', no] },
  { field: 'Query.federation', ask: '{ federation(id: "<fed>") { members { nodes { id } } } }', at: 'federation.members',
    cells:                      [no, forbid, 'null',  'ok',    'ok',    'ok',  'ok', no] },
  { field: 'Query.federation', ask: '{ federation(id: "<fed>") { member(orgId: "<member>") { id } } }', at: 'federation.member',
    cells:                      [no, forbid, 'null',  'ok',    'ok',    'ok',  'ok', no] },
  { field: 'Query.federation', ask: '{ federation(id: "<fed>") { models { nodes { id } } } }', at: 'federation.models',
    cells:                      [no, forbid, 'null',  'null',  'ok',    'ok',  'ok', no] },
  { field: 'Query.federation', ask: '{ federation(id: "<fed>") { privacy { currentEpsilonSpent } } }', at: 'federation.privacy',
    cells:                      [no, forbid, 'null',  'null',  'ok',    'ok',  'ok', no] },
  { field: 'Query.federation', ask: '{ federation(id: "<fed>") { privacy { estimate(noiseMultiplier: 1, sampleRate: 0.1) { delta } } } }', at: 'federation.privacy.estimate',
    cells:                      [no, forbid, 'null',  'null',  'ok',    'ok',  'ok', no] },
  { field: 'Query.federation', ask: '{ federation(id: "<fed>") { privacy { history { nodes { round { id } } } } } }', at: 'federation.privacy.history',
    cells:                      [no, forbid, 'null',  'null',  'ok',    'ok',  'ok', no] },
  { field: 'Query.federation', ask: '{ federation(id: "<fed>") { rounds { nodes { id } } } }', at: 'federation.rounds',
    cells:                      [no, forbid, 'null',  'null',  'ok',    'ok',  'ok', no] },
  { field: 'Query.federations', ask: '{ federations(filter: { name: "<name>" }) { nodes { id } } }',
    cells:                      [no, forbid, 'empty', 'ok',    'ok',    'ok',  'ok', no] },
  { field: 'Query.federations', ask: '{ federations(filter: { orgId: "<member>", name: "<name>" }) { nodes { id } } }',
    cells:                      [no, forbid, forbid,  forbid,  'ok',    forbid, 'ok', no] },
  { field: 'Query.organizations', ask: '{ organizations { nodes { id } } }',
    cells:                      [no, forbid, forbid,  forbid,  forbid,  forbid, 'ok', no] },
  { field: 'Query.apiKeys', ask: '{ apiKeys(orgId: "<owner>") { nodes { id } } }',
    cells:                      [no, forbid, forbid,  forbid,  forbid,  'ok',  'ok', no] },
  { field: 'Query.apiKeys', for: 'owner', ask: '{ apiKeys(orgId: "<self>") { nodes { id } } }',
    cells:                      [no, forbid, 'ok',    'ok',    'ok',    'ok',  'ok', no] },
  { field: 'Query.models', ask: '{ models(filter: { framework: "<framework>" }) { nodes { id } } }',
    cells:                      [no, forbid, 'empty', 'empty', 'ok',    'ok',  'ok', no] },
  { field: 'Mutation.createFederation', for: 'owner', ask: 'mutation { createFederation(input: { orgId: "<self>", name: "<new>" }) { federation { id } } }',
    cells:                      [no, forbid, 'ok',    'ok',    'ok',    'ok',  'ok', no] },
  { field: 'Mutation.createFederation', ask: 'mutation { createFederation(input: { orgId: "<owner>", name: "<new>" }) { federation { id } } }',
    cells:                      [no, forbid, forbid,  forbid,  forbid,  'ok',  'ok', no] },
  { field: 'Mutation.inviteMembers', ask: 'mutation { inviteMembers(input: { federationId: "<fed>", orgIds: ["<new>"] }) { members { id } } }',
    cells:                      [no, forbid, absent,  forbid,  forbid,  'ok',  'ok', no] },
  { field: 'Mutation.joinFederation', for: 'invited', ask: 'mutation { joinFederation(input: { federationId: "<fed>", orgId: "<self>" }) { member { id } } }',
    cells:                      [no, forbid, absent,  'ok',    'ok',    'ok',  'ok', no] },
  { field: 'Mutation.joinFederation', ask: 'mutation { joinFederation(input: { federationId: "<fed>", orgId: "<invited>" }) { member { id } } }',
    cells:                      [no, forbid, forbid,  'ok',    forbid,  forbid, 'ok', no] },
  { field: 'Mutation.declineInvitation', for: 'invited', ask: 'mutation { declineInvitation(input: { federationId: "<fed>", orgId: "<self>" }) { member { id } } }',
    cells:                      [no, forbid, absent,  'ok',    clash,   clash, 'ok', no] },
  { field: 'Mutation.leaveFederation', for: 'member', ask: 'mutation { leaveFederation(input: { federationId: "<fed>", orgId: "<self>" }) { member { id } } }',
    cells:                      [no, forbid, absent,  clash,   'ok',    clash, 'ok', no] },
  { field: 'Mutation.removeMember', ask: 'mutation { removeMember(input: { federationId: "<fed>", orgId: "<member>" }) { member { id } } }',
    cells:                      [no, forbid, absent,  forbid,  forbid,  'ok',  'ok', no] },
  { field: 'Mutation.shareModel', ask: 'mutation { shareModel(input: { federationId: "<fed>", modelId: "<new>" }) { model { id } } }',
    cells:                      [no, forbid, absent,  forbid,  forbid,  'ok',  'ok', no] },
  { field: 'Mutation.unshareModel', ask: 'mutation { unshareModel(input: { federationId: "<fed>", modelId: "<model>" }) { model { id } } }',
    cells:                      [no, forbid, absent,  forbid,  forbid,  'ok',  'ok', no] },
  { field: 'Mutation.setPrivacyBudget', ask: 'mutation { setPrivacyBudget(input: { federationId: "<fed>", totalEpsilonBudget: 3 }) { privacy { totalEpsilonBudget } } }',
    cells:                      [no, forbid, absent,  forbid,  forbid,  'ok',  'ok', no] },
  { field: 'Mutation.recordTrainingRound', ask: 'mutation { recordTrainingRound(input: { federationId: "<fed>", modelId: "<new>" }) { round { id } } }',
    cells:                      [no, forbid, absent,  forbid,  forbid,  'ok',  'ok', no] },
  { field: 'Mutation.reserveTrainingRound', ask: 'mutation { reserveTrainingRound(input: { federationId: "<fed>", noiseMultiplier: 2, sampleRate: 0.1, numSteps: 1 }) { round { id } } }',
    cells:                      [no, forbid, absent,  forbid,  forbid,  'ok',  'ok', no] },
  { field: 'Mutation.completeTrainingRound', ask: 'mutation { completeTrainingRound(input: { federationId: "<fed>", roundId: "<round>", contributions: [] }) { round { id } } }',
    cells:                      [no, forbid, absent,  forbid,  forbid,  'ok',  'ok', no] },
  { field: 'Mutation.cancelTrainingRound', ask: 'mutation { cancelTrainingRound(input: { federationId: "<fed>", roundId: "<round>" }) { round { id } } }',
    cells:                      [no, forbid, absent,  forbid,  forbid,  'ok',  'ok', no] },
  { field: 'Mutation.createOrganization', ask: 'mutation { createOrganization(input: { id: "<new>", name: "New" }) { organization { id } } }',
    cells:                      [no, forbid, forbid,  forbid,  forbid,  forbid, 'ok', no] },
  { field: 'Mutation.createApiKey', ask: 'mutation { createApiKey(input: { orgId: "<owner>", name: "<new>" }) { secret } }',
    cells:                      [no, forbid, forbid,  forbid,  forbid,  'ok',  'ok', no] },
  { field: 'Mutation.createApiKey', for: 'owner', ask: 'mutation { createApiKey(input: { orgId: "<self>", name: "<new>" }) { secret } }',
    cells:                      [no, forbid, 'ok',    'ok',    'ok',    'ok',  'ok', no] },
  { field: 'Mutation.revokeApiKey', ask: 'mutation { revokeApiKey(input: { id: "<key>" }) { apiKey { id } } }',
    cells:                      [no, forbid, absent,  absent,  absent,  'ok',  'ok', no] },
  { field: 'Mutation.recordObservations', for: 'owner', ask: 'mutation { recordObservations(input: { federationId: "<fed>", orgId: "<self>", observations: [{ recordedAt: "2026-01-01T00:00:00Z", deviceGroup: "ward", metrics: { heart_rate: 70 } }] }) { accepted } }',
    cells:                      [no, 'ok',   absent,  forbid,  'ok',    'ok',  'ok', no] },
  { field: 'Mutation.recordObservations', ask: 'mutation { recordObservations(input: { federationId: "<fed>", orgId: "<member>", observations: [{ recordedAt: "2026-01-01T00:00:00Z", deviceGroup: "ward", metrics: { heart_rate: 70 } }] }) { accepted } }',
    cells:                      [no, forbid, forbid,  forbid,  'ok',    forbid, 'ok', no] },
  { field: 'Mutation.purgeObservations', ask: 'mutation { purgeObservations(input: { federationId: "<fed>", orgId: "<member>" }) { purged } }',
    cells:                      [no, forbid, absent,  forbid,  'ok',    'ok',  'ok', no] },
  { field: 'Mutation.purgeObservations', ask: 'mutation { purgeObservations(input: { federationId: "<fed>", orgId: "<owner>" }) { purged } }',
    cells:                      [no, forbid, absent,  forbid,  forbid,  'ok',  'ok', no] },
  { field: 'Mutation.setDisclosurePolicy', ask: 'mutation { setDisclosurePolicy(input: { federationId: "<fed>", minGroupSize: 7 }) { disclosure { minGroupSize } } }',
    cells:                      [no, forbid, absent,  forbid,  forbid,  'ok',  'ok', no] },
  ...analyticsGraphqlTable,
];

// prettier-ignore
export const restTable: readonly RestRow[] = [
  //                                            no key, wrong scope, outsider, invited, member, owner, operator, revoked key
  { route: 'POST /federations', for: 'owner', body: { org_id: '<self>', name: '<new>' },
    cells:                                      [401, 403, 201, 201, 201, 201, 201, 401] },
  { route: 'POST /federations', body: { org_id: '<owner>', name: '<new>' },
    cells:                                      [401, 403, 403, 403, 403, 201, 201, 401] },
  { route: 'GET /federations', query: 'name=<name>',
    cells:                                      [401, 403, 'empty', 200, 200, 200, 200, 401] },
  { route: 'GET /federations', query: 'name=<name>&org_id=<member>',
    cells:                                      [401, 403, 403, 403, 200, 403, 200, 401] },
  { route: 'GET /federations/{id}', path: ['<fed>'],
    cells:                                      [401, 403, 404, 200, 200, 200, 200, 401] },
  { route: 'POST /federations/{id}/invite', path: ['<fed>'], body: { org_ids: ['<new>'] },
    cells:                                      [401, 403, 404, 403, 403, 200, 200, 401] },
  { route: 'POST /federations/{id}/join', for: 'invited', path: ['<fed>'], body: { org_id: '<self>' },
    cells:                                      [401, 403, 404, 200, 200, 200, 200, 401] },
  { route: 'POST /federations/{id}/join', path: ['<fed>'], body: { org_id: '<invited>' },
    cells:                                      [401, 403, 403, 200, 403, 403, 200, 401] },
  { route: 'POST /federations/{id}/decline', for: 'invited', path: ['<fed>'], body: { org_id: '<self>' },
    cells:                                      [401, 403, 404, 200, 409, 409, 200, 401] },
  { route: 'POST /federations/{id}/leave', for: 'member', path: ['<fed>'], body: { org_id: '<self>' },
    cells:                                      [401, 403, 404, 409, 200, 409, 200, 401] },
  { route: 'GET /federations/{id}/members', path: ['<fed>'],
    cells:                                      [401, 403, 404, 200, 200, 200, 200, 401] },
  { route: 'DELETE /federations/{id}/members/{org_id}', path: ['<fed>', '<member>'],
    cells:                                      [401, 403, 404, 403, 403, 200, 200, 401] },
  { route: 'POST /federations/{id}/models', path: ['<fed>'], body: { model_id: '<new>' },
    cells:                                      [401, 403, 404, 403, 403, 200, 200, 401] },
  { route: 'GET /federations/{id}/models', path: ['<fed>'],
    cells:                                      [401, 403, 404, 403, 200, 200, 200, 401] },
  { route: 'DELETE /federations/{id}/models/{model_id}', path: ['<fed>', '<model>'],
    cells:                                      [401, 403, 404, 403, 403, 200, 200, 401] },
  { route: 'GET /models', query: 'framework=<framework>',
    cells:                                      [401, 403, 'empty', 'empty', 200, 200, 200, 401] },
  { route: 'GET /models', query: 'framework=<framework>&org_id=<member>',
    cells:                                      [401, 403, 403, 403, 200, 403, 200, 401] },
  { route: 'GET /federations/{id}/privacy', path: ['<fed>'],
    cells:                                      [401, 403, 404, 403, 200, 200, 200, 401] },
  { route: 'PUT /federations/{id}/privacy/budget', path: ['<fed>'], body: { total_epsilon_budget: 3 },
    cells:                                      [401, 403, 404, 403, 403, 200, 200, 401] },
  { route: 'GET /federations/{id}/privacy/estimate', path: ['<fed>'], query: 'noise_multiplier=1&sample_rate=0.1',
    cells:                                      [401, 403, 404, 403, 200, 200, 200, 401] },
  { route: 'GET /federations/{id}/privacy/history', path: ['<fed>'],
    cells:                                      [401, 403, 404, 403, 200, 200, 200, 401] },
  { route: 'POST /federations/{id}/rounds', path: ['<fed>'], body: { model_id: '<new>' },
    cells:                                      [401, 403, 404, 403, 403, 201, 201, 401] },
  { route: 'POST /federations/{id}/rounds', path: ['<fed>'], body: { status: 'reserved', noise_multiplier: 2, sample_rate: 0.1, num_steps: 1 },
    cells:                                      [401, 403, 404, 403, 403, 201, 201, 401] },
  { route: 'GET /federations/{id}/rounds', path: ['<fed>'],
    cells:                                      [401, 403, 404, 403, 200, 200, 200, 401] },
  { route: 'POST /federations/{id}/rounds/{round_id}/complete', path: ['<fed>', '<round>'], body: { contributions: [] },
    cells:                                      [401, 403, 404, 403, 403, 200, 200, 401] },
  { route: 'POST /federations/{id}/rounds/{round_id}/cancel', path: ['<fed>', '<round>'],
    cells:                                      [401, 403, 404, 403, 403, 200, 200, 401] },
  { route: 'POST /organizations', body: { id: '<new>', name: 'New' },
    cells:                                      [401, 403, 403, 403, 403, 403, 201, 401] },
  { route: 'GET /organizations',
    cells:                                      [401, 403, 403, 403, 403, 403, 200, 401] },
  { route: 'POST /api-keys', body: { org_id: '<owner>', name: '<new>' },
    cells:                                      [401, 403, 403, 403, 403, 201, 201, 401] },
  { route: 'POST /api-keys', for: 'owner', body: { org_id: '<self>', name: '<new>' },
    cells:                                      [401, 403, 201, 201, 201, 201, 201, 401] },
  { route: 'GET /api-keys', query: 'org_id=<owner>',
    cells:                                      [401, 403, 403, 403, 403, 200, 200, 401] },
  { route: 'GET /api-keys', for: 'owner', query: 'org_id=<self>',
    cells:                                      [401, 403, 200, 200, 200, 200, 200, 401] },
  { route: 'POST /api-keys/{id}/revoke', path: ['<key>'],
    cells:                                      [401, 403, 404, 404, 404, 200, 200, 401] },
  { route: 'DELETE /api-keys/{id}', path: ['<key>'],
    cells:                                      [401, 403, 404, 404, 404, 200, 200, 401] },
  { route: 'POST /federations/{id}/observations', for: 'owner', path: ['<fed>'], query: 'org_id=<self>', body: OBSERVATIONS,
    cells:                                      [401, 200, 404, 403, 200, 200, 200, 401] },
  { route: 'POST /federations/{id}/observations', path: ['<fed>'], query: 'org_id=<member>', body: OBSERVATIONS,
    cells:                                      [401, 403, 403, 403, 200, 403, 200, 401] },
  { route: 'DELETE /federations/{id}/members/{org_id}/observations', path: ['<fed>', '<member>'],
    cells:                                      [401, 403, 404, 403, 200, 200, 200, 401] },
  { route: 'DELETE /federations/{id}/members/{org_id}/observations', path: ['<fed>', '<owner>'],
    cells:                                      [401, 403, 404, 403, 403, 200, 200, 401] },
  ...analyticsRestTable,
];
