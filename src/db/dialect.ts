/**
 * Which driver errors of SQLite and of MySQL/MariaDB mean what: nobody else reads their codes. What else differs between
 * the databases is in the other files of src/db.
 * Codes: https://www.sqlite.org/rescode.html, https://mariadb.com/kb/en/mariadb-error-codes/ and mysql2's own.
 */
const UNIQUE_VIOLATIONS: ReadonlySet<string> = new Set([
  'ER_DUP_ENTRY',
  'SQLITE_CONSTRAINT_UNIQUE',
  'SQLITE_CONSTRAINT_PRIMARYKEY',
]);

const CONTENTIONS: ReadonlySet<string> = new Set([
  'ER_LOCK_DEADLOCK',
  'ER_LOCK_WAIT_TIMEOUT',
  'ER_CHECKREAD',
  'SQLITE_BUSY',
  'SQLITE_BUSY_RECOVERY',
  'SQLITE_BUSY_SNAPSHOT',
  'SQLITE_LOCKED',
]);

/** MariaDB's own errors, for which mysql2 has no name. */
const UNNAMED: Readonly<Record<number, string>> = {
  1969: 'ER_STATEMENT_TIMEOUT',
  1927: 'ER_CONNECTION_KILLED',
};

const OUTAGES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_SEQUENCE_TIMEOUT',
  'ER_CON_COUNT_ERROR',
  'ER_SERVER_SHUTDOWN',
  'ER_UNKNOWN_COM_ERROR',
  'ER_QUERY_TIMEOUT',
  'ER_STATEMENT_TIMEOUT',
  'ER_CONNECTION_KILLED',
  'ER_TOO_MANY_USER_CONNECTIONS',
  'ER_CLIENT_INTERACTION_TIMEOUT',
  'SQLITE_CANTOPEN',
]);

export function isUniqueViolation(error: unknown): boolean {
  return UNIQUE_VIOLATIONS.has(codeOf(error));
}

/** Another transaction was in the way; running the whole transaction again may succeed. */
export function isContention(error: unknown): boolean {
  return CONTENTIONS.has(codeOf(error));
}

/** The database cannot be reached or does not answer. */
export function isOutage(error: unknown): boolean {
  return OUTAGES.has(codeOf(error));
}

export function isMissingTable(error: unknown): boolean {
  const code = codeOf(error);
  // SQLite has one code for all that is wrong with a statement.
  return code === 'ER_NO_SUCH_TABLE' || (code === 'SQLITE_ERROR' && String(error).includes('no such table'));
}

/** A lock that was not to be waited for (NOWAIT) is held by another transaction. */
export function isLockHeld(error: unknown): boolean {
  return ['ER_LOCK_NOWAIT', 'ER_LOCK_WAIT_TIMEOUT'].includes(codeOf(error));
}

/**
 * TypeORM wraps the driver's error as `driverError`; a lost connection comes as a plain error with a code. Read by form
 * and not by class: an error may come from another realm. mysql2 gives a connection that it has closed no code at all.
 */
function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  if ('driverError' in error && typeof error.driverError === 'object') return codeOf(error.driverError);
  if ('errno' in error && typeof error.errno === 'number' && UNNAMED[error.errno] !== undefined)
    return UNNAMED[error.errno] ?? '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return 'message' in error && String(error.message).includes('closed state')
    ? 'PROTOCOL_CONNECTION_LOST'
    : '';
}
