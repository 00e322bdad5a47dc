import { compressForStorage, compressWhileWorking } from './compress.js';
import { EMPTY_SKETCH, type Sketch } from './sketch.js';
import { unite } from './unite.js';

/**
 * The sketch of the values of all sketches together, merged as a balanced tree: 10,000 digests in about 0.1 s.
 *
 * It is exact if and only if there are at most 256 distinct values in all, and then it does not depend on the order.
 * Otherwise its quantiles are within a rank error of 1e-3 between p1 and p99 ('rank-error.test.ts'), and depend on the
 * order within that.
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
