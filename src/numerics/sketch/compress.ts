import { isExact, type Sketch } from './sketch.js';

const { asin, ceil, floor, max, min, PI, sin } = Math;

/** Of a stored sketch: about 130 centroids. */
const STORED_DELTA = 250;

/** While batches or cells are being merged, so that only the last step rounds to what is stored. */
const WORKING_DELTA = 1000;
const MAX_WORKING_ITEMS = 2048;

/** An atom of at least this share of all values stays an atom: within a centroid it would be a step in the middle of a line. */
const HEAVY_ATOM_SHARE = 1 / 512;

/** The sketch as it is stored: an exact list, or a digest of delta = 250. */
export function compressForStorage(sketch: Sketch): Sketch {
  return isExact(sketch) ? sketch : compress(sketch, STORED_DELTA);
}

/** The sketch, compressed where it has become long. */
export function compressWhileWorking(sketch: Sketch): Sketch {
  return sketch.values.length <= MAX_WORKING_ITEMS ? sketch : compress(sketch, WORKING_DELTA);
}

/**
 * Makes one centroid of the items whose middles are in the same bin. Bins are one unit long on the scale
 *
 *   k1(q) = delta / (2 pi) asin(2 q - 1),   q = rank / n,
 *
 * and end where k1 is an integer: where that is does not depend on the items. So a cell to which a thousand batches are
 * added has centroids of the same values each time. The merging digest of the source fills each centroid up from the
 * left instead; then centroids drift with every batch, and their ranks with them (2e-3 rather than 0.8e-3).
 *
 * @see Dunning 2021, "The t-digest: efficient estimates of distributions", scale k1.
 */
function compress(sketch: Sketch, delta: number): Sketch {
  const { count, minimum, maximum, values, counts, atoms } = sketch;
  const ends = binEnds(sketch, delta);
  const merged = {
    values: new Float64Array(values.length),
    counts: new Float64Array(values.length),
    atoms: new Uint8Array(values.length),
  };
  let last = -1;
  let bin = -1;
  let end = 0;
  let covered = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    const itemCount = counts[i] ?? 0;
    const middle = covered + itemCount / 2;
    if (middle <= end) {
      const mean = merged.values[last] ?? 0;
      const sum = (merged.counts[last] ?? 0) + itemCount;
      merged.values[last] = min(value, mean + (value - mean) * (itemCount / sum));
      merged.counts[last] = sum;
      merged.atoms[last] = 0;
    } else {
      while (middle > end) end = ends[++bin] ?? count;
      last += 1;
      merged.values[last] = value;
      merged.counts[last] = itemCount;
      merged.atoms[last] = atoms[i] ?? 0;
    }
    covered += itemCount;
  }
  return {
    count,
    minimum,
    maximum,
    values: merged.values.slice(0, last + 1),
    counts: merged.counts.slice(0, last + 1),
    atoms: merged.atoms.slice(0, last + 1),
  };
}

/**
 * Up to which rank each bin goes, ascending. Heavy atoms have a bin of their own, and the first and the last item, which
 * are the extremes; a piece of less than half a unit that these cut off belongs to the bin beside it.
 */
function binEnds({ count, values, counts, atoms }: Sketch, delta: number): number[] {
  const heavyCount = max(2, count * HEAVY_ATOM_SHARE);
  const unitsPerRadian = delta / (2 * PI);
  const scaleAt = (rank: number) => unitsPerRadian * asin((2 * rank) / count - 1);
  const ends: number[] = [];
  let covered = 0;
  let start = 0;
  for (let i = 0; i < values.length; i++) {
    const itemCount = counts[i] ?? 0;
    const isExtreme = i === 0 || i === values.length - 1;
    if (isExtreme || (atoms[i] === 1 && itemCount >= heavyCount)) {
      const lastInside = floor(scaleAt(covered) - 0.5);
      for (let k = ceil(scaleAt(start) + 0.5); k <= lastInside; k++)
        ends.push((count * (sin(k / unitsPerRadian) + 1)) / 2);
      ends.push(covered, covered + itemCount);
      start = covered + itemCount;
    }
    covered += itemCount;
  }
  return ends;
}
