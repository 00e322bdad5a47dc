import type { Reader, Transaction } from '../db/database.js';
import { RoundContributionEntity } from './round-contribution.entity.js';

export interface ContributionRow {
  readonly roundId: string;
  readonly orgId: string;
  readonly federationId: string;
  readonly samples: number;
  readonly accuracy: number | null;
  readonly loss: number | null;
  readonly contributedAt: number;
}

/** What a member gave to all rounds together. */
export interface ContributionSummary {
  readonly federationId: string;
  readonly orgId: string;
  readonly roundsContributed: number;
  readonly totalSamples: number;
  readonly avgAccuracy: number | null;
  readonly avgLoss: number | null;
  readonly lastContributionAt: number | null;
}

const marks = (values: readonly unknown[]) => values.map(() => '?').join(', ');

export const contributionRepository = {
  /** By rounds, each in the order of its organizations' ids. */
  listByRound(db: Reader, roundIds: readonly string[]): Promise<ContributionRow[]> {
    return db.query<ContributionRow>(
      `SELECT c.round_id AS roundId, c.org_id AS orgId, c.federation_id AS federationId, c.samples AS samples,
        c.accuracy AS accuracy, c.loss AS loss, c.contributed_at AS contributedAt
        FROM round_contributions c WHERE c.round_id IN (${marks(roundIds)}) ORDER BY c.round_id, c.org_id`,
      roundIds,
    );
  },

  /** One row for each member that contributed; samples are summed as doubles, which no sum of them overflows. */
  summarize(
    db: Reader,
    federationIds: readonly string[],
    orgIds: readonly string[],
  ): Promise<ContributionSummary[]> {
    return db.query<ContributionSummary>(
      `SELECT c.federation_id AS federationId, c.org_id AS orgId, COUNT(*) AS roundsContributed,
        SUM(c.samples * 1.0E0) AS totalSamples, AVG(c.accuracy) AS avgAccuracy, AVG(c.loss) AS avgLoss,
        MAX(c.contributed_at) AS lastContributionAt
        FROM round_contributions c WHERE c.federation_id IN (${marks(federationIds)}) AND c.org_id IN (${marks(orgIds)})
        GROUP BY c.federation_id, c.org_id`,
      [...federationIds, ...orgIds],
    );
  },

  /** Ids of rounds with contributions of this federation that are not completed, or another's: there should be none. */
  async listMisplaced(db: Reader, federationId: string): Promise<string[]> {
    const rows = await db.query<{ roundId: string }>(
      `SELECT DISTINCT c.round_id AS roundId FROM round_contributions c JOIN training_rounds r ON r.id = c.round_id
        WHERE c.federation_id = ? AND (r.status <> 'completed' OR r.federation_id <> c.federation_id) ORDER BY c.round_id`,
      [federationId],
    );
    return rows.map(({ roundId }) => roundId);
  },

  async insert(tx: Transaction, rows: readonly ContributionRow[]): Promise<void> {
    if (rows.length > 0)
      await tx.manager.insert(
        RoundContributionEntity,
        rows.map((row) => ({ ...row })),
      );
  },
} as const;
