import {
  GraphQLError,
  parse,
  typeFromAST,
  validate,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
  isInputType,
  Kind,
} from 'graphql';
import { DomainError, invalidInput } from '../core/errors.js';
import type { Db } from '../db/database.js';
import type { CreateContext } from '../graphql/context.js';
import type { Executor } from '../graphql/executor.js';
import type { AuthenticatedCall } from '../http/authentication.js';
import type { InputMember } from './input.js';
import { readVariables } from './input.js';
import { renameMembers, toSnakeCase } from '../core/names.js';
import { answerMembers, membersAt, shapeAnswer, type AnswerMember } from './shape.js';
import { at, isRecord, MAX_LIMIT, type Route } from './route.js';

/** What a request brings: members of its path, its query and its body. */
export interface RestRequest {
  readonly path: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

export interface RestAnswer {
  readonly status: number;
  readonly body: unknown;
  /** Present on lists. */
  readonly page: {
    readonly total: number;
    readonly hasNextPage: boolean;
    readonly limit: number;
    readonly offset: number;
  } | null;
}

/** Members of a paged request that are the operation's `first` and `offset`. */
export const PAGE_NAMES: Readonly<Record<string, string>> = { first: 'limit' };

/** A route made ready at the start: its document parsed and validated, its input and its answer known. */
export class Operation {
  readonly document: DocumentNode;
  readonly input: readonly InputMember[];
  readonly answer: readonly AnswerMember[];
  /** The name of the stored operation. */
  readonly name: string;
  /** Members that the path carries, by their names in it. */
  readonly pathNames: readonly string[];
  private readonly inPath: readonly InputMember[];
  /** Of a write; those of a read all come in the query. */
  private readonly inQuery: readonly InputMember[];
  private readonly elsewhere: readonly InputMember[];
  /** Members of what is answered. */
  private readonly shaped: readonly AnswerMember[];

  constructor(
    readonly route: Route,
    schema: GraphQLSchema,
    private readonly executor: Executor,
    private readonly createContext: CreateContext,
  ) {
    this.document = parse(route.document, { noLocation: true });
    const [error] = validate(schema, this.document);
    if (error !== undefined) throw new Error(`${route.method} ${route.path}: ${error.message}`);
    executor.prepare(this.document);
    this.input = inputOf(this.document, schema);
    this.answer = answerMembers(this.document, schema, route.shape ?? {});
    this.shaped = membersAt(this.answer, route.result);
    this.name = nameOf(this.document);
    this.pathNames = [...route.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
    this.inPath = this.input.filter(({ name }) => this.pathNames.includes(name));
    this.inQuery = this.input.filter(({ name }) => route.inQuery?.includes(name));
    this.elsewhere = this.input.filter((member) => ![...this.inPath, ...this.inQuery].includes(member));
  }

  /** @throws DomainError, or what else went wrong */
  async run(request: RestRequest, call: AuthenticatedCall, db: Db): Promise<RestAnswer> {
    const variables = this.readRequest(request);
    const context = this.createContext(call, db, this.route.paging?.maxLimit ?? MAX_LIMIT);
    const result = await this.executor.execute({ document: this.document, variables, context });
    throwFirst(result);
    for (const { path, code, message } of this.route.absences ?? []) {
      if (at(result.data, path) === null) throw new DomainError(code, message);
    }
    return this.answerOf(result.data, variables);
  }

  private readRequest({ path, query, body }: RestRequest): Record<string, unknown> {
    const fromPath = readVariables(this.inPath, path, 'query');
    if (this.route.method === 'GET' || this.route.method === 'DELETE') {
      return { ...this.pageDefaults(), ...readVariables(this.elsewhere, query, 'query'), ...fromPath };
    }
    if (!isRecord(body)) throw new DomainError('BAD_USER_INPUT', 'the body must be a JSON object');
    return {
      ...readVariables(this.elsewhere, this.normalized(body), 'json'),
      ...readVariables(this.inQuery, query, 'query'),
      ...fromPath,
    };
  }

  private pageDefaults(): Record<string, unknown> {
    return this.route.paging === undefined ? {} : { first: this.route.paging.defaultLimit, offset: 0 };
  }

  private normalized(body: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    if (this.route.shape?.casing === 'camel') return asRecord(renameMembers(body, toSnakeCase));
    const readers = Object.entries(this.route.readers ?? {}).filter(([name]) => Object.hasOwn(body, name));
    return { ...body, ...Object.fromEntries(readers.map(([name, read]) => [name, read(body[name])])) };
  }

  private answerOf(data: unknown, variables: Readonly<Record<string, unknown>>): RestAnswer {
    const { route } = this;
    const shaped = shapeAnswer(at(data, route.result), this.shaped);
    const page = this.pageOf(data, variables);
    const envelope = route.paging?.envelope;
    const body =
      envelope === undefined || page === null
        ? shaped
        : { [envelope]: shaped, total: page.total, limit: page.limit, offset: page.offset };
    return { status: this.statusOf(data), body, page };
  }

  private statusOf(data: unknown): number {
    const { status } = this.route;
    if (typeof status === 'number') return status;
    return at(data, status.created) === true ? 201 : 200;
  }

  private pageOf(data: unknown, { first, offset }: Readonly<Record<string, unknown>>): RestAnswer['page'] {
    const { paging } = this.route;
    if (paging === undefined) return null;
    const total = at(data, `${paging.connection}.totalCount`);
    return {
      total: typeof total === 'number' ? total : 0,
      hasNextPage: at(data, `${paging.connection}.pageInfo.hasNextPage`) === true,
      limit: typeof first === 'number' ? first : paging.defaultLimit,
      offset: typeof offset === 'number' ? offset : 0,
    };
  }
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

function nameOf(document: DocumentNode): string {
  const [first] = document.definitions;
  return first?.kind === Kind.OPERATION_DEFINITION ? (first.name?.value ?? '') : '';
}

function inputOf(document: DocumentNode, schema: GraphQLSchema): InputMember[] {
  return document.definitions.flatMap((definition) => {
    if (definition.kind !== Kind.OPERATION_DEFINITION) return [];
    return (definition.variableDefinitions ?? []).map(({ variable, type, defaultValue }) => {
      const inputType = typeFromAST(schema, type);
      if (!isInputType(inputType)) throw new Error(`unknown type of $${variable.name.value}`);
      const name = PAGE_NAMES[variable.name.value] ?? toSnakeCase(variable.name.value);
      return { variable: variable.name.value, name, type: inputType, hasDefault: defaultValue !== undefined };
    });
  });
}

/** The first error is the answer: a REST answer has no parts. */
function throwFirst(result: ExecutionResult): void {
  const [error] = result.errors ?? [];
  if (error === undefined) return;
  const { originalError } = error;
  if (originalError === undefined || originalError instanceof GraphQLError) {
    throw invalidInput('request', `is not valid: ${error.message}`);
  }
  throw originalError;
}
