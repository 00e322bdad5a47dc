import { entities } from './src/app.js';
import { loadDatabaseConfig } from './src/config.js';
import { createDataSource } from './src/db/data-source.js';

/** For the TypeORM command line: the configured database, with the entities and migrations of the gateway. */
export default createDataSource(loadDatabaseConfig(), entities);
