import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { SqlValue } from '../../src/db/database.js';
import { startTestApp, type TestApp, type TestFederation } from '../support/app.js';
import { Sandbox } from '../support/process.js';

let gateway: TestApp;
let sandbox: Sandbox;
let federation: TestFederation;
let roundIds: string[];

beforeAll(async () => {
  gateway = await startTestApp();
  sandbox = new Sandbox({ DATABASE_URL: gateway.database.url });
});
afterAll(async () => {
  sandbox.remove();
  await gateway.close();
});

beforeEach(async () => {
  // What an earlier test damaged is gone with its federation.
  for (const table of ['round_contributions', 'training_rounds', 'members', 'federations'])
    await damage(`DELETE FROM ${table}`);
  federation = await gateway.aFederation();
  const rounds = `/federations/${federation.id}/rounds`;
  const asked = { noise_multiplier: 1.1, sample_rate: 0.01, num_steps: 10 };
  roundIds = [];
  for (const body of [asked, { ...asked, status: 'reserved' }, {}, { ...asked, num_steps: 20 }]) {
    const recorded = await federation.owner.client.post(rounds, body).expect(201);
    roundIds.push(String(recorded.body.id));
  }
});

function damage(sql: string, parameters: readonly SqlValue[] = []): Promise<void> {
  return gateway.app.core.db.transaction(async (tx) => {
    await tx.query(sql, parameters);
  });
}

async function verified(): Promise<{ code: number | null; answer: any }> {
  const { code, stdout } = await sandbox.cli(['verify', '--json'], { LOG_LEVEL: 'error' });
  return { code, answer: JSON.parse(stdout) };
}

/** Of the first four bytes of the vector's entry: the sign and the exponent stay as they are. */
async function changeVector(column: string, roundId: string): Promise<void> {
  const [row] = await gateway.app.core.db.query<{ bytes: Buffer }>(
    `SELECT ${column} AS bytes FROM training_rounds WHERE id = ?`,
    [roundId],
  );
  const bytes = Buffer.from(row!.bytes);
  bytes.writeUInt8(bytes.readUInt8(85) ^ 1, 85);
  await damage(`UPDATE training_rounds SET ${column} = ? WHERE id = ?`, [bytes, roundId]);
}

it('finds nothing in ledgers that were only used, cancelled rounds and untracked ones included', async () => {
  const { owner, id } = federation;
  await owner.client.post(`/federations/${id}/rounds/${roundIds[1]}/cancel`).expect(200);
  const nothing = { ledgers: 1, summaries: 0, summaries_from_expired: 0, differences: [] };
  expect(await verified()).toEqual({ code: 0, answer: nothing });
});

describe('names what was damaged, and ends with 1', () => {
  const cases: readonly {
    name: string;
    act: () => Promise<void>;
    where: () => string | null;
    what: RegExp;
  }[] = [
    {
      name: 'the sum with a round',
      act: () => changeVector('cumulative_rdp', roundIds[1]!),
      where: () => roundIds[1]!,
      what: /^stores the sum with it as [\d.e-]+ at order 1\.3, and by its rounds it is [\d.e-]+$/,
    },
    {
      name: 'the sum before a round',
      act: () => changeVector('previous_rdp', roundIds[3]!),
      where: () => roundIds[3]!,
      what: /^stores the sum before it as /,
    },
    {
      name: 'a vector that is none',
      act: () =>
        damage('UPDATE training_rounds SET cumulative_rdp = ? WHERE id = ?', [
          Buffer.from('x'),
          roundIds[0]!,
        ]),
      where: () => roundIds[0]!,
      what: /no vector over the orders/,
    },
    {
      name: 'the parameters of a round',
      act: () => damage('UPDATE training_rounds SET num_steps = 19 WHERE id = ?', [roundIds[3]!]),
      where: () => roundIds[3]!,
      what: /^stores the sum with it as /,
    },
    {
      name: 'a missing round',
      act: () => damage('DELETE FROM training_rounds WHERE id = ?', [roundIds[0]!]),
      where: () => roundIds[1]!,
      what: /^has the number 2 where 1 is due$/,
    },
    {
      name: 'a count of the ledger',
      act: () => damage('UPDATE privacy_ledgers SET rounds_untracked = 0'),
      where: () => null,
      what: /^has rounds_untracked 0, and 1 by its rounds$/,
    },
    {
      name: 'a contribution to a round that is only reserved',
      act: () =>
        damage(
          `INSERT INTO round_contributions (round_id, org_id, federation_id, samples, contributed_at) VALUES (?, ?, ?, 1, 1)`,
          [roundIds[1]!, federation.owner.id, federation.id],
        ),
      where: () => roundIds[1]!,
      what: /^has contributions, and is not completed/,
    },
    {
      name: 'a lost ledger',
      act: () => damage('DELETE FROM privacy_ledgers'),
      where: () => null,
      what: /^is lost$/,
    },
    {
      name: 'a ledger over other orders',
      act: () => damage('UPDATE privacy_ledgers SET orders_version = 2'),
      where: () => null,
      what: /^is over version 2 of the orders$/,
    },
  ];

  it.each(cases)('$name', async ({ act, where, what }) => {
    await act();
    const { code, answer } = await verified();
    expect(code).toBe(1);
    expect(answer.differences).toContainEqual({
      federation_id: federation.id,
      round_id: where(),
      what: expect.stringMatching(what),
    });
  });
});

it('says it in lines to people', async () => {
  await damage('UPDATE privacy_ledgers SET rounds_untracked = 0');
  const { code, stdout } = await sandbox.cli(['verify'], { LOG_LEVEL: 'error' });
  expect(code).toBe(1);
  expect(stdout).toBe(
    `ledger of ${federation.id} has rounds_untracked 0, and 1 by its rounds\n1 ledgers and 0 summaries verified, 1 differences\n`,
  );
});
