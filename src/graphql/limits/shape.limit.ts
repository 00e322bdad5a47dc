import { Kind, parse, type DocumentNode, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import { DomainError } from '../../core/errors.js';

export const MAX_TOKENS = 1_500;

const LIMITS = {
  aliases: 30,
  directives: 30,
  definitions: 30,
  variables: 100,
  /** Inclusive: the standard introspection query is 15 deep. */
  depth: 15,
  /** Fields with every fragment written out. */
  fields: 5_000,
} as const;

type Measure = keyof typeof LIMITS;
type Measured = Record<'aliases' | 'directives' | 'depth' | 'fields', number>;

const CACHED_CHARACTERS = 4_000_000;

/**
 * Refuses documents whose shape alone would cost too much, before anything walks them more than once: validation
 * itself takes seconds on overlapping fields. Linear in the document, since each fragment is measured once.
 */
export class ShapeLimit {
  private readonly verdicts = new LRUCache<string, { readonly refusal: DomainError | null }>({
    maxSize: CACHED_CHARACTERS,
    sizeCalculation: (_verdict, source) => source.length + 1,
  });

  /** @throws QUERY_TOO_COMPLEX. A document that does not parse passes: the parser's own error says why. */
  check(source: string): void {
    const verdict = this.verdicts.get(source) ?? this.judge(source);
    if (verdict.refusal !== null) throw verdict.refusal;
  }

  private judge(source: string): { readonly refusal: DomainError | null } {
    const document = tryParse(source);
    const verdict = { refusal: document === null ? null : refusalOf(document) };
    this.verdicts.set(source, verdict);
    return verdict;
  }
}

function tryParse(source: string): DocumentNode | null {
  try {
    return parse(source, { maxLexicalTokens: MAX_TOKENS, noLocation: true });
  } catch {
    // Apollo parses it again and answers with the syntax error.
    return null;
  }
}

function refusalOf(document: DocumentNode): DomainError | null {
  if (document.definitions.length > LIMITS.definitions)
    return tooComplex('definitions', document.definitions.length);
  const fragments = new Map(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [],
    ),
  );
  const measuring = new Measuring(fragments);
  for (const definition of document.definitions) {
    // Fragments that nothing spreads are walked by validation as well.
    if (definition.kind !== Kind.OPERATION_DEFINITION && definition.kind !== Kind.FRAGMENT_DEFINITION)
      continue;
    const variables =
      definition.kind === Kind.OPERATION_DEFINITION ? (definition.variableDefinitions ?? []) : [];
    if (variables.length > LIMITS.variables) return tooComplex('variables', variables.length);
    const measured = measuring.measure(definition.selectionSet);
    measured.directives += [definition, ...variables].reduce(
      (sum, node) => sum + (node.directives?.length ?? 0),
      0,
    );
    for (const measure of ['aliases', 'directives', 'depth', 'fields'] as const) {
      if (measured[measure] > LIMITS[measure]) return tooComplex(measure, measured[measure]);
    }
  }
  return null;
}

/** A fragment that spreads itself has no end. */
const ENDLESS: Readonly<Measured> = { aliases: 0, directives: 0, depth: Infinity, fields: 0 };

class Measuring {
  private readonly byFragment = new Map<string, Readonly<Measured>>();

  constructor(private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>) {}

  measure(selectionSet: SelectionSetNode): Measured {
    const total = { aliases: 0, directives: 0, depth: 0, fields: 0 };
    for (const selection of selectionSet.selections) {
      total.directives += selection.directives?.length ?? 0;
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        add(total, this.fragment(selection.name.value), 0);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        add(total, this.measure(selection.selectionSet), 0);
      } else {
        total.aliases += selection.alias === undefined ? 0 : 1;
        total.fields += 1;
        add(total, selection.selectionSet === undefined ? null : this.measure(selection.selectionSet), 1);
      }
    }
    return total;
  }

  /** Each fragment is measured once; one that is met again while it is measured spreads itself. */
  private fragment(name: string): Readonly<Measured> | null {
    const known = this.byFragment.get(name);
    const fragment = this.fragments.get(name);
    if (known !== undefined || fragment === undefined) return known ?? null;
    this.byFragment.set(name, ENDLESS);
    const measured = this.measure(fragment.selectionSet);
    this.byFragment.set(name, measured);
    return measured;
  }
}

function add(total: Measured, part: Readonly<Measured> | null, levels: number): void {
  total.aliases += part?.aliases ?? 0;
  total.directives += part?.directives ?? 0;
  total.fields += part?.fields ?? 0;
  total.depth = Math.max(total.depth, (part?.depth ?? 0) + levels);
}

function tooComplex(measure: Measure, found: number): DomainError {
  const limit = LIMITS[measure];
  if (!Number.isFinite(found)) {
    return new DomainError('QUERY_TOO_COMPLEX', 'a fragment of the query spreads itself', {
      facts: { measure, limit },
    });
  }
  const message = `the query has ${found} ${measure === 'depth' ? 'levels' : measure}; at most ${limit} are allowed`;
  return new DomainError('QUERY_TOO_COMPLEX', message, { facts: { measure, limit } });
}
