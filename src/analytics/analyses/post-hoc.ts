import {
  gamesHowell,
  tukeyKramer,
  type GroupSummary,
  type PairComparison,
} from '../../numerics/inference/index.js';

export type PostHocMethod = 'tukey_kramer' | 'games_howell';

/** What is to be compared; plain data, so that it can go to another thread. */
export interface PostHocQuestion {
  readonly method: PostHocMethod;
  readonly groups: readonly GroupSummary[];
  readonly confidenceLevel: number;
}

/** Compares all pairs of groups, in their order. @throws DegenerateInputError */
export type ComparePairs = (question: PostHocQuestion) => Promise<readonly PairComparison[]>;

export function compareNow({ method, groups, confidenceLevel }: PostHocQuestion): readonly PairComparison[] {
  const compare = method === 'tukey_kramer' ? tukeyKramer : gamesHowell;
  return compare(groups, confidenceLevel);
}
