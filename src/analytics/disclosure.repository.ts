import type { Reader, Transaction } from '../db/database.js';
import { DisclosurePolicyEntity } from './disclosure-policy.entity.js';
import type { Disclosure } from './disclosure.policy.js';

export interface DisclosureRow extends Disclosure {
  readonly federationId: string;
}

export const disclosureRepository = {
  async findMany(db: Reader, federationIds: readonly string[]): Promise<DisclosureRow[]> {
    const rows = await db.query<
      Omit<DisclosureRow, 'allowExtremes'> & { readonly allowExtremes: number | boolean }
    >(
      `SELECT d.federation_id AS federationId, d.min_group_size AS minGroupSize, d.allow_extremes AS allowExtremes
        FROM disclosure_policies d WHERE d.federation_id IN (${federationIds.map(() => '?').join(', ')})`,
      federationIds,
    );
    return rows.map((row) => ({ ...row, allowExtremes: Boolean(row.allowExtremes) }));
  },

  async put(tx: Transaction, row: DisclosureRow & { readonly updatedAt: number }): Promise<void> {
    const { federationId, ...policy } = row;
    const { affected } = await tx.manager.update(DisclosurePolicyEntity, { federationId }, policy);
    if (affected === 0) await tx.manager.insert(DisclosurePolicyEntity, { ...row });
  },
} as const;
