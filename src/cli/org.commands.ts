import { formatTime } from '../core/time.js';
import type { CommandAnswer } from './output.js';
import { commandContext } from './operator.js';
import { withCore } from './with-core.js';

const PAGE_SIZE = 1_000;

export function createOrganization(id: string, name: string): Promise<CommandAnswer> {
  return withCore(async (core) => {
    const { organization, created } = await core.organizations.create(commandContext(core), { id, name });
    const json = {
      id: organization.id,
      name: organization.name,
      created_at: formatTime(organization.createdAt),
    };
    return { json, lines: [`${organization.id} ${created ? 'is registered' : 'was registered already'}`] };
  });
}

export function listOrganizations(): Promise<CommandAnswer> {
  return withCore(async (core) => {
    const rows: { id: string; name: string | null; created_at: string }[] = [];
    for (let offset = 0; ; offset += PAGE_SIZE) {
      const { page } = await core.organizations.list(commandContext(core), { first: PAGE_SIZE, offset });
      rows.push(
        ...page.rows.map((row) => ({ id: row.id, name: row.name, created_at: formatTime(row.createdAt) })),
      );
      if (!page.hasNextPage) break;
    }
    return {
      json: rows,
      lines: rows.map((row) => [row.id, row.name ?? '(invited, not named yet)', row.created_at].join('\t')),
    };
  });
}
