import { newId } from '../core/ids.js';
import type { Viewer } from '../core/viewer.js';
import type { Reader, Transaction } from '../db/database.js';
import { AuditEntryEntity } from './audit-entry.entity.js';

export interface AuditedDeed {
  /** A dotted verb: `federation.create`. */
  readonly action: string;
  readonly resourceId: string;
  /** What changed, old and new. Never a secret. */
  readonly details?: Readonly<Record<string, unknown>>;
}

interface Actor {
  readonly requestId: string;
  readonly viewer: Viewer;
}

/** Appends to the audit trail, in the transaction of the deeds: all are kept or none. */
export async function recordAudit(
  tx: Transaction,
  actor: Actor,
  now: number,
  ...deeds: readonly AuditedDeed[]
): Promise<void> {
  if (deeds.length === 0) return;
  const rows = deeds.map((deed) => ({
    id: newId('aud', now),
    recordedAt: now,
    requestId: actor.requestId,
    keyId: actor.viewer.keyId,
    orgId: actor.viewer.orgId,
    action: deed.action,
    resourceId: deed.resourceId,
    details: JSON.stringify(deed.details ?? {}),
  }));
  await tx.manager.insert(AuditEntryEntity, rows);
}

/** How often something was done to a resource. */
export async function countAudited(
  db: Reader,
  { action, resourceId }: Pick<AuditedDeed, 'action' | 'resourceId'>,
): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    'SELECT COUNT(*) AS count FROM audit_entries a WHERE a.resource_id = ? AND a.action = ?',
    [resourceId, action],
  );
  return row?.count ?? 0;
}
