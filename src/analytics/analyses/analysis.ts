import type { CellBody } from '../cell-body.js';
import type { Disclosure, SuppressionReason } from '../disclosure.policy.js';
import type { GroupBy } from '../group-by.js';
import type { Question } from './question.js';

export const ANALYSIS_TYPES = ['descriptive', 't_test', 'anova', 'chi_square'] as const;
export type AnalysisType = (typeof ANALYSIS_TYPES)[number];

/** A group that may be shown, with what the filters leave of it. */
export interface ShownGroup {
  readonly id: string;
  readonly count: number;
  readonly body: CellBody;
  /** Without the filters. */
  readonly whole: CellBody;
}

export interface WithheldGroup {
  readonly groupId: string;
  readonly reason: SuppressionReason;
}

/** What an analysis is computed from: summaries of groups that may be shown, and never an observation. */
export interface ShownData {
  readonly groupBy: GroupBy;
  /** By id. */
  readonly groups: readonly ShownGroup[];
  /** By id. */
  readonly withheld: readonly WithheldGroup[];
  readonly disclosure: Disclosure;
}

/** What of an answer today's disclosure may forbid tomorrow, besides its groups. */
export interface Told {
  /** Size of the smallest group whose median is told; null for none. So for the quartiles. */
  readonly median: number | null;
  readonly quartiles: number | null;
  readonly extremes: boolean;
  /** The smallest cell of a table that is told and not 0; null for none. */
  readonly cell: number | null;
}

export const NOTHING_TOLD: Told = { median: null, quartiles: null, extremes: false, cell: null };

/** What an analysis found: as GraphQL shows it, and as it is kept and sent over REST, in snake_case. */
export interface Finding<Result> {
  readonly result: Result;
  readonly answer: Readonly<Record<string, unknown>>;
  readonly told: Told;
}

/**
 * A question of one kind, its form checked, and how it is answered. This is all that the pipeline (analysis.service.ts)
 * knows of an analysis.
 */
export interface Analysis<Result> {
  readonly type: AnalysisType;
  readonly question: Question;
  /** What it was asked with besides the question, its defaults filled in; named as in GraphQL. */
  readonly options: Readonly<Record<string, unknown>>;
  /**
   * Computes the answer, but for the id of its record.
   * @throws DegenerateInputError where the data have no such figure, DomainError for other refusals with a reason.
   */
  compute(data: ShownData): Finding<Result> | Promise<Finding<Result>>;
}
