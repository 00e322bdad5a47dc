import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createCore, printContracts } from '../app.js';
import { loadConfig } from '../config.js';

/** Writes the contracts of both APIs to `schema/` of the working directory. They depend on no configuration. */
async function main(): Promise<void> {
  const config = loadConfig({
    DATABASE_URL: 'sqlite::memory:',
    MIGRATE_ON_START: 'false',
    API_KEY_PEPPER: 'no key is made here',
  });
  const core = await createCore(config);
  try {
    const contracts = printContracts(core);
    mkdirSync('schema', { recursive: true });
    writeFileSync(path.join('schema', 'schema.graphql'), contracts.graphql);
    writeFileSync(path.join('schema', 'openapi.json'), contracts.openApi);
  } finally {
    await core.db.close();
  }
}

void main();
