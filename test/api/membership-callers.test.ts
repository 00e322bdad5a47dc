import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type Member, type TestApp } from '../support/app.js';

let gateway: TestApp;

beforeAll(async () => {
  gateway = await startTestApp();
});
afterAll(() => gateway.close());

/** A membership in the state in which its organization can take a step. */
async function aMembershipTo(
  step: 'join' | 'decline' | 'leave',
): Promise<{ id: string; owner: Member; subject: Member }> {
  const { id, owner, active, invited } = await gateway.aFederation(
    step === 'leave' ? { active: 1 } : { invited: 1 },
  );
  return { id, owner, subject: [...active, ...invited][0]! };
}

describe.each(['join', 'decline', 'leave'] as const)('the org_id of a %s', (step) => {
  it.each(['default', ''])('may be "%s" for the own organization', async (orgId) => {
    const { id, subject } = await aMembershipTo(step);
    const { body } = await subject.client.post(`/federations/${id}/${step}`, { org_id: orgId }).expect(200);
    expect(body.org_id).toBe(subject.id);
  });

  it('of another organization is 403, also where the federation does not exist', async () => {
    const { id, owner, subject } = await aMembershipTo(step);
    for (const federation of [id, 'fed_000000000000'])
      await subject.client.post(`/federations/${federation}/${step}`, { org_id: owner.id }).expect(403);
  });

  it.each(['default', '', undefined, null])('is required of an operator: %p is 400', async (orgId) => {
    const { id } = await aMembershipTo(step);
    const { body } = await gateway.operator.post(`/federations/${id}/${step}`, { org_id: orgId }).expect(400);
    expect(body.details).toEqual({ field: 'org_id' });
  });
});

describe('removing', () => {
  it('is 403 for a member and an invited organization, 404 for an outsider', async () => {
    const { id, active, invited } = await gateway.aFederation({ active: 2, invited: 1 });
    const path = `/federations/${id}/members/${active[1]!.id}`;
    await active[0]!.client.delete(path).expect(403);
    await invited[0]!.client.delete(path).expect(403);
    await (await gateway.anOrganization()).client.delete(path).expect(404);
  });

  it.each(['%20', 'with%20space', 'é', 'x'.repeat(65)])('is 404 for the malformed id "%s"', async (orgId) => {
    const { id, owner } = await gateway.aFederation();
    await owner.client.delete(`/federations/${id}/members/${orgId}`).expect(404);
  });
});
