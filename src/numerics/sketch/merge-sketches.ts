import { compressForStorage, compressWhileWorking } from './compress.js';
import { EMPTY_SKETCH, type Sketch } from './sketch.js';
import { unite } from './unite.js';

/**
 * The sketch of the values of all sketches together, merged as a balanced tree: 10,000 digests in about 0.2 s.
 *
 * It is exact if and only if there are at most 256 distinct values in all, and then it does not depend on the order.
 * Otherwise it depends on the order, and its rank error between p1 and p99 is at most 1e-3, whether merged at once or
 * extended by 1,000 batches, and 3e-3 where more than 256 values have some per mille each ('rank-error.test.ts'). Where
 * the values leave a gap, the probabilities next to it are off by up to a centroid and a half, 3e-2.
 *
 * @param sketches any number; of none the result is `EMPTY_SKETCH`.
 * @throws RangeError when the counts add up to more than 2^51 - 1.
 */
export function mergeSketches(sketches: readonly Sketch[]): Sketch {
  const nonEmpty = sketches.filter(({ count }) => count > 0);
  const [first] = nonEmpty;
  if (first === undefined) return EMPTY_SKETCH;
  return nonEmpty.length === 1 ? first : compressForStorage(uniteAll(nonEmpty));
}

function uniteAll(sketches: readonly Sketch[]): Sketch {
  const [first = EMPTY_SKETCH, second = EMPTY_SKETCH] = sketches;
  if (sketches.length <= 2) return compressWhileWorking(unite(first, second));
  const middle = sketches.length >>> 1;
  return compressWhileWorking(unite(uniteAll(sketches.slice(0, middle)), uniteAll(sketches.slice(middle))));
}
