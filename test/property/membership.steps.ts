import type { TestApp, Member } from '../support/app.js';
import type { Client, Json } from '../support/client.js';
import type { Caller, Organization, Step } from './membership.model.js';

export interface Move {
  readonly step: Step;
  readonly by: Caller;
  /** Whom the step is about; several only where they are invited. */
  readonly subjects: readonly Organization[];
  readonly over: 'rest' | 'graphql';
  /** Whether an organization that acts for itself says its id, or `default`. */
  readonly isNamed: boolean;
}

/** The organizations by their numbers, and whose key each caller has. */
export interface Scene {
  readonly gateway: TestApp;
  readonly organizations: readonly Member[];
  readonly federation: { readonly id: string; readonly name: string };
}

export interface Taken {
  readonly status: number;
  /** Of the members that a step answers with. */
  readonly rows: readonly { readonly orgId: string; readonly status: string }[];
}

const STATUS_OF_CODE: Readonly<Record<string, number>> = { FORBIDDEN: 403, NOT_FOUND: 404, CONFLICT: 409 };

const MUTATIONS = {
  invite: 'inviteMembers',
  remove: 'removeMember',
  join: 'joinFederation',
  decline: 'declineInvitation',
  leave: 'leaveFederation',
} as const;

const INPUTS: Readonly<Partial<Record<Step, string>>> = {
  invite: 'InviteMembersInput',
  join: 'JoinFederationInput',
};

export function clientOf({ gateway, organizations }: Scene, caller: Caller): Client {
  return caller === 'operator' ? gateway.operator : organizations[caller]!.client;
}

/** Takes a step over one API or the other; the two must be one implementation. */
export async function take(scene: Scene, move: Move): Promise<Taken> {
  const { step, by, subjects, isNamed, over } = move;
  const ids = subjects.map((subject) => scene.organizations[subject]!.id);
  const isOwn = step !== 'invite' && step !== 'remove';
  const orgId = isOwn && by !== 'operator' && !isNamed ? 'default' : ids[0]!;
  const client = clientOf(scene, by);
  const { id } = scene.federation;
  return over === 'rest'
    ? overRest(client, step, { id, ids, orgId })
    : overGraphql(client, step, { id, ids, orgId });
}

interface Target {
  readonly id: string;
  readonly ids: readonly string[];
  readonly orgId: string;
}

async function overRest(client: Client, step: Step, { id, ids, orgId }: Target): Promise<Taken> {
  const path = `/federations/${id}`;
  const { status, body } =
    step === 'remove'
      ? await client.delete(`${path}/members/${orgId}`)
      : await client.post(`${path}/${step}`, step === 'invite' ? { org_ids: ids } : { org_id: orgId });
  const rows: Json[] = status === 200 ? [body].flat() : [];
  return { status, rows: rows.map((row) => ({ orgId: row.org_id, status: row.status })) };
}

async function overGraphql(client: Client, step: Step, { id, ids, orgId }: Target): Promise<Taken> {
  const member = step === 'invite' ? 'members' : 'member';
  const { data, errors } = await client.graphql(
    `mutation($input: ${INPUTS[step] ?? 'MembershipInput'}!) {
      step: ${MUTATIONS[step]}(input: $input) { ${member} { orgId status } }
    }`,
    { input: { federationId: id, ...(step === 'invite' ? { orgIds: ids } : { orgId }) } },
  );
  if (errors !== undefined)
    return { status: STATUS_OF_CODE[String(errors[0]?.extensions.code)] ?? 500, rows: [] };
  const rows: Json[] = [data.step[member]].flat();
  return { status: 200, rows: rows.map((row) => ({ orgId: row.orgId, status: row.status.toLowerCase() })) };
}
