import type { Viewer } from '../core/viewer.js';
import type { Db } from './database.js';

/** What every use case is told about its call. The request's context satisfies it structurally. */
export interface CallContext {
  readonly requestId: string;
  readonly viewer: Viewer;
  readonly db: Db;
  /** Largest page of a list: 100 over GraphQL, 1,000 over REST. */
  readonly maxPageSize: number;
}
