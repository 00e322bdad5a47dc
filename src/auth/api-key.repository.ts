import type { Reader, Transaction } from '../db/database.js';
import type { PageRequest } from '../core/page.js';
import type { Scope } from '../core/viewer.js';
import { ApiKeyEntity } from './api-key.entity.js';
import { formatScopes, readScopes } from './scopes.js';

export interface ApiKeyRow {
  readonly id: string;
  readonly orgId: string;
  readonly name: string;
  readonly prefix: string;
  readonly scopes: readonly Scope[];
  readonly isOperator: boolean;
  readonly federationId: string | null;
  readonly rateLimitRpm: number | null;
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
}

type StoredRow = Omit<ApiKeyRow, 'scopes' | 'isOperator'> & {
  readonly scopes: string;
  readonly isOperator: number;
};

const COLUMNS = `k.id AS id, k.org_id AS orgId, k.name AS name, k.prefix AS prefix, k.scopes AS scopes,
  k.is_operator AS isOperator, k.federation_id AS federationId, k.rate_limit_rpm AS rateLimitRpm,
  k.created_at AS createdAt, k.last_used_at AS lastUsedAt, k.expires_at AS expiresAt, k.revoked_at AS revokedAt`;

function fromStored(row: StoredRow): ApiKeyRow {
  return { ...row, scopes: readScopes(row.scopes), isOperator: Boolean(row.isOperator) };
}

export interface ApiKeyFilter {
  readonly orgId: string;
  /** Only keys bound to this federation; null means all. */
  readonly federationId: string | null;
  readonly withOperatorKeys: boolean;
}

function whereOf({ orgId, federationId, withOperatorKeys }: ApiKeyFilter): {
  sql: string;
  parameters: string[];
} {
  const kind = withOperatorKeys ? '' : 'AND k.is_operator = 0';
  if (federationId === null) return { sql: `k.org_id = ? ${kind}`, parameters: [orgId] };
  return { sql: `k.org_id = ? AND k.federation_id = ? ${kind}`, parameters: [orgId, federationId] };
}

export const apiKeyRepository = {
  async findByHash(db: Reader, secretHash: string): Promise<ApiKeyRow | null> {
    const [row] = await db.query<StoredRow>(`SELECT ${COLUMNS} FROM api_keys k WHERE k.secret_hash = ?`, [
      secretHash,
    ]);
    return row === undefined ? null : fromStored(row);
  },

  async find(db: Reader, id: string): Promise<ApiKeyRow | null> {
    const [row] = await db.query<StoredRow>(`SELECT ${COLUMNS} FROM api_keys k WHERE k.id = ?`, [id]);
    return row === undefined ? null : fromStored(row);
  },

  async lock(tx: Transaction, id: string): Promise<ApiKeyRow | null> {
    const [row] = await tx.query<StoredRow>(
      `SELECT ${COLUMNS} FROM api_keys k WHERE k.id = ? ${tx.forUpdate}`,
      [id],
    );
    return row === undefined ? null : fromStored(row);
  },

  /** Ordered by creation. */
  async list(db: Reader, filter: ApiKeyFilter, page: PageRequest): Promise<ApiKeyRow[]> {
    const where = whereOf(filter);
    const after = page.after === null ? '' : 'AND (k.created_at, k.id) > (?, ?)';
    const rows = await db.query<StoredRow>(
      `SELECT ${COLUMNS} FROM api_keys k WHERE ${where.sql} ${after} ORDER BY k.created_at, k.id LIMIT ? OFFSET ?`,
      [...where.parameters, ...(page.after ?? []), page.first + 1, page.offset],
    );
    return rows.map(fromStored);
  },

  async count(db: Reader, filter: ApiKeyFilter): Promise<number> {
    const where = whereOf(filter);
    const [row] = await db.query<{ count: number }>(
      `SELECT COUNT(*) AS count FROM api_keys k WHERE ${where.sql}`,
      where.parameters,
    );
    return row?.count ?? 0;
  },

  async insert(tx: Transaction, row: ApiKeyRow, secretHash: string): Promise<void> {
    await tx.manager.insert(ApiKeyEntity, { ...row, scopes: formatScopes(row.scopes), secretHash });
  },

  async revoke(tx: Transaction, id: string, now: number): Promise<void> {
    await tx.manager.update(ApiKeyEntity, { id }, { revokedAt: now });
  },

  /** Keeps the latest of several processes' reports. */
  async touch(tx: Transaction, id: string, usedAt: number): Promise<void> {
    await tx.query(
      'UPDATE api_keys SET last_used_at = ? WHERE id = ? AND (last_used_at IS NULL OR last_used_at < ?)',
      [usedAt, id, usedAt],
    );
  },
} as const;
