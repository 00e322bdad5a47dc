import { MomentsAccumulator } from '../numerics/moments/index.js';
import { SketchAccumulator } from '../numerics/sketch/index.js';
import { dayOf, GRANULARITY, monthOfDay, type Granularity } from './buckets.js';
import { boundedCounts, mergeBodies, pairKey, type CellBody } from './cell-body.js';
import type { Observation } from './observation-input.js';
import { seriesOf, type SeriesKey, type SeriesRow } from './series.js';

/** A summary of a series over one bucket. */
export interface Cell {
  readonly seriesId: string;
  readonly granularity: Granularity;
  readonly bucket: number;
  readonly count: number;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly body: CellBody;
}

/** Where a cell is stored. */
export function cellKey({
  seriesId,
  granularity,
  bucket,
}: Pick<Cell, 'seriesId' | 'granularity' | 'bucket'>): string {
  return `${seriesId} ${granularity} ${bucket}`;
}

/** What a summary is made from, while observations are added. */
export interface Tally {
  count: number;
  firstAt: number;
  lastAt: number;
  readonly numbers: { readonly moments: MomentsAccumulator; readonly sketch: SketchAccumulator } | null;
  readonly counts: Map<string, number> | null;
}

export type Kind = CellBody['kind'];

interface SeriesFold {
  readonly series: SeriesRow;
  readonly kind: Kind;
  readonly days: Map<number, Tally>;
}

/**
 * Summarizes observations of one member in memory, so that each summary that they touch is written once however many
 * they are.
 */
export class Fold {
  private readonly byKey = new Map<string, SeriesFold>();

  constructor(
    private readonly federationId: string,
    private readonly orgId: string,
  ) {}

  add(observation: Observation): void {
    const { attributes } = observation;
    this.dayOf('count', '', '', observation);
    for (const [name, value] of observation.metrics) {
      const { numbers } = this.dayOf('numeric', name, '', observation);
      numbers?.moments.add(value);
      numbers?.sketch.add(value);
    }
    for (const [i, [name, value]] of attributes.entries()) {
      countValue(this.dayOf('categorical', name, '', observation), value);
      for (const [other, otherValue] of attributes.slice(i + 1))
        countValue(this.dayOf('categorical', name, other, observation), pairKey(value, otherValue));
    }
  }

  get series(): SeriesRow[] {
    return [...this.byKey.values()].map(({ series }) => series);
  }

  /** Summaries over all, each month and each day, series by series, each made when it is asked for. */
  *cells(): Generator<Cell> {
    for (const { series, kind, days } of this.byKey.values()) {
      const daily = [...days].map(([day, fold]) => cellOfDay(series.id, day, kind, fold));
      yield* coarserOf(daily);
      yield* daily;
    }
  }

  /** The day of a series that an observation belongs to, with the observation counted. */
  private dayOf(kind: Kind, variable: string, otherVariable: string, observation: Observation): Tally {
    const { recordedAt, deviceGroup, devicePlatform } = observation;
    const key = `${variable}\u0000${otherVariable}\u0000${deviceGroup}\u0000${devicePlatform ?? ''}`;
    const known =
      this.byKey.get(key) ??
      this.start(kind, key, {
        federationId: this.federationId,
        orgId: this.orgId,
        variable,
        otherVariable,
        deviceGroup,
        devicePlatform: devicePlatform ?? '',
      });
    const day = dayOf(recordedAt);
    let fold = known.days.get(day);
    if (fold === undefined) known.days.set(day, (fold = emptyTally(kind, recordedAt)));
    meet(fold, recordedAt);
    return fold;
  }

  private start(kind: Kind, key: string, series: SeriesKey): SeriesFold {
    const started = { series: seriesOf(series), kind, days: new Map<number, Tally>() };
    this.byKey.set(key, started);
    return started;
  }
}

/** Of no observations, `at` being the time of the first that will be met. */
export function emptyTally(kind: Kind, at: number): Tally {
  return {
    count: 0,
    firstAt: at,
    lastAt: at,
    numbers:
      kind === 'numeric' ? { moments: new MomentsAccumulator(), sketch: new SketchAccumulator() } : null,
    counts: kind === 'categorical' ? new Map() : null,
  };
}

/** One more observation. */
export function meet(tally: Tally, recordedAt: number): void {
  tally.count += 1;
  tally.firstAt = Math.min(tally.firstAt, recordedAt);
  tally.lastAt = Math.max(tally.lastAt, recordedAt);
}

export function countValue({ counts }: Tally, key: string): void {
  counts?.set(key, (counts.get(key) ?? 0) + 1);
}

function cellOfDay(seriesId: string, day: number, kind: Kind, fold: Tally): Cell {
  const { firstAt, lastAt } = fold;
  const bucket = { seriesId, granularity: GRANULARITY.day, bucket: day, count: fold.count, firstAt, lastAt };
  return { ...bucket, body: bodyOf(kind, fold) };
}

export function bodyOf(kind: Kind, { numbers, counts }: Tally): CellBody {
  if (kind === 'numeric' && numbers !== null)
    return { kind, moments: numbers.moments.moments(), sketch: numbers.sketch.sketch() };
  if (kind === 'categorical' && counts !== null) return { kind, counts: boundedCounts(counts) };
  return { kind: 'count' };
}

/** What a series has over each month and all, by its days. */
export function coarserOf(daily: readonly Cell[]): Cell[] {
  const monthly = groups(daily, ({ bucket }) => monthOfDay(bucket)).map(([month, cells]) =>
    mergeCells(cells, GRANULARITY.month, month),
  );
  const [first, ...rest] = monthly;
  return first === undefined ? [] : [...monthly, mergeCells([first, ...rest], GRANULARITY.all, 0)];
}

/** Cells of one series over times that do not overlap, as one. */
export function mergeCells(
  cells: readonly [Cell, ...Cell[]],
  granularity: Granularity,
  bucket: number,
): Cell {
  const [first, ...rest] = cells;
  return {
    seriesId: first.seriesId,
    granularity,
    bucket,
    count: cells.reduce((sum, cell) => sum + cell.count, 0),
    firstAt: Math.min(...cells.map(({ firstAt }) => firstAt)),
    lastAt: Math.max(...cells.map(({ lastAt }) => lastAt)),
    body: mergeBodies([first.body, ...rest.map(({ body }) => body)]),
  };
}

function groups<Item>(items: readonly Item[], keyOf: (item: Item) => number): [number, [Item, ...Item[]]][] {
  const byKey = new Map<number, [Item, ...Item[]]>();
  for (const item of items) {
    const key = keyOf(item);
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, [item]);
    else known.push(item);
  }
  return [...byKey];
}
