/** What is withheld in a federation. */
export interface Disclosure {
  /** Observations that a group must have to be shown, T: at least 1, which withholds nothing. */
  readonly minGroupSize: number;
  /** Whether smallest and largest values may be told. */
  readonly allowExtremes: boolean;
}

/** How many observations a group has, and how many of them are the caller's own. */
export interface GroupSize {
  readonly count: number;
  readonly own: number;
}

/** Why a group is not shown. */
export type SuppressionReason = 'below_disclosure_threshold' | 'differencing' | 'below_min_sample_count';

/**
 * Whether a group may be shown: it has at least T observations, and those of others are none or at least T, so that a
 * caller cannot pad a small group with rows that it knows.
 */
export function mayShowGroup({ count, own }: GroupSize, { minGroupSize }: Disclosure): boolean {
  const others = count - own;
  return count >= minGroupSize && (others === 0 || others >= minGroupSize);
}

/**
 * Whether a part of a group may be shown beside the whole: what the filters leave out of it is nothing or at least T
 * observations, with the caller's own and without them. Else two questions would differ by a few rows.
 */
export function mayShowPart(leftOut: GroupSize, { minGroupSize }: Disclosure): boolean {
  const others = leftOut.count - leftOut.own;
  const isHidden = (count: number) => count === 0 || count >= minGroupSize;
  return isHidden(leftOut.count) && isHidden(others);
}

/**
 * Why a group is withheld, or null where it is shown. What the caller demands (`minSampleCount`) comes last: it must not
 * tell the size of a group that may not be shown.
 */
export function suppressionOf(
  shown: GroupSize,
  leftOut: GroupSize,
  { disclosure, minSampleCount }: { readonly disclosure: Disclosure; readonly minSampleCount: number },
): SuppressionReason | null {
  if (!mayShowGroup(shown, disclosure)) return 'below_disclosure_threshold';
  if (!mayShowPart(leftOut, disclosure)) return 'differencing';
  return shown.count < minSampleCount ? 'below_min_sample_count' : null;
}

/** Half of the observations of a group lie on each side of its median: with T - 1 of them or fewer it tells too much. */
export function mayTellMedian(count: number, { minGroupSize }: Disclosure): boolean {
  return count >= 2 * (minGroupSize - 1);
}

/** A quarter of the observations lies beyond a quartile. */
export function mayTellQuartiles(count: number, { minGroupSize }: Disclosure): boolean {
  return count >= 4 * (minGroupSize - 1);
}

/** Extremes are single observations. */
export function mayTellExtremes({ minGroupSize, allowExtremes }: Disclosure): boolean {
  return minGroupSize === 1 || allowExtremes;
}
