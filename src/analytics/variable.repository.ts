import type { Reader, Transaction } from '../db/database.js';
import { VariableEntity, type VariableKind } from './variable.entity.js';

export interface VariableRow {
  readonly federationId: string;
  readonly name: string;
  readonly kind: VariableKind;
  readonly createdAt: number;
}

export const variableRepository = {
  /** All of a federation, by name; there are at most a thousand. */
  list(db: Reader, federationId: string): Promise<VariableRow[]> {
    return db.query<VariableRow>(
      `SELECT v.federation_id AS federationId, v.name AS name, v.kind AS kind, v.created_at AS createdAt
        FROM variables v WHERE v.federation_id = ? ORDER BY v.name`,
      [federationId],
    );
  },

  /** Those of the names that the federation knows. */
  findMany(db: Reader, federationId: string, names: readonly string[]): Promise<VariableRow[]> {
    return db.query<VariableRow>(
      `SELECT v.federation_id AS federationId, v.name AS name, v.kind AS kind, v.created_at AS createdAt
        FROM variables v WHERE v.federation_id = ? AND v.name IN (${names.map(() => '?').join(', ')})`,
      [federationId, ...names],
    );
  },

  async insert(tx: Transaction, rows: readonly VariableRow[]): Promise<void> {
    if (rows.length > 0)
      await tx.manager.insert(
        VariableEntity,
        rows.map((row) => ({ ...row })),
      );
  },
} as const;
