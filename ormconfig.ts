import { DataSource } from 'typeorm';
import { entities } from './src/app.js';
import { loadConfig } from './src/config.js';
import { dataSourceOptions } from './src/db/data-source.js';

/** For the TypeORM command line: the configured database, with the entities and migrations of the gateway. */
export default new DataSource(dataSourceOptions(loadConfig().database, entities));
