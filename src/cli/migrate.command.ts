import { loadDatabaseConfig } from '../config.js';
import { migrateDown, migrateUp } from '../db/data-source.js';
import { entities } from '../use-cases.js';
import type { CommandAnswer } from './output.js';

export async function migrate(direction: 'up' | 'down'): Promise<CommandAnswer> {
  const database = loadDatabaseConfig();
  const names =
    direction === 'up' ? await migrateUp(database, entities) : await migrateDown(database, entities);
  const verb = direction === 'up' ? 'applied' : 'undone';
  return {
    json: { [verb]: names },
    lines: names.length === 0 ? ['nothing to do'] : names.map((name) => `${verb} ${name}`),
  };
}
