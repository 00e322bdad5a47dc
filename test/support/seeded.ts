// In a sandbox of Jest each look at a global is a call.
const { cos, floor, imul, log, PI, sqrt } = Math;

/** Uniform numbers in (0, 1), the same ones for the same seed (mulberry32). For tests only: they are predictable. */
export function seededUniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (((mixed ^ (mixed >>> 14)) >>> 0) + 0.5) / 4294967296;
  };
}

/** A standard normal number (Box and Muller). */
export function seededNormal(uniform: () => number): number {
  return sqrt(-2 * log(uniform())) * cos(2 * PI * uniform());
}

/** The items in another order, the same one for the same source (Fisher and Yates). */
export function shuffled<Item>(items: readonly Item[], uniform: () => number): Item[] {
  const copy = [...items];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = floor(uniform() * (i + 1));
    [copy[i], copy[j]] = [copy[j]!, copy[i]!];
  }
  return copy;
}
