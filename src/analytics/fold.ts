import { MomentsAccumulator } from '../numerics/moments/index.js';
import { SketchAccumulator } from '../numerics/sketch/index.js';
import { dayOf, GRANULARITY, monthOfDay, type Granularity } from './buckets.js';
import { boundedCounts, mergeBodies, pairKey, type CellBody } from './cell-body.js';
import type { Observation } from './observation-input.js';
import { seriesOf, type SeriesRow } from './series.js';

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

/** The series of one group and platform, by variable, then by the other one of a pair. */
interface Source {
  readonly deviceGroup: string;
  readonly devicePlatform: string;
  readonly series: Map<string, Map<string, SeriesFold>>;
}

/**
 * Summarizes observations of one member in memory, so that each summary that they touch is written once however many
 * they are.
 */
export class Fold {
  private readonly sources = new Map<string, Source>();
  private readonly all: SeriesFold[] = [];
  private dayCount = 0;

  constructor(
    private readonly federationId: string,
    private readonly orgId: string,
  ) {}

  add({ recordedAt, deviceGroup, devicePlatform, metrics, attributes }: Observation): void {
    const source = this.sourceOf(deviceGroup, devicePlatform ?? '');
    const day = dayOf(recordedAt);
    const tallyOf = (kind: Kind, variable: string, otherVariable: string) =>
      this.tallyOfDay(this.seriesOf(source, kind, variable, otherVariable), day, recordedAt);
    tallyOf('count', '', '');
    for (const [name, value] of metrics) {
      const { numbers } = tallyOf('numeric', name, '');
      numbers?.moments.add(value);
      numbers?.sketch.add(value);
    }
    for (let i = 0; i < attributes.length; i++) {
      const [name, value] = attributes[i] ?? ['', ''];
      countValue(tallyOf('categorical', name, ''), value);
      for (let j = i + 1; j < attributes.length; j++) {
        const [other, otherValue] = attributes[j] ?? ['', ''];
        countValue(tallyOf('categorical', name, other), pairKey(value, otherValue));
      }
    }
  }

  /** Summaries of one day that there are: what its memory grows with. */
  get days(): number {
    return this.dayCount;
  }

  get series(): SeriesRow[] {
    return this.all.map(({ series }) => series);
  }

  /** Summaries over all, each month and each day, series by series, each made when it is asked for. */
  *cells(): Generator<Cell> {
    for (const series of this.all) {
      const daily = [...cellsOfDays(series)];
      yield* coarserOf(daily);
      yield* daily;
    }
  }

  /** Those over each day alone. @param behind of series whose ids come behind this one. */
  *dailyCells(behind: string): Generator<Cell> {
    for (const fold of this.all) if (fold.series.id > behind) yield* cellsOfDays(fold);
  }

  private sourceOf(deviceGroup: string, devicePlatform: string): Source {
    const key = `${deviceGroup}\u0000${devicePlatform}`;
    let source = this.sources.get(key);
    if (source === undefined)
      this.sources.set(
        key,
        (source = { deviceGroup, devicePlatform, series: new Map<string, Map<string, SeriesFold>>() }),
      );
    return source;
  }

  private seriesOf(source: Source, kind: Kind, variable: string, otherVariable: string): SeriesFold {
    let byOther = source.series.get(variable);
    if (byOther === undefined) source.series.set(variable, (byOther = new Map<string, SeriesFold>()));
    const known = byOther.get(otherVariable);
    if (known !== undefined) return known;
    const { federationId, orgId } = this;
    const { deviceGroup, devicePlatform } = source;
    const series = seriesOf({ federationId, orgId, variable, otherVariable, deviceGroup, devicePlatform });
    const started: SeriesFold = { series, kind, days: new Map() };
    byOther.set(otherVariable, started);
    this.all.push(started);
    return started;
  }

  /** The tally of a series on a day, with one more observation counted. */
  private tallyOfDay({ kind, days }: SeriesFold, day: number, recordedAt: number): Tally {
    let tally = days.get(day);
    if (tally === undefined) {
      days.set(day, (tally = emptyTally(kind, recordedAt)));
      this.dayCount += 1;
    }
    meet(tally, recordedAt);
    return tally;
  }
}

function* cellsOfDays({ series, kind, days }: SeriesFold): Generator<Cell> {
  for (const [day, tally] of days) yield cellOfDay(series.id, day, kind, tally);
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
