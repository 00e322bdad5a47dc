import type { Reader } from '../db/database.js';
import { keyOfMember, type MemberKey } from '../federations/index.js';
import { startOfDay } from './buckets.js';
import { Fold } from './fold.js';
import { observationRepository } from './observation.repository.js';
import { parseStored } from './stored-observation.js';
import { summaryRepository } from './summary.repository.js';

/** A fold keeps every value until it is asked for its cells, so it is asked before they are many. */
const ROWS_PER_FOLD = 50_000;

/** Observations that were stored one after the other, summarized. */
export interface RecordPart {
  readonly fold: Fold;
  readonly rows: number;
  /** The id of the last of them. */
  readonly lastId: number;
}

export interface RecordRange {
  /** Days before have expired: their rows, where they are still there, are passed over. */
  readonly firstDay: number;
  /** An id; this row and those before are left out. */
  readonly after?: number;
  /** A part ends when it has so many rows, or touches so many summaries of days. */
  readonly rows?: number;
  readonly days?: number;
}

/**
 * A member's record until now, summarized in parts: together they are all of it. Also without the member's lock they leave
 * nothing out that is before their last row: whoever stores something holds that lock from its first id to its commit.
 */
export async function* foldsOf(
  db: Reader,
  member: MemberKey,
  { firstDay, after = 0, rows: maxRows = ROWS_PER_FOLD, days: maxDays = Infinity }: RecordRange,
): AsyncGenerator<RecordPart> {
  const since = startOfDay(firstDay);
  let [fold, rows, lastId] = [new Fold(member.federationId, member.orgId), 0, after];
  for await (const page of observationRepository.pagesOf(db, member, after)) {
    for (const row of page) {
      if (row.recordedAt >= since) fold.add(parseStored(row));
      lastId = row.id;
      rows += 1;
      if (rows < maxRows && fold.days < maxDays) continue;
      yield { fold, rows, lastId };
      [fold, rows] = [new Fold(member.federationId, member.orgId), 0];
    }
  }
  if (rows > 0) yield { fold, rows, lastId };
}

/** Whoever has observations, or summaries of some, by federation. */
export async function listMembers(db: Reader): Promise<MemberKey[]> {
  const all = [
    ...(await observationRepository.listMembers(db)),
    ...(await summaryRepository.listMembers(db)),
  ];
  const byKey = new Map(all.map((member) => [keyOfMember(member), member]));
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, member]) => member);
}
