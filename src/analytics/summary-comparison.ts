import type { Moments } from '../numerics/moments/index.js';
import { isExact, quantile, type Sketch } from '../numerics/sketch/index.js';
import { decodeBody, valuesOfKey, type CellBody } from './cell-body.js';
import type { Cell } from './fold.js';
import type { StoredCell } from './summary.repository.js';

/** Of the mean and M2: much more than another order of the same observations changes, much less than one of them. */
const TOLERANCE = 1e-12;
/** Of the largest value: a mean near 0 has no digits of its own. */
const TOLERANCE_OF_SCALE = 1e-20;
/** Where values are subnormal there are no digits, only steps, and each merge may be one off. */
const TOLERANCE_OF_STEPS = 1e-320;
/** What 10,000 merges may move M2, as a share for each unit of its condition, max |x| / sqrt(M2 / n) (mergeMoments). */
const TOLERANCE_OF_CONDITION = 2 ** -87;
/** Squares below have lost digits (MomentsAccumulator). */
const SMALLEST_SQUARE = 1e-290;
/** Two digests of the same values, in any order: each is off by 3e-2 at most, and that only beside a gap (mergeSketches). */
const RANK_TOLERANCE = 0.06;
const PROBABILITIES = Array.from({ length: 19 }, (_, i) => (i + 1) / 20);

/** In what a stored summary differs from the one that its observations give. */
export function compareCell(stored: StoredCell, due: Cell): string[] {
  const numbers = [
    ['count', stored.count, due.count],
    ['first time', stored.firstAt, due.firstAt],
    ['last time', stored.lastAt, due.lastAt],
  ] as const;
  return [
    ...numbers.flatMap(([name, found, expected]) => unequal(name, found, expected)),
    ...compareBytes(stored.body, due.body),
  ];
}

function compareBytes(bytes: Buffer, due: CellBody): string[] {
  let body: CellBody;
  try {
    body = decodeBody(bytes);
  } catch (error) {
    // Whatever the damage, it is what this is here to tell.
    return [`cannot be read: ${error instanceof Error ? error.message : String(error)}`];
  }
  if (body.kind === 'numeric' && due.kind === 'numeric')
    return [...compareMoments(body.moments, due.moments), ...compareSketches(body.sketch, due.sketch)];
  if (body.kind === 'categorical' && due.kind === 'categorical')
    return compareCounts(body.counts, due.counts);
  return body.kind === due.kind
    ? []
    : [`is a summary of kind ${body.kind}, and ${due.kind} by its observations`];
}

function unequal(name: string, found: number, due: number): string[] {
  return found === due ? [] : [`has the ${name} ${found}, and ${due} by its observations`];
}

function compareMoments(found: Moments, due: Moments): string[] {
  const scale = Math.max(Math.abs(due.minimum), Math.abs(due.maximum));
  const meanTolerance = TOLERANCE * Math.abs(due.mean.high) + TOLERANCE_OF_SCALE * scale + TOLERANCE_OF_STEPS;
  const [m2, dueM2] = [found.squaredDeviations.high, due.squaredDeviations.high];
  const condition = dueM2 > 0 ? scale / Math.sqrt(dueM2 / due.count) : 0;
  const share = TOLERANCE + TOLERANCE_OF_CONDITION * condition;
  const m2Tolerance = share * dueM2 + due.count * SMALLEST_SQUARE;
  return [
    ...unequal('number of values', found.count, due.count),
    ...unequal('minimum', found.minimum, due.minimum),
    ...unequal('maximum', found.maximum, due.maximum),
    ...(isWithin(found.mean.high, due.mean.high, meanTolerance)
      ? []
      : unequal('mean', found.mean.high, due.mean.high)),
    ...(isWithin(m2, dueM2, m2Tolerance) ? [] : unequal('sum of squared deviations', m2, dueM2)),
  ];
}

function isWithin(a: number, b: number, tolerance: number): boolean {
  return a === b || Math.abs(a - b) <= tolerance;
}

/** Lists of values are equal or not; of digests the extremes are equal, and the quantiles near each other in rank. */
function compareSketches(found: Sketch, due: Sketch): string[] {
  const differences = [
    ...unequal('number of ranked values', found.count, due.count),
    ...unequal('least value', found.minimum, due.minimum),
    ...unequal('greatest value', found.maximum, due.maximum),
  ];
  if (differences.length > 0) return differences;
  if (isExact(found) !== isExact(due))
    return ['keeps its values apart where it should not, or the other way round'];
  if (isExact(due))
    return isSameList(found, due)
      ? []
      : ['lists other values, or other counts of them, than its observations'];
  const wrong = PROBABILITIES.find((probability) => !isNearInRank(found, due, probability));
  return wrong === undefined
    ? []
    : unequal(`quantile at ${wrong}`, quantile(found, wrong), quantile(due, wrong));
}

function isSameList(a: Sketch, b: Sketch): boolean {
  return (
    a.values.length === b.values.length &&
    a.values.every((value, i) => value === b.values[i] && a.counts[i] === b.counts[i])
  );
}

function isNearInRank(found: Sketch, due: Sketch, probability: number): boolean {
  const value = quantile(found, probability);
  return (
    quantile(due, Math.max(0, probability - RANK_TOLERANCE)) <= value &&
    value <= quantile(due, Math.min(1, probability + RANK_TOLERANCE))
  );
}

type Counts = Extract<CellBody, { kind: 'categorical' }>['counts'];

function compareCounts(found: Counts, due: Counts): string[] {
  if (found === null || due === null) {
    if (found === due) return [];
    return [due === null ? 'counts values that are too many' : 'counts no values, and they are not too many'];
  }
  const keys = new Set([...due.keys(), ...found.keys()]);
  return [...keys].flatMap((key) =>
    unequal(`count of ${valuesOfKey(key).join(' and ')}`, found.get(key) ?? 0, due.get(key) ?? 0),
  );
}
