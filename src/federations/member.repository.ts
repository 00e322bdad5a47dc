import type { PageRequest } from '../core/page.js';
import type { Reader, SqlValue, Transaction } from '../db/database.js';
import { unionAll } from '../db/union.js';
import { MemberEntity } from './member.entity.js';
import { shownStatus, type MemberRole, type MemberStatus, type StoredStatus } from './membership.js';

export interface MemberRow {
  readonly id: string;
  readonly federationId: string;
  readonly orgId: string;
  readonly role: MemberRole;
  readonly status: MemberStatus;
  readonly invitedAt: number | null;
  readonly joinedAt: number | null;
  readonly expiresAt: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A row of a roster, which is rarely read without the organization's name. */
export interface RosterRow extends MemberRow {
  readonly orgName: string | null;
  readonly orgCreatedAt: number;
}

export interface StoredMember extends Omit<MemberRow, 'status'> {
  readonly status: StoredStatus;
}

const COLUMNS = `m.id AS id, m.federation_id AS federationId, m.org_id AS orgId, m.role AS role, m.status AS status,
  m.invited_at AS invitedAt, m.joined_at AS joinedAt, m.expires_at AS expiresAt, m.created_at AS createdAt, m.updated_at AS updatedAt`;

export function shown(member: StoredMember, now: number): MemberRow {
  return { ...member, status: shownStatus(member, now) };
}

/**
 * The sort key of a roster: stored status, creation, id. The statuses' alphabet puts active before invited, which is
 * the order that the contract asks for and that the index has.
 */
export const ROSTER_KEY_SHAPE = ['string', 'number', 'string'] as const;

export function rosterKey(member: MemberRow): readonly [string, number, string] {
  return [member.status === 'expired' ? 'invited' : member.status, member.createdAt, member.id];
}

interface Sql {
  readonly text: string;
  readonly parameters: readonly SqlValue[];
}

function whereStatus(statuses: readonly MemberStatus[], now: number): Sql {
  const stored = [...new Set(statuses.map((status) => (status === 'expired' ? 'invited' : status)))];
  const inList = `m.status IN (${stored.map(() => '?').join(', ')})`;
  const [live, expired] = [statuses.includes('invited'), statuses.includes('expired')];
  if (live === expired) return { text: inList, parameters: stored };
  return {
    text: `${inList} AND (m.status <> 'invited' OR m.expires_at ${live ? '>' : '<='} ?)`,
    parameters: [...stored, now],
  };
}

export interface RosterQuery {
  readonly statuses: readonly MemberStatus[];
  readonly page: PageRequest;
}

export const memberRepository = {
  async findMany(db: Reader, ids: readonly string[], now: number): Promise<MemberRow[]> {
    const rows = await db.query<StoredMember>(
      `SELECT ${COLUMNS} FROM members m WHERE m.id IN (${ids.map(() => '?').join(', ')})`,
      ids,
    );
    return rows.map((row) => shown(row, now));
  },

  async findByOrganization(
    db: Reader,
    federationIds: readonly string[],
    orgIds: readonly string[],
    now: number,
  ): Promise<MemberRow[]> {
    const rows = await db.query<StoredMember>(
      `SELECT ${COLUMNS} FROM members m WHERE m.federation_id IN (${federationIds.map(() => '?').join(', ')})
        AND m.org_id IN (${orgIds.map(() => '?').join(', ')})`,
      [...federationIds, ...orgIds],
    );
    return rows.map((row) => shown(row, now));
  },

  /** The same page of several rosters in one statement, each with its own limit: rows come roster by roster, in order. */
  async listRosters(
    db: Reader,
    federationIds: readonly string[],
    query: RosterQuery,
    now: number,
  ): Promise<RosterRow[]> {
    const { statuses, page } = query;
    const status = whereStatus(statuses, now);
    const after = page.after === null ? '' : 'AND (m.status, m.created_at, m.id) > (?, ?, ?)';
    const one = `SELECT ${COLUMNS}, o.name AS orgName, o.created_at AS orgCreatedAt
      FROM members m JOIN organizations o ON o.id = m.org_id WHERE m.federation_id = ? AND ${status.text} ${after}
      ORDER BY m.status, m.created_at, m.id LIMIT ? OFFSET ?`;
    const parameters = federationIds.flatMap((id) => [
      id,
      ...status.parameters,
      ...(page.after ?? []),
      page.first + 1,
      page.offset,
    ]);
    const rows = await db.query<StoredMember & Pick<RosterRow, 'orgName' | 'orgCreatedAt'>>(
      unionAll(one, federationIds.length),
      parameters,
    );
    return rows.map((row) => ({ ...row, status: shownStatus(row, now) }));
  },

  countRosters(
    db: Reader,
    federationIds: readonly string[],
    statuses: readonly MemberStatus[],
    now: number,
  ): Promise<{ federationId: string; count: number }[]> {
    const status = whereStatus(statuses, now);
    return db.query(
      `SELECT m.federation_id AS federationId, COUNT(*) AS count FROM members m
        WHERE m.federation_id IN (${federationIds.map(() => '?').join(', ')}) AND ${status.text} GROUP BY m.federation_id`,
      [...federationIds, ...status.parameters],
    );
  },

  async listInvitations(
    db: Reader,
    orgId: string,
    federationId: string | null,
    now: number,
  ): Promise<MemberRow[]> {
    const bound = federationId === null ? '' : 'AND m.federation_id = ?';
    const rows = await db.query<StoredMember>(
      `SELECT ${COLUMNS} FROM members m WHERE m.org_id = ? AND m.status = 'invited' AND m.expires_at > ? ${bound}
        ORDER BY m.invited_at, m.id LIMIT 100`,
      [orgId, now, ...(federationId === null ? [] : [federationId])],
    );
    return rows.map((row) => shown(row, now));
  },

  async lock(tx: Transaction, federationId: string, orgId: string): Promise<StoredMember | null> {
    const [row] = await memberRepository.lockMany(tx, federationId, [orgId]);
    return row ?? null;
  },

  lockMany(tx: Transaction, federationId: string, orgIds: readonly string[]): Promise<StoredMember[]> {
    return tx.query<StoredMember>(
      `SELECT ${COLUMNS} FROM members m WHERE m.federation_id = ? AND m.org_id IN (${orgIds.map(() => '?').join(', ')})
        ORDER BY m.org_id ${tx.forUpdate}`,
      [federationId, ...orgIds],
    );
  },

  async countPending(tx: Transaction, federationId: string, now: number): Promise<number> {
    const [row] = await memberRepository.countRosters(tx, [federationId], ['invited'], now);
    return row?.count ?? 0;
  },

  async insert(tx: Transaction, rows: readonly StoredMember[]): Promise<void> {
    if (rows.length > 0)
      await tx.manager.insert(
        MemberEntity,
        rows.map((row) => ({ ...row })),
      );
  },

  async update(tx: Transaction, row: StoredMember): Promise<void> {
    const { id, role, status, invitedAt, joinedAt, expiresAt, updatedAt } = row;
    await tx.manager.update(
      MemberEntity,
      { id },
      { role, status, invitedAt, joinedAt, expiresAt, updatedAt },
    );
  },
} as const;
