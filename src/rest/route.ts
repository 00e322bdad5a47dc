export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** How the answer differs from what the document's aliases already name. Members are named as in the answer. */
export interface Shape {
  /** Objects whose members move up to their parent: `contribution`. */
  readonly flatten?: readonly string[];
  /** Lists of names that become an object, name → true: `scopes`. */
  readonly asFlags?: readonly string[];
  /** Lists of percentiles that become a map: `{"p25": …}`; absent where the list is null. */
  readonly asPercentiles?: readonly string[];
  /** Objects that stand for their only member: `group_a`. */
  readonly bare?: readonly string[];
  /** For the browser's SDK, which reads and may write `camelCase`. */
  readonly casing?: 'camel';
}

/** What a null on the way to the result means, from the outside in. */
export interface Absence {
  /** Dotted path in the result of the operation. */
  readonly path: string;
  readonly code: 'NOT_FOUND' | 'FORBIDDEN';
  readonly message: string;
}

export interface Paging {
  /** Dotted path of the connection in the result. */
  readonly connection: string;
  /** Page size where the caller gives no `limit`. */
  readonly defaultLimit: number;
  /** The largest page, where it is not that of other lists. */
  readonly maxLimit?: number;
  /** Wraps the rows as `{<envelope>, total, limit, offset}`; without it the answer is a bare array. */
  readonly envelope?: string;
}

/** Which of several operations at one address a request means: a member of its body says it. */
export interface When {
  readonly member: string;
  readonly is: string;
  /** The one that is meant where the member is absent. */
  readonly isDefault?: true;
}

export interface Example {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly response: unknown;
}

/**
 * A route is a stored operation, a path, a status and a shape. Its input is the operation's variables: members of the
 * path, of the query (GET, DELETE) or of the body, spelled in snake_case and checked by the variable's type.
 * It holds no rule of the domain.
 */
export interface Route {
  readonly method: Method;
  /** Below `/api/v1`, with members in braces: `/federations/{id}/join`. */
  readonly path: string;
  /** Where the address has several operations. */
  readonly when?: When;
  readonly summary: string;
  readonly tag: string;
  readonly document: string;
  /** A status, or two by whether the result says that something new was made. */
  readonly status: 200 | 201 | { readonly created: string };
  /** Dotted path of what is answered, in the result of the operation. */
  readonly result: string;
  readonly shape?: Shape;
  readonly absences?: readonly Absence[];
  readonly paging?: Paging;
  /** Members of a write that come in the query: what the body of every form of it lacks. */
  readonly inQuery?: readonly string[];
  /** Where the body may also be a stream of lines: what is to be said of it. */
  readonly lines?: string;
  /** In bytes, where the body may be larger than others. */
  readonly bodyLimit?: number;
  /** Members that are accepted in more forms than their type has. */
  readonly readers?: Readonly<Record<string, (raw: unknown) => unknown>>;
  /** Members that are null in a stored answer: a secret is never stored. */
  readonly secrets?: readonly string[];
  /** Where the answer is on record: a stored one is sent again only as long as its record shows it. */
  readonly onRecord?: OnRecord;
  readonly example: Example;
}

export interface OnRecord {
  /** Of the route that reads the record, which answers with its `result`. */
  readonly path: string;
  /** The member of the answer that is the record's id, and its name in that path. */
  readonly id: string;
  readonly pathName: string;
}

export const BASE_PATH = '/api/v1';

/** Page sizes over REST; GraphQL's are smaller. */
export const MAX_LIMIT = 1_000;

/** Reads a dotted path; undefined where it ends early. */
export function at(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((current, name) => (isRecord(current) ? current[name] : undefined), value);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
