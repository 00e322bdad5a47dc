import Database from 'better-sqlite3';
import mysql from 'mysql2/promise';

/** A bare connection of the peers: prepared statements on SQLite, a pool on MySQL. */
export function openSql(url) {
  return url.startsWith('sqlite:') ? openSqlite(url.slice('sqlite:'.length)) : openMysql(url);
}

function openSqlite(file) {
  const database = new Database(file);
  database.pragma('journal_mode = WAL');
  const statements = new Map();
  return {
    query: async (sql, parameters = []) => {
      let statement = statements.get(sql);
      if (statement === undefined) statements.set(sql, (statement = database.prepare(sql)));
      return statement.reader ? statement.all(...parameters) : statement.run(...parameters);
    },
    close: async () => database.close(),
  };
}

function openMysql(uri) {
  const pool = mysql.createPool({ uri, connectionLimit: 20 });
  return {
    query: async (sql, parameters = []) => (await pool.query(sql, parameters))[0],
    close: () => pool.end(),
  };
}

const marks = (values) => values.map(() => '?').join(', ');

/** The statements that each peer needs, one for a level of the query. */
export const statements = {
  federations: (sql, ids) =>
    sql.query(`SELECT id, name, org_id AS orgId FROM federations WHERE id IN (${marks(ids)})`, ids),
  listFederations: (sql, owner, first) =>
    sql.query(
      `SELECT f.id, f.name, f.org_id AS orgId FROM federations f JOIN members m ON m.federation_id = f.id AND m.org_id = ?
        WHERE m.status = 'active' ORDER BY f.created_at, f.id LIMIT ?`,
      [owner, first],
    ),
  members: (sql, federationId, first) =>
    sql.query(
      `SELECT id, federation_id AS federationId, org_id AS orgId, role, status, invited_at AS invitedAt, joined_at AS joinedAt,
        expires_at AS expiresAt, created_at AS createdAt, updated_at AS updatedAt
        FROM members WHERE federation_id = ? AND status IN ('active', 'invited') ORDER BY status, created_at, id LIMIT ?`,
      [federationId, first],
    ),
  organizations: (sql, ids) =>
    sql.query(`SELECT id, name FROM organizations WHERE id IN (${marks(ids)})`, ids),
  memberCounts: (sql, ids) =>
    sql.query(
      `SELECT federation_id AS federationId, COUNT(*) AS count FROM members WHERE status = 'active' AND federation_id IN (${marks(ids)}) GROUP BY federation_id`,
      ids,
    ),
  countMembers: (sql, federationId) =>
    sql.query(
      `SELECT COUNT(*) AS count FROM members WHERE federation_id = ? AND status IN ('active', 'invited')`,
      [federationId],
    ),
};
