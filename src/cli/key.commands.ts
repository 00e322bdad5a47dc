import { formatTime } from '../core/time.js';
import type { CommandAnswer } from './output.js';
import { commandContext } from './operator.js';
import { withCore } from './with-core.js';

const PAGE_SIZE = 1_000;

export interface CreateKeyOptions {
  readonly org: string;
  readonly name: string;
  readonly scope?: readonly string[];
  readonly operator?: true;
  readonly federation?: string;
  readonly expiresInDays?: number;
}

export function createKey(options: CreateKeyOptions): Promise<CommandAnswer> {
  return withCore(async (core) => {
    const { apiKey, secret } = await core.apiKeys.create(
      commandContext(core),
      {
        orgId: options.org,
        name: options.name,
        scopes: options.scope ?? null,
        federationId: options.federation ?? null,
        expiresInDays: options.expiresInDays ?? null,
      },
      { isOperator: options.operator === true },
    );
    return {
      json: { id: apiKey.id, api_key: secret },
      lines: [`${apiKey.id} is made. Its secret is shown here and never again:`, secret],
    };
  });
}

export function listKeys(orgId: string): Promise<CommandAnswer> {
  return withCore(async (core) => {
    const rows: Record<string, unknown>[] = [];
    for (let offset = 0; ; offset += PAGE_SIZE) {
      const { page } = await core.apiKeys.list(commandContext(core), orgId, { first: PAGE_SIZE, offset });
      rows.push(
        ...page.rows.map((key) => ({
          id: key.id,
          name: key.name,
          prefix: key.prefix,
          scopes: key.scopes,
          is_operator: key.isOperator,
          is_active: core.apiKeys.isActive(key),
          created_at: formatTime(key.createdAt),
        })),
      );
      if (!page.hasNextPage) break;
    }
    return { json: rows, lines: rows.map((row) => Object.values(row).join('\t')) };
  });
}

export function revokeKey(id: string): Promise<CommandAnswer> {
  return withCore(async (core) => {
    const key = await core.apiKeys.revoke(commandContext(core), id);
    const json = { id: key.id, revoked_at: key.revokedAt === null ? null : formatTime(key.revokedAt) };
    return { json, lines: [`${key.id} is revoked`] };
  });
}
