import { CreateFederations1763942400000 } from './1763942400000-create-federations.js';

/** In the order of their timestamps. A merged migration is never changed. */
export const migrations = [CreateFederations1763942400000];
