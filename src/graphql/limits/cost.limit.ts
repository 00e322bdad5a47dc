import {
  getNamedType,
  getNullableType,
  GraphQLError,
  isCompositeType,
  isListType,
  type DocumentNode,
  type GraphQLSchema,
} from 'graphql';
import { getComplexity, type ComplexityEstimator } from 'graphql-query-complexity';
import { LRUCache } from 'lru-cache';
import { DomainError } from '../../core/errors.js';

const DEFAULT_PAGE_SIZE = 25;
/** What a list without a page size may hold: a viewer's invitations, the members of an invitation. */
const PLAIN_LIST_SIZE = 100;
const CACHED_CHARACTERS = 4_000_000;
const MAX_CACHED_KEY = 20_000;

/** One point for each object that may be made; leaves are free; a page multiplies what it holds by its size. */
const objectsMade: ComplexityEstimator = ({ type: parent, field, args, childComplexity }) => {
  const type = getNamedType(field.type);
  if (!isCompositeType(type)) return 0;
  if (type.name.endsWith('Connection')) return 1 + childComplexity * pageSize(args);
  const isPlainList = isListType(getNullableType(field.type)) && !/^__|Connection$/.test(parent.name);
  return (
    (costOf(field.extensions) + childComplexity) *
    (isPlainList ? listSize(field.extensions) : 1) *
    hundredsInvited(args)
  );
};

/** A field whose object takes more than a look into the database may say what it costs. */
function costOf({ cost }: Readonly<Record<string, unknown>>): number {
  return typeof cost === 'number' ? cost : 1;
}

/** A field may say how long its list usually is. */
function listSize({ listSize: size }: Readonly<Record<string, unknown>>): number {
  return typeof size === 'number' ? size : PLAIN_LIST_SIZE;
}

/** An invitation answers with as many members as it names organizations. */
function hundredsInvited({ input }: Readonly<Record<string, unknown>>): number {
  if (typeof input !== 'object' || input === null || !('orgIds' in input) || !Array.isArray(input.orgIds))
    return 1;
  return Math.max(1, Math.ceil(input.orgIds.length / PLAIN_LIST_SIZE));
}

function pageSize(args: Readonly<Record<string, unknown>>): number {
  const { first } = args;
  return typeof first === 'number' && first > 0 ? first : DEFAULT_PAGE_SIZE;
}

/** The cost of an operation, known from its text and variables before anything of it is executed. */
export class CostLimit {
  private readonly known = new LRUCache<string, number>({
    maxSize: CACHED_CHARACTERS,
    sizeCalculation: (_cost, key) => key.length + 8,
  });

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly limit: number,
  ) {}

  /** @throws QUERY_TOO_COMPLEX when one operation costs more than the limit. */
  costOf(operation: {
    readonly document: DocumentNode;
    readonly source: string;
    readonly operationName: string | undefined;
    readonly variables: Record<string, unknown>;
  }): number {
    const key = `${operation.operationName ?? ''} ${JSON.stringify(operation.variables)} ${operation.source}`;
    const cost = this.known.get(key) ?? this.compute(operation);
    if (key.length <= MAX_CACHED_KEY) this.known.set(key, cost);
    if (cost > this.limit) {
      throw new DomainError(
        'QUERY_TOO_COMPLEX',
        `the operation costs ${cost} points; at most ${this.limit} are allowed: ask for smaller pages`,
        {
          facts: { cost, limit: this.limit },
        },
      );
    }
    return cost;
  }

  private compute({
    document,
    operationName,
    variables,
  }: {
    document: DocumentNode;
    operationName: string | undefined;
    variables: Record<string, unknown>;
  }): number {
    try {
      const cost = getComplexity({
        schema: this.schema,
        query: document,
        variables,
        estimators: [objectsMade],
        ...(operationName === undefined ? {} : { operationName }),
      });
      return Math.max(1, cost);
    } catch (error) {
      // Errors of variables have a place in the document; the library's own bound on nodes has none.
      if (!(error instanceof GraphQLError) || error.nodes !== undefined) throw error;
      throw new DomainError('QUERY_TOO_COMPLEX', 'the query has too many fields and fragments');
    }
  }
}
