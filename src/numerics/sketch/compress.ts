import { isExact, type Sketch } from './sketch.js';

const { cos, min, PI, sin, sqrt } = Math;

/** Of a stored sketch: about 130 centroids. */
const STORED_DELTA = 200;

/** While batches or cells are being merged, so that only the last step rounds to what is stored. */
const WORKING_DELTA = 1000;
const MAX_WORKING_ITEMS = 2048;

/** An atom of at least this share of all values stays an atom: within a centroid it would be a step in the middle of a line. */
const HEAVY_ATOM_SHARE = 1 / 512;

/** The sketch as it is stored: an exact list, or a digest of delta = 200. */
export function compressForStorage(sketch: Sketch): Sketch {
  return isExact(sketch) ? sketch : compress(sketch, STORED_DELTA);
}

/** The sketch, compressed where it has become long. */
export function compressWhileWorking(sketch: Sketch): Sketch {
  return sketch.values.length <= MAX_WORKING_ITEMS ? sketch : compress(sketch, WORKING_DELTA);
}

/**
 * Merges neighbouring items, from the left, while a centroid spans at most one unit of the scale function
 *
 *   k1(q) = delta / (2 pi) asin(2 q - 1),   q = rank / n
 *
 * that is, from rank share q up to sin(asin(2 q - 1) + 2 pi / delta) / 2 + 1 / 2. Heavy atoms stand alone, and the
 * first and the last item, which are the extremes.
 *
 * @see Dunning 2021, "The t-digest: efficient estimates of distributions", algorithm 1 (merging digest) and k1.
 */
function compress(sketch: Sketch, delta: number): Sketch {
  const { count, values, counts, atoms } = sketch;
  const merged = {
    values: new Float64Array(values.length),
    counts: new Float64Array(values.length),
    atoms: new Uint8Array(values.length),
  };
  const heavyCount = Math.max(2, count * HEAVY_ATOM_SHARE);
  let last = -1;
  let lastCount = 0;
  let covered = 0;
  let limit = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    const itemCount = counts[i] ?? 0;
    const isExtreme = i === 0 || i === values.length - 1;
    const standsAlone = isExtreme || (atoms[i] === 1 && itemCount >= heavyCount);
    if (!standsAlone && covered + itemCount <= limit) {
      const mean = merged.values[last] ?? 0;
      lastCount += itemCount;
      merged.values[last] = min(value, mean + (value - mean) * (itemCount / lastCount));
      merged.atoms[last] = 0;
    } else {
      last += 1;
      limit = standsAlone ? 0 : count * farthestShare(covered / count, delta);
      lastCount = itemCount;
      merged.values[last] = value;
      merged.atoms[last] = atoms[i] ?? 0;
    }
    merged.counts[last] = lastCount;
    covered += itemCount;
  }
  return {
    count,
    minimum: sketch.minimum,
    maximum: sketch.maximum,
    values: merged.values.slice(0, last + 1),
    counts: merged.counts.slice(0, last + 1),
    atoms: merged.atoms.slice(0, last + 1),
  };
}

/** The q' with k1(q') = k1(q) + 1, or 1: sin(asin(x) + a) = x cos a + sqrt(1 - x^2) sin a, x = 2 q - 1, a = 2 pi / delta. */
function farthestShare(share: number, delta: number): number {
  const angle = (2 * PI) / delta;
  const x = 2 * share - 1;
  if (x >= cos(angle)) return 1;
  return (x * cos(angle) + sqrt(1 - x * x) * sin(angle) + 1) / 2;
}
