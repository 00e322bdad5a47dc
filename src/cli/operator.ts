import { randomUUID } from 'node:crypto';
import type { Core } from '../app.js';
import { ALL_SCOPES } from '../auth/index.js';
import type { Viewer } from '../core/viewer.js';
import type { CallContext } from '../db/call-context.js';

/** Whoever can run commands on the gateway's host with its configuration is an operator; the audit trail says so. */
const COMMAND_LINE: Viewer = {
  keyId: 'key_commandline0',
  keyPrefix: 'command line',
  orgId: null,
  isOperator: true,
  scopes: ALL_SCOPES,
  federationId: null,
  rateLimitRpm: null,
  expiresAt: null,
};

const MAX_PAGE_SIZE = 1_000;

/** The context of a command, for the same use cases that the APIs call. */
export function commandContext(core: Core): CallContext {
  const requestId = `cli_${randomUUID().replaceAll('-', '')}`;
  return { requestId, viewer: COMMAND_LINE, db: core.db, maxPageSize: MAX_PAGE_SIZE };
}
