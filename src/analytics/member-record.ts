import type { Reader } from '../db/database.js';
import { keyOfMember, type MemberKey } from '../federations/index.js';
import { startOfDay } from './buckets.js';
import { Fold } from './fold.js';
import { observationRepository } from './observation.repository.js';
import { parseStored } from './stored-observation.js';
import { summaryRepository } from './summary.repository.js';

/** A fold keeps every value until it is asked for its cells, so it is asked before they are many. */
const ROWS_PER_FOLD = 50_000;

/** A member's record from a day on, summarized in parts: together they are all of it. */
export async function* foldsOf(db: Reader, member: MemberKey, firstDay: number): AsyncGenerator<Fold> {
  const { federationId, orgId } = member;
  let fold = new Fold(federationId, orgId);
  let rows = 0;
  for await (const page of observationRepository.pagesOf(db, member, startOfDay(firstDay))) {
    for (const row of page) fold.add(parseStored(row));
    rows += page.length;
    if (rows < ROWS_PER_FOLD) continue;
    yield fold;
    fold = new Fold(federationId, orgId);
    rows = 0;
  }
  if (rows > 0) yield fold;
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
