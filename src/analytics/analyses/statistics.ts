import { mayTellExtremes, mayTellMedian, mayTellQuartiles, type Disclosure } from '../disclosure.policy.js';
import type { Moments } from '../../numerics/moments/index.js';
import {
  DegenerateInputError,
  standardDeviation,
  type GroupSummary,
} from '../../numerics/inference/index.js';
import { isExact, quantile, type Sketch } from '../../numerics/sketch/index.js';
import type { ShownGroup, Told } from './analysis.js';
import type { GroupStatistics, Percentile } from './analysis.types.js';

const QUARTILES = [25, 50, 75] as const;

/** A group of a numeric variable. @throws TypeError for a summary of another kind, which the pipeline has ruled out. */
export function numbersOf({ body }: ShownGroup): { readonly moments: Moments; readonly sketch: Sketch } {
  if (body.kind !== 'numeric') throw new TypeError(`a ${body.kind} summary of a numeric variable`);
  return body;
}

/** What the numerics know of a group. */
export function summaryOf(group: ShownGroup): GroupSummary {
  const { count, mean, squaredDeviations, minimum, maximum } = numbersOf(group).moments;
  return { count, mean, m2: squaredDeviations, min: minimum, max: maximum };
}

/**
 * What is told of a group: figures that would give single observations away are null.
 * @throws DegenerateInputError `spread_out_of_range`
 */
export function statisticsOf(
  group: ShownGroup,
  disclosure: Disclosure,
  { includePercentiles = false }: { readonly includePercentiles?: boolean } = {},
): GroupStatistics {
  const { sketch } = numbersOf(group);
  const summary = summaryOf(group);
  const tellsMedian = mayTellMedian(group.count, disclosure);
  const tellsExtremes = mayTellExtremes(disclosure);
  const percentiles =
    includePercentiles && mayTellQuartiles(group.count, disclosure) ? quartilesOf(sketch) : null;
  return {
    groupId: group.id,
    count: group.count,
    mean: summary.mean.high,
    median: tellsMedian ? quantile(sketch, 0.5) : null,
    stdDev: deviationOf(group.id, summary),
    min: tellsExtremes ? summary.min : null,
    max: tellsExtremes ? summary.max : null,
    percentiles,
    percentileMethod: tellsMedian || percentiles !== null ? (isExact(sketch) ? 'exact' : 'sketch') : null,
  };
}

/** @throws DegenerateInputError that names the group. */
function deviationOf(id: string, summary: GroupSummary): number | null {
  try {
    return standardDeviation(summary);
  } catch (error) {
    if (error instanceof DegenerateInputError)
      throw new DegenerateInputError(error.reason, `${id}: ${error.message}`);
    throw error;
  }
}

function quartilesOf(sketch: Sketch): Percentile[] {
  return QUARTILES.map((p) => ({ p, value: quantile(sketch, p / 100) }));
}

/** The kept form: percentiles are a map, and absent where there are none. */
export function statisticsAnswer(group: GroupStatistics): Readonly<Record<string, unknown>> {
  const { groupId, count, mean, median, stdDev, min, max, percentiles, percentileMethod } = group;
  return {
    group_id: groupId,
    count,
    mean,
    median,
    std_dev: stdDev,
    min,
    max,
    ...(percentiles === null
      ? {}
      : { percentiles: Object.fromEntries(percentiles.map(({ p, value }) => [`p${p}`, value])) }),
    percentile_method: percentileMethod,
  };
}

/** What `statisticsAnswer` tells of these groups besides counts, means and deviations. */
export function toldOf(groups: readonly GroupStatistics[]): Told {
  return {
    median: smallest(groups.filter(({ median }) => median !== null)),
    quartiles: smallest(groups.filter(({ percentiles }) => percentiles !== null)),
    extremes: groups.some(({ min }) => min !== null),
    cell: null,
  };
}

function smallest(groups: readonly GroupStatistics[]): number | null {
  return groups.length === 0 ? null : Math.min(...groups.map(({ count }) => count));
}
