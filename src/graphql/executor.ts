import { execute, GraphQLError, type DocumentNode, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { compileQuery, isCompiledQuery, type CompiledQuery } from 'graphql-jit';
import { losesDefaults } from './lost-defaults.js';

/** A document that comes again and again is worth compiling; one that was asked once or twice is not. */
const USE_THAT_COMPILES = 3;

export interface Execution {
  readonly document: DocumentNode;
  readonly operationName?: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly context: unknown;
}

interface Known {
  uses: number;
  /** Null until it is compiled, and where the compiler has no form for it. */
  compiled: CompiledQuery | null;
}

/**
 * Executes operations of one schema. A document that comes again runs compiled, which costs a third of interpreting it;
 * what is compiled lives as long as its document does in Apollo's bounded store.
 */
export class Executor {
  private readonly known = new WeakMap<DocumentNode, Map<string, Known>>();

  constructor(private readonly schema: GraphQLSchema) {}

  async execute({ document, operationName, variables, context }: Execution): Promise<ExecutionResult> {
    const known = this.knownOf(document, operationName ?? '');
    known.uses += 1;
    if (known.compiled === null && known.uses === USE_THAT_COMPILES) {
      known.compiled = this.compile(document, operationName);
    }
    if (known.compiled !== null) {
      return withOwnErrors(await known.compiled.query(undefined, context, { ...variables }));
    }
    return execute({
      schema: this.schema,
      document,
      contextValue: context,
      variableValues: variables,
      operationName: operationName ?? null,
    });
  }

  /**
   * Compiles a stored operation, which will come again. One that relies on the defaults of its arguments has no compiled
   * form and is interpreted: the analyses, which keep what the caller gave apart from what was filled in.
   */
  prepare(document: DocumentNode): void {
    const compiled = this.compile(document, undefined);
    this.known.set(document, new Map([['', { uses: USE_THAT_COMPILES, compiled }]]));
  }

  private knownOf(document: DocumentNode, operationName: string): Known {
    const byName = this.known.get(document) ?? new Map<string, Known>();
    this.known.set(document, byName);
    const known = byName.get(operationName) ?? { uses: 0, compiled: null };
    byName.set(operationName, known);
    return known;
  }

  private compile(document: DocumentNode, operationName: string | undefined): CompiledQuery | null {
    if (losesDefaults(document, this.schema)) return null;
    const compiled = compileQuery(this.schema, document, operationName);
    return isCompiledQuery(compiled) ? compiled : null;
  }
}

/** The compiler's errors look like graphql-js's and lack a member or two; whoever reads them expects the real ones. */
function withOwnErrors(result: ExecutionResult): ExecutionResult {
  if (result.errors === undefined) return result;
  return { ...result, errors: result.errors.map(ownError) };
}

function ownError({ message, path, originalError, locations }: GraphQLError): GraphQLError {
  const error = new GraphQLError(message, { path: path ?? null, originalError: originalError ?? null });
  return Object.assign(error, { locations });
}
