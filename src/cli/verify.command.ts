import type { Core } from '../app.js';
import type { CommandAnswer } from './output.js';
import { withCore } from './with-core.js';

/** @returns what was found; `ok` is false where the record and what is kept beside it differ. */
export async function verify(): Promise<CommandAnswer & { readonly ok: boolean }> {
  return withCore(verifyCore);
}

async function verifyCore(core: Core): Promise<CommandAnswer & { readonly ok: boolean }> {
  const { ledgers, differences } = await core.ledgerVerification.verifyAll();
  return {
    ok: differences.length === 0,
    json: {
      ledgers,
      differences: differences.map(({ federationId, roundId, what }) => ({
        federation_id: federationId,
        round_id: roundId,
        what,
      })),
    },
    lines: [
      ...differences.map(({ federationId, roundId, what }) =>
        roundId === null
          ? `ledger of ${federationId} ${what}`
          : `round ${roundId} of ${federationId} ${what}`,
      ),
      `${ledgers} ledgers verified, ${differences.length} differences`,
    ],
  };
}
