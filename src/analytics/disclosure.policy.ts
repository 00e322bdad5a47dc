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

/**
 * Whether a group may be shown: it has at least T observations, and those of others are none or at least T, so that a
 * caller cannot pad a small group with rows that it knows.
 */
export function mayShowGroup({ count, own }: GroupSize, { minGroupSize }: Disclosure): boolean {
  const others = count - own;
  return count >= minGroupSize && (others === 0 || others >= minGroupSize);
}
