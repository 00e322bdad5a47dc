import { entities } from './src/app.js';
import { loadConfig } from './src/config.js';
import { createDataSource } from './src/db/data-source.js';

/** For the TypeORM command line: the configured database, with the entities and migrations of the gateway. */
export default createDataSource(loadConfig().database, entities);
