import type { SummaryDifference } from '../analytics/index.js';
import type { Core } from '../app.js';
import type { CommandAnswer } from './output.js';
import { withCore } from './with-core.js';

/** @returns what was found; `ok` is false where the record and what is kept beside it differ. */
export async function verify(): Promise<CommandAnswer & { readonly ok: boolean }> {
  return withCore(verifyCore);
}

async function verifyCore(core: Core): Promise<CommandAnswer & { readonly ok: boolean }> {
  const ledgers = await core.ledgerVerification.verifyAll();
  const summaries = await core.summaryVerification.verifyAll();
  const count = ledgers.differences.length + summaries.differences.length;
  return {
    ok: count === 0,
    json: {
      ledgers: ledgers.ledgers,
      summaries: summaries.summaries,
      summaries_from_expired: summaries.expired,
      differences: [
        ...ledgers.differences.map(({ federationId, roundId, what }) => ({
          federation_id: federationId,
          round_id: roundId,
          what,
        })),
        ...summaries.differences.map(summaryJson),
      ],
    },
    lines: [
      ...ledgers.differences.map(({ federationId, roundId, what }) =>
        roundId === null
          ? `ledger of ${federationId} ${what}`
          : `round ${roundId} of ${federationId} ${what}`,
      ),
      ...summaries.differences.map(summaryLine),
      ...(summaries.expired === 0
        ? []
        : [`${summaries.expired} summaries from expired observations were only compared with each other`]),
      `${ledgers.ledgers} ledgers and ${summaries.summaries} summaries verified, ${count} differences`,
    ],
  };
}

function summaryJson(difference: SummaryDifference) {
  return {
    federation_id: difference.federationId,
    org_id: difference.orgId,
    variable: difference.variable || null,
    other_variable: difference.otherVariable || null,
    device_group: difference.deviceGroup,
    device_platform: difference.devicePlatform || null,
    granularity: difference.granularity,
    bucket: difference.bucket,
    what: difference.what,
  };
}

/** Names and groups are what members call them, blanks included; so they are quoted. */
function summaryLine(difference: SummaryDifference): string {
  const { federationId, orgId, variable, otherVariable, deviceGroup, devicePlatform } = difference;
  const { granularity, bucket, what } = difference;
  const names = [variable, otherVariable].filter((name) => name !== '').join(' and ') || 'observations';
  const platform = devicePlatform === '' ? 'no platform' : `platform ${JSON.stringify(devicePlatform)}`;
  const time = granularity === bucket ? 'all time' : `${granularity} ${bucket}`;
  const group = `group ${JSON.stringify(deviceGroup)}`;
  return `summary of ${names} of ${orgId} in ${federationId}, ${group}, ${platform}, ${time} ${what}`;
}
