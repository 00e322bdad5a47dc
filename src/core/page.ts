import { invalidInput } from './errors.js';

/** The values of a row's sort key, in the order of ORDER BY. */
export type SortKey = readonly (string | number)[];

/** Types of a sort key's values. A pattern tells the ids of one list from those of another. */
export type SortKeyShape = readonly ('string' | 'number' | RegExp)[];

export interface PageRequest {
  readonly first: number;
  readonly after: SortKey | null;
  readonly offset: number;
}

export interface PageArguments {
  /** Null and absent mean the default of the list. */
  readonly first?: number | null;
  readonly after?: string | null;
  readonly offset?: number | null;
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly hasNextPage: boolean;
}

const DEFAULT_PAGE_SIZE = 25;

/** What GraphQL's Int holds. */
const MAX_OFFSET = 2 ** 31 - 1;

/**
 * Checks page arguments.
 * @param maxPageSize 100 over GraphQL, 1,000 over REST.
 * @param keyShape types of the list's sort key; a cursor of another list does not fit and is refused.
 */
export function parsePage(args: PageArguments, maxPageSize: number, keyShape: SortKeyShape): PageRequest {
  const first = args.first ?? DEFAULT_PAGE_SIZE;
  if (first < 1 || first > maxPageSize) throw invalidInput('first', `must be 1 to ${maxPageSize}`);
  const offset = args.offset ?? 0;
  if (offset < 0 || offset > MAX_OFFSET) throw invalidInput('offset', `must be 0 to ${MAX_OFFSET}`);
  return { first, after: parseCursor(args.after, keyShape), offset };
}

/** A cursor is the sort key of its row: stable while other rows come and go. Opaque: clients must not read it. */
export function encodeCursor(key: SortKey): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

function parseCursor(cursor: string | null | undefined, keyShape: SortKeyShape): SortKey | null {
  if (cursor === null || cursor === undefined) return null;
  const key = decodeJson(cursor);
  if (!Array.isArray(key) || key.length !== keyShape.length) throw invalidCursor();
  const values: readonly unknown[] = key;
  return values.map((value, i) => {
    const part = keyShape[i];
    // JSON can say 1e400, which is Infinity.
    if (typeof value === 'number' && part === 'number' && Number.isFinite(value)) return value;
    if (typeof value === 'string' && (part === 'string' || (typeof part === 'object' && part.test(value))))
      return value;
    throw invalidCursor();
  });
}

function decodeJson(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw invalidCursor();
  }
}

function invalidCursor(): Error {
  return invalidInput('after', 'must be a cursor that this list returned');
}

/** Cuts the one row more that was read to learn whether another page follows. */
export function toPage<Row>(rows: readonly Row[], first: number): Page<Row> {
  return { rows: rows.slice(0, first), hasNextPage: rows.length > first };
}
