import { loadConfig } from '../config.js';
import { hasPendingMigrations } from '../db/data-source.js';
import { DomainError } from '../core/errors.js';
import { closeCore, createCore, type Core } from '../use-cases.js';

/** Runs a command on the configured database. Its schema must be up to date (in development it is brought there). */
export async function withCore<Result>(command: (core: Core) => Promise<Result>): Promise<Result> {
  const core = await createCore({ ...loadConfig(), logLevel: 'warn' });
  try {
    await assertMigrated(core);
    return await command(core);
  } finally {
    await closeCore(core);
  }
}

async function assertMigrated(core: Core): Promise<void> {
  if (await hasPendingMigrations(core.db)) {
    throw new DomainError('CONFLICT', 'the database schema is not up to date; run `npm run migrate` first');
  }
}
